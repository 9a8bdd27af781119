import type { ImportView } from '../../src/domain/control/vocabulary.js'
import type { ImportDefinition, ImportInput } from '../../src/domain/imports/import-definition.js'
import { isRunning } from '../../src/domain/imports/import-status.js'
import { draftOf } from '../import-draft.js'
import { goalOf, stateAt } from '../import-progress.js'
import { kindOf } from '../kinds.js'
import { ResultFile } from '../panels/result.js'
import { CopyButton } from '../parts/buttons.js'
import { StateChip } from '../parts/chip.js'
import { Code, Details, Facts } from '../parts/details.js'
import { Empty } from '../parts/field.js'
import { Next } from '../parts/next.js'
import { instantOf, numberOf, plural } from '../parts/text.js'
import { referenceId } from '../state/call.js'
import { now } from '../state/clock.js'
import { control } from '../state/control.js'
import { type ImportWriting, importChange, send, startWriting } from '../state/drafts.js'
import { history, select, selected, selectedId } from '../state/imports.js'
import { act } from '../state/notice.js'
import { open } from '../state/route.js'
import { refresh } from '../state/start.js'
import { ImportForm } from './import-form.js'
import { SetState } from './set-state.js'
import { isWide, Timeline } from './timeline.js'

/** One import, and everything that can be done with it. */
export function ImportDetails({ id }: { readonly id: string }) {
  const it = selected.value
  const change = importChange.value?.id === id ? importChange.value : undefined
  const close = () => select(undefined)

  const put = async (definition: ImportInput, done: string) => {
    const isTaken = await act(() => control.imports.put(id, definition), done)
    await refresh()
    return isTaken
  }
  const save = async (writing: ImportWriting, definition: ImportDefinition) => {
    const isTaken = await send(writing, () => put(definition, `${id} is changed`))
    if (isTaken && importChange.value?.writing === writing) importChange.value = undefined
  }
  const alter = async (work: () => Promise<unknown>, done: string) => {
    await act(work, done)
    await refresh()
  }
  const remove = async () => {
    if (
      (await act(() => control.imports.delete(id), `${id} is deleted`)) &&
      selectedId.value === id
    )
      close()
    await refresh()
  }

  return (
    <Details title={id} mono isWide={isWide.value} onClose={close}>
      {it === undefined ? (
        <Empty title="Loading…" />
      ) : it === null ? (
        <Empty title="This import does not exist" />
      ) : change !== undefined ? (
        <ImportForm
          isNew={false}
          writing={change.writing}
          onSave={(_, definition) => void save(change.writing, definition)}
          onCancel={() => {
            importChange.value = undefined
          }}
        />
      ) : (
        <>
          <Now it={it} />
          {it.upload && !isRunning(kindOf(it.state)) && <ResultFile it={it} />}
          {it.state !== null && <Timeline it={it} />}
          {it.state !== null && <SetState it={it} />}
          <div class="actions">
            {it.override !== null && (
              <button
                type="button"
                class="primary"
                onClick={() =>
                  void alter(
                    () => control.imports.clearOverride(id),
                    `${id} is back to its definition`,
                  )
                }
              >
                Back to definition
              </button>
            )}
            {goesOn(it) && (
              <button
                type="button"
                onClick={() => void alter(() => control.imports.finish(id), `${id} is finished`)}
              >
                Finish now
              </button>
            )}
            <button type="button" onClick={() => void put(it.definition, `${id} starts anew`)}>
              Restart
            </button>
            <button
              type="button"
              onClick={() => {
                importChange.value = { id, writing: startWriting(draftOf(it.definition)) }
              }}
            >
              Edit
            </button>
            <button
              type="button"
              onClick={() => {
                referenceId.value = id
                open('call')
              }}
            >
              Call it
            </button>
            <button type="button" onClick={() => void remove()}>
              Delete
            </button>
            <CopyButton label="Copy link" text={() => location.href} />
          </div>
          <h3>Definition</h3>
          <Code label="Definition" text={JSON.stringify(it.definition, null, 2)} />
        </>
      )}
    </Details>
  )
}

/** True if the definition has not come to its end. */
function goesOn({ definition, finished }: ImportView): boolean {
  const hasSteps = 'progress' in definition || 'timeline' in definition
  return hasSteps && !finished && history.value?.next !== null
}

function Now({ it }: { readonly it: ImportView }) {
  const state = stateAt(it, now.value)
  const goal = isRunning(kindOf(state)) ? goalOf(it.definition) : undefined
  const { upload } = it
  if (state === null) {
    return (
      <p>
        <StateChip state={state} /> <span class="muted">Each matching id has its own state.</span>
      </p>
    )
  }
  const facts: [string, preact.ComponentChildren][] = [
    ['State', <StateChip key="" state={state} />],
  ]
  if ('fileLine' in state) {
    const of = goal === undefined ? '' : ` of ${numberOf(goal)}`
    facts.push(['Line', `${numberOf(state.fileLine)}${of}`])
  }
  facts.push(['Polls', numberOf(it.polls)])
  facts.push(['Started', it.startedAt === null ? 'not yet' : instantOf(Date.parse(it.startedAt))])
  facts.push(['Next', <Next key="" it={it} />])
  if (upload !== undefined) {
    facts.push(['File', upload.fileName])
    facts.push(['Size', `${numberOf(upload.sizeBytes)} bytes`])
    facts.push([
      'Rows',
      `${numberOf(upload.rows)}${upload.kind === null ? '' : ` of ${upload.kind}`}`,
    ])
  }
  return (
    <>
      {goal !== undefined && 'fileLine' in state && (
        <progress aria-label="Lines imported" max={goal} value={state.fileLine} />
      )}
      <Facts facts={facts} />
      {'error' in state && (
        <p class="message failed" dir="auto">
          {state.error}
        </p>
      )}
      {'messages' in state && state.messages.length > 0 && (
        <Messages messages={state.messages} isFolded={upload !== undefined} />
      )}
    </>
  )
}

interface MessagesProps {
  readonly messages: readonly string[]
  /** True for an upload, whose result file says the same in a table. */
  readonly isFolded: boolean
}

function Messages({ messages, isFolded }: MessagesProps) {
  const list = (
    <ul class="messages" aria-label="Messages">
      {messages.map((message) => (
        <li key={message} class="message failed" dir="auto">
          {message}
        </li>
      ))}
    </ul>
  )
  if (!isFolded) return list
  return (
    <details class="evidence">
      <summary>{plural(messages.length, 'message')} to the client</summary>
      {list}
    </details>
  )
}
