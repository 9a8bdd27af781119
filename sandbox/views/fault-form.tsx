import { useState } from 'preact/hooks'
import type { FaultKind } from '../../src/domain/fault.js'
import { operations } from '../../src/domain/operations.js'
import { faultKinds, faultOf, fieldsOf, firstTexts } from '../fault-draft.js'
import { Choice, Field } from '../parts/field.js'
import { control } from '../state/control.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

const kinds = Object.entries(faultKinds) as [FaultKind, string][]

const any = 'any'

/** Arms a fault of any kind. */
export function FaultForm() {
  const [kind, setKind] = useState<FaultKind>('status')
  const [operation, setOperation] = useState<string>(any)
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(firstTexts.status ?? {})
  const arm = async () => {
    const fault = faultOf(kind, operation === any ? undefined : operation, texts)
    await act(() => control.faults.arm(fault), 'The fault is armed')
    await refresh()
  }
  return (
    <section class="panel" aria-label="New fault">
      <h2>Arm a fault</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void arm()
        }}
      >
        <div class="columns wide">
          <Choice
            label="Kind"
            value={kind}
            options={kinds.map(([it, word]) => [it, `${it}: ${word}`])}
            onChange={(it) => {
              setKind(it)
              setTexts(firstTexts[it] ?? {})
            }}
          />
          <Choice
            label="Operation"
            value={operation}
            options={[[any, any], ...operations.map((it) => [it, it] as const)]}
            onChange={setOperation}
          />
        </div>
        <div class="columns">
          {fieldsOf(kind).map(({ name, label, placeholder }) => (
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
