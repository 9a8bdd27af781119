import { useState } from 'preact/hooks'
import { operations } from '../../src/domain/operations.js'
import { numberOrText } from '../import-draft.js'
import { Choice, Field } from '../parts/field.js'
import { control } from '../state/control.js'
import { type FaultDefinition, type FaultKind, faultKinds } from '../state/fault.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

const kindWords: Readonly<Record<FaultKind, string>> = {
  status: 'another status',
  delay: 'a late answer',
  hang: 'no answer',
  reset: 'a reset connection',
  empty: 'a closed connection',
  truncate: 'a body cut short',
  malformed: 'malformed JSON',
  'slow-body': 'a slow body',
  html: 'a page of HTML',
}

interface FaultField {
  readonly name: string
  readonly label: string
  readonly placeholder: string
  readonly numeric?: boolean
}

/** What belongs to a kind alone. */
const ownFields: Readonly<Partial<Record<FaultKind, readonly FaultField[]>>> = {
  status: [
    { name: 'status', label: 'Status', placeholder: '503', numeric: true },
    { name: 'message', label: 'Message', placeholder: 'as usual' },
    { name: 'retryAfter', label: 'Retry after', placeholder: '30s' },
  ],
  hang: [{ name: 'atMost', label: 'At most', placeholder: '5m' }],
  truncate: [{ name: 'bytes', label: 'Bytes', placeholder: 'half', numeric: true }],
  'slow-body': [
    { name: 'bytesPerSecond', label: 'Bytes a second', placeholder: '10', numeric: true },
  ],
}

/** Which requests a fault is meant for, and how often it strikes. */
const sharedFields: readonly FaultField[] = [
  { name: 'referenceId', label: 'Reference id', placeholder: 'any; slow-*' },
  { name: 'client', label: 'Client', placeholder: 'any' },
  { name: 'delay', label: 'Delay', placeholder: '2s' },
  { name: 'skip', label: 'Skip the first', placeholder: '0', numeric: true },
  { name: 'times', label: 'Strikes', placeholder: 'always', numeric: true },
  { name: 'probability', label: 'Probability', placeholder: '1', numeric: true },
]

const anyOperation = 'any'

export function FaultForm() {
  const [kind, setKind] = useState<FaultKind>('status')
  const [operation, setOperation] = useState<string>(anyOperation)
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({ status: '503' })
  const fields = [...(ownFields[kind] ?? []), ...sharedFields]
  const definition = (): FaultDefinition => ({
    kind,
    ...(operation !== anyOperation && { operation }),
    ...Object.fromEntries(fields.flatMap((field) => given(field, texts[field.name] ?? ''))),
  })
  return (
    <section class="panel" aria-label="New fault">
      <h2>Arm a fault</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void act(() => control.faults.arm(definition()), 'The fault is armed').then(refresh)
        }}
      >
        <div class="columns">
          <Choice
            label="Kind"
            value={kind}
            options={faultKinds.map((it) => [it, `${it}: ${kindWords[it]}`])}
            onChange={setKind}
          />
          <Choice
            label="Operation"
            value={operation}
            options={[[anyOperation, 'any'], ...operations.map((it) => [it, it] as const)]}
            onChange={setOperation}
          />
        </div>
        <div class="columns">
          {fields.map(({ name, label, placeholder }) => (
            <Field
              key={name}
              label={label}
              placeholder={placeholder}
              value={texts[name] ?? ''}
              onInput={(text) => setTexts({ ...texts, [name]: text })}
            />
          ))}
        </div>
        <div class="actions">
          <button type="submit" class="primary">
            Arm fault
          </button>
        </div>
      </form>
    </section>
  )
}

/** What is wrong with it, the control API tells. */
function given({ name, numeric }: FaultField, text: string): [string, unknown][] {
  if (text.trim() === '') return []
  if (!numeric) return [[name, text.trim()]]
  return [[name, name === 'probability' ? Number(text) : numberOrText(text)]]
}
