import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { UploadOutcomeView } from '../../src/domain/upload-outcome.js'
import { summaryOf } from '../import-progress.js'
import { draftOfOutcome, newOutcome, type OutcomeDraft, outcomeOf } from '../outcome-draft.js'
import { Choice, Field } from '../parts/field.js'
import { Panel } from '../parts/panel.js'
import { numberOf, plural } from '../parts/text.js'
import { clientId, pickClient } from '../state/call.js'
import { control } from '../state/control.js'
import { clients } from '../state/emulator.js'
import { act } from '../state/notice.js'
import { DefinitionFields } from '../views/import-form.js'
import { UploadButton } from '../views/upload.js'
import { ServiceSwitches } from './service.js'

const outcomes = signal<readonly UploadOutcomeView[]>([])

/** The outcome that is being written, and the id of the one that it changes. */
const draft = signal<OutcomeDraft>(newOutcome)
const changedId = signal<string | undefined>(undefined)

async function look(): Promise<void> {
  outcomes.value = await control.uploads.list()
}

async function change(work: () => Promise<unknown>, done: string): Promise<boolean> {
  const isDone = await act(work, done)
  await look().catch(() => {})
  return isDone
}

async function save(): Promise<void> {
  const id = changedId.value
  const outcome = outcomeOf(draft.value)
  const isTaken =
    id === undefined
      ? await change(() => control.uploads.arm(outcome), 'The outcome is planned')
      : await change(() => replace(id), `${id} is changed`)
  if (isTaken) startAnew()
}

/** An outcome that is refused leaves the one before as it was. */
async function replace(id: string): Promise<void> {
  await control.uploads.disarm(id)
  const removals = await control.removals.list()
  try {
    await control.uploads.arm(outcomeOf(draft.value))
  } catch (error) {
    const removal = removals.findLast(({ what, name }) => what === 'outcome' && name === id)
    if (removal !== undefined) await control.removals.undo(removal.id)
    throw error
  }
}

function startAnew(): void {
  draft.value = newOutcome
  changedId.value = undefined
}

/** The client that uploads, planned outcomes, and the switches of the service. */
export function UploadsPanel() {
  useEffect(() => void look().catch(() => {}), [])
  return (
    <Panel title="Uploads">
      <div class="one-line">
        <Choice
          label="Upload as"
          value={clientId.value}
          options={(clients.value ?? []).map((it) => [it.clientId, it.clientId])}
          onChange={pickClient}
        />
        <UploadButton />
        <span class="muted">or drop a file anywhere on the page</span>
      </div>
      <h3>Planned outcomes</h3>
      {outcomes.value.length === 0 && (
        <p class="muted">None: each file comes to what its rows say.</p>
      )}
      <ul class="cards">
        {outcomes.value.map((it) => (
          <Outcome key={it.id} it={it} />
        ))}
      </ul>
      <details class="evidence" open={changedId.value !== undefined}>
        <summary>
          {changedId.value === undefined ? 'Plan an outcome' : `Change ${changedId}`}
        </summary>
        <OutcomeForm />
      </details>
      <ServiceSwitches />
    </Panel>
  )
}

function Outcome({ it: { id, definition, used } }: { readonly it: UploadOutcomeView }) {
  const { fileName = 'every file', times, id: _, ...planned } = definition
  return (
    <li class="card line">
      <b class="mono" dir="auto">
        {id}
      </b>
      <span class="muted" dir="auto">
        {fileName} → {summaryOf(planned as Parameters<typeof summaryOf>[0])} · used {numberOf(used)}
        {times === undefined ? '' : ` of ${plural(times, 'time')}`}
      </span>
      <span class="group">
        <button
          type="button"
          aria-label={`Edit ${id}`}
          onClick={() => {
            draft.value = draftOfOutcome({ ...definition, id })
            changedId.value = id
          }}
        >
          Edit
        </button>
        <button
          type="button"
          aria-label={`Delete ${id}`}
          onClick={() => void change(() => control.uploads.disarm(id), `${id} is deleted`)}
        >
          Delete
        </button>
      </span>
    </li>
  )
}

function OutcomeForm() {
  const { id, fileName, times, definition } = draft.value
  const write = (part: Partial<OutcomeDraft>) => {
    draft.value = { ...draft.value, ...part }
  }
  return (
    <form
      class="stack"
      aria-label="Planned outcome"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div class="columns">
        <Field
          label="File name"
          value={fileName}
          placeholder="any; school-*"
          onInput={(it) => write({ fileName: it })}
          path="fileName"
        />
        <Field
          label="Times"
          value={times}
          placeholder="always"
          onInput={(it) => write({ times: it })}
          path="times"
        />
        {changedId.value === undefined && (
          <Field
            label="Name"
            value={id}
            placeholder="by itself"
            onInput={(it) => write({ id: it })}
            path="id"
          />
        )}
      </div>
      <DefinitionFields
        draft={definition}
        onChange={(part) => write({ definition: { ...definition, ...part } })}
      />
      <div class="actions">
        <button type="submit" class="primary">
          {changedId.value === undefined ? 'Plan outcome' : 'Change outcome'}
        </button>
        {changedId.value !== undefined && (
          <button type="button" onClick={startAnew}>
            Cancel
          </button>
        )}
      </div>
    </form>
  )
}
