import type { FaultKind } from '../../src/domain/fault.js'
import { operations } from '../../src/domain/operations.js'
import {
  faultKinds,
  faultOf,
  faultPresets,
  faultPreview,
  fieldsOf,
  firstTexts,
} from '../fault-draft.js'
import { Choice, Field } from '../parts/field.js'
import { control } from '../state/control.js'
import { faultKind, faultOperation, faultTexts } from '../state/drafts.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

const kinds = Object.entries(faultKinds) as [FaultKind, string][]

const any = 'any'

/** Arms a fault of any kind. */
export function FaultForm() {
  const kind = faultKind.value
  const operation = faultOperation.value
  const texts = faultTexts.value
  const arm = async () => {
    const fault = faultOf(kind, operation, texts)
    await act(() => control.faults.arm(fault), 'The fault is armed')
    await refresh()
  }
  return (
    <section class="panel" aria-label="New fault">
      <h2>Arm a fault</h2>
      <fieldset class="group">
        <legend class="hidden">Presets</legend>
        {faultPresets.map((preset) => (
          <button
            key={preset.label}
            type="button"
            onClick={() => {
              faultKind.value = preset.kind
              faultOperation.value = preset.operation
              faultTexts.value = preset.texts
            }}
          >
            {preset.label}
          </button>
        ))}
      </fieldset>
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
              faultKind.value = it
              faultTexts.value = firstTexts[it] ?? {}
            }}
          />
          <Choice
            label="Operation"
            value={operation ?? any}
            options={[[any, any], ...operations.map((it) => [it, it] as const)]}
            onChange={(it) => {
              faultOperation.value = it === any ? undefined : it
            }}
          />
        </div>
        <div class="columns">
          {fieldsOf(kind).map(({ name, label, placeholder }) => (
            <Field
              key={name}
              label={label}
              placeholder={placeholder}
              value={texts[name] ?? ''}
              path={name}
              onInput={(text) => {
                faultTexts.value = { ...texts, [name]: text }
              }}
            />
          ))}
        </div>
        <p class="muted">{faultPreview(faultOf(kind, operation, texts))}</p>
        <div class="actions">
          <button type="submit" class="primary">
            Arm fault
          </button>
        </div>
      </form>
    </section>
  )
}
