import { useRef } from 'preact/hooks'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'
import {
  definitionOf,
  type ImportForm as Form,
  type ImportDraft,
  type StateDraft,
  type StepDraft,
  withStep,
} from '../import-draft.js'
import { Choice, Field, Segments } from '../parts/field.js'
import { useFormFocus } from '../parts/focus.js'
import { previewOf } from '../preview.js'
import type { ImportWriting } from '../state/drafts.js'

const forms: readonly (readonly [Form, string])[] = [
  ['status', 'Fixed state'],
  ['error', 'Server error'],
  ['timeline', 'Timeline'],
  ['progress', 'Progress'],
]

const runningStatuses = [
  ['pending', 'pending'],
  ['processing', 'processing (published, not documented)'],
] as const

const outcomes = [
  ['processed', 'processed'],
  ['failed', 'failed'],
] as const

const statuses = [...runningStatuses, ...outcomes]

interface ImportFormProps {
  /** True if the person names the import. */
  readonly isNew: boolean
  readonly writing: ImportWriting
  /** There is an import of this id, which would be replaced. */
  readonly isReplacing?: boolean
  readonly onSave: (id: string, definition: ImportDefinition) => void
  readonly onCancel: () => void
}

/** Writes an import, in any form that a fixture can have. */
export function ImportForm({
  isNew,
  writing,
  isReplacing = false,
  onSave,
  onCancel,
}: ImportFormProps) {
  const form = useRef<HTMLFormElement>(null)
  useFormFocus(form)
  const draft = writing.draft.value
  const change = (part: Partial<ImportDraft>) => {
    writing.draft.value = { ...draft, ...part }
  }
  return (
    <form
      ref={form}
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!writing.isSending.value) onSave(writing.id.value, definitionOf(draft))
      }}
    >
      {isNew && (
        <Field
          label="Reference id"
          value={writing.id.value}
          onInput={(id) => {
            writing.id.value = id
          }}
          placeholder="roster-2026"
          path="referenceId"
          hint="An asterisk stands for any text, {n} for a number."
          required
          mono
        />
      )}
      <DefinitionFields draft={draft} onChange={change} />
      {(draft.form === 'timeline' || draft.form === 'progress') && (
        <Choice
          label="Time counts from"
          value={draft.startsAtLoad ? 'load' : 'first-poll'}
          options={[
            ['first-poll', 'the first poll'],
            ['load', 'now'],
          ]}
          onChange={(startsAt) => change({ startsAtLoad: startsAt === 'load' })}
        />
      )}
      <Preview draft={draft} />
      {isReplacing && (
        <p class="message failed" role="alert">
          There is an import <b dir="auto">{writing.id.value}</b> already. Replace it, or choose
          another id.
        </p>
      )}
      <div class="actions">
        {/* One that is disabled would lose the focus. */}
        <button type="submit" class="primary" aria-disabled={writing.isSending.value}>
          {isReplacing ? 'Replace import' : isNew ? 'Create import' : 'Save and restart'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

/** The polls that a client will see. */
function Preview({ draft }: { readonly draft: ImportDraft }) {
  const lines = previewOf(definitionOf(draft))
  if (lines.length === 0) return null
  return (
    <section class="preview" aria-label="A client will see">
      <p class="muted">A client will see</p>
      <dl>
        {lines.map(({ when, what }) => (
          <div key={when}>
            <dt>{when}</dt>
            <dd dir="auto">{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** The form of an import, and the fields that it has. */
export function DefinitionFields({ draft, onChange }: PartProps<ImportDraft>) {
  return (
    <>
      <Segments
        label="Form"
        value={draft.form}
        options={forms}
        onChange={(form) => onChange({ form })}
      />
      {draft.form === 'status' && <StateFields draft={draft} onChange={onChange} />}
      {draft.form === 'error' && (
        <Field
          label="Message"
          value={draft.error}
          onInput={(error) => onChange({ error })}
          path="error"
          required
        />
      )}
      {draft.form === 'timeline' && (
        <Steps steps={draft.steps} onChange={(steps) => onChange({ steps })} />
      )}
      {draft.form === 'progress' && <ProgressFields draft={draft} onChange={onChange} />}
    </>
  )
}

interface PartProps<T> {
  readonly draft: T
  readonly onChange: (part: Partial<T>) => void
}

function StateFields({ draft, onChange }: PartProps<StateDraft>) {
  return (
    <>
      <div class="columns">
        <Choice
          label="Status"
          value={draft.status}
          options={statuses}
          onChange={(status) => onChange({ status })}
        />
        <LineField
          label="Line"
          value={draft.fileLine}
          onInput={(fileLine) => onChange({ fileLine })}
          path="fileLine"
        />
      </div>
      <MessagesField draft={draft} onChange={onChange} path="messages" />
    </>
  )
}

function ProgressFields({ draft, onChange }: PartProps<ImportDraft>) {
  return (
    <>
      <div class="columns">
        <LineField
          label="Lines"
          value={draft.lines}
          onInput={(lines) => onChange({ lines })}
          path="progress.lines"
        />
        <Field
          label="Duration"
          value={draft.duration}
          onInput={(duration) => onChange({ duration })}
          path="progress.duration"
          placeholder="30s"
        />
        <Choice
          label="While it runs"
          value={draft.runningStatus}
          options={runningStatuses}
          onChange={(runningStatus) => onChange({ runningStatus })}
        />
        <Choice
          label="Outcome"
          value={draft.outcome}
          options={outcomes}
          onChange={(outcome) => onChange({ outcome })}
        />
        {draft.outcome === 'failed' && (
          <LineField
            label="Fails at line"
            value={draft.failsAt}
            onInput={(failsAt) => onChange({ failsAt })}
            path="progress.failsAt"
          />
        )}
      </div>
      <MessagesField draft={draft} onChange={onChange} path="progress.messages" />
    </>
  )
}

interface LineFieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly path: string
}

function LineField(props: LineFieldProps) {
  return <Field {...props} placeholder="0" />
}

interface MessagesFieldProps extends PartProps<Pick<StateDraft, 'messages'>> {
  readonly path: string
}

function MessagesField({ draft, onChange, path }: MessagesFieldProps) {
  return (
    <Field
      label="Messages, one a line"
      rows={2}
      value={draft.messages}
      onInput={(messages) => onChange({ messages })}
      path={path}
    />
  )
}

interface StepsProps {
  readonly steps: readonly StepDraft[]
  readonly onChange: (steps: readonly StepDraft[]) => void
}

function Steps({ steps, onChange }: StepsProps) {
  return (
    <div class="steps">
      <ol>
        {steps.map((step, index) => (
          <li key={index}>
            <Step
              step={step}
              index={index}
              onChange={(part) =>
                onChange(steps.map((it, at) => (at === index ? { ...it, ...part } : it)))
              }
            />
            {index > 0 && (
              <button
                type="button"
                class="quiet"
                onClick={() => onChange(steps.filter((_, at) => at !== index))}
              >
                Remove step {index + 1}
              </button>
            )}
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => onChange(withStep(steps))}>
        Add a step
      </button>
    </div>
  )
}

interface StepProps {
  readonly step: StepDraft
  readonly index: number
  readonly onChange: (part: Partial<StepDraft>) => void
}

function Step({ step, index, onChange }: StepProps) {
  return (
    <fieldset class="step">
      <legend>{index === 0 ? 'First' : `Step ${index + 1}`}</legend>
      {index > 0 && (
        <div class="columns">
          <Choice
            label="Begins after"
            value={step.condition}
            options={[
              ['after', 'a time'],
              ['afterPolls', 'polls'],
            ]}
            onChange={(condition) =>
              onChange({ condition, amount: condition === 'after' ? '5s' : '1' })
            }
          />
          <Field
            label={step.condition === 'after' ? 'Time' : 'Polls'}
            value={step.amount}
            onInput={(amount) => onChange({ amount })}
            path={`timeline[${index}].${step.condition}`}
          />
        </div>
      )}
      <div class="columns">
        <Choice
          label="Status"
          value={step.status}
          options={[...statuses, ['error', 'server error']]}
          onChange={(status) => onChange({ status })}
        />
        {step.status !== 'error' && (
          <LineField
            label="Line"
            value={step.fileLine}
            onInput={(fileLine) => onChange({ fileLine })}
            path={`timeline[${index}].fileLine`}
          />
        )}
      </div>
      {step.status === 'error' && (
        <Field
          label="Message"
          value={step.error}
          onInput={(error) => onChange({ error })}
          path={`timeline[${index}].error`}
        />
      )}
      {step.status === 'failed' && (
        <MessagesField draft={step} onChange={onChange} path={`timeline[${index}].messages`} />
      )}
    </fieldset>
  )
}
