import { useId } from 'preact/hooks'
import type { Service } from '../../src/domain/service.js'
import { Choice } from '../parts/field.js'
import { withoutMarks } from '../parts/text.js'
import { control } from '../state/control.js'
import { type LedgerRow, texts } from '../state/documents.js'
import { service } from '../state/emulator.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

/** The switches with two words, the default first. */
const switches = {
  rowErrors: ['fail', 'report'],
  fileLine: ['handled', 'imported'],
  raggedRows: ['check', 'refuse'],
  referenceIds: ['any', 'uuid'],
  contentTypes: ['bare', 'charset'],
} as const satisfies { [Name in Exclude<keyof Service, 'maxRecords'>]: readonly Service[Name][] }

type SwitchName = keyof typeof switches

/** The row of the ledger that a switch brings about. */
function rowOf(name: keyof Service, value: string): LedgerRow | undefined {
  const rows = Object.values(texts.value?.['x-ledger'] ?? {})
  return rows.find((row) => row.switch === `${name}: ${value}`)
}

/** Sets how the emulated service responds where two responses are plausible. */
export function ServiceSwitches() {
  const current = service.value
  if (current === undefined) return null
  const names = Object.keys(switches) as SwitchName[]
  const changed =
    names.filter((name) => current[name] !== switches[name][0]).length +
    (current.maxRecords === null ? 0 : 1)
  return (
    <details class="panel switches">
      <summary>
        Service switches{' '}
        <span class="muted">{changed === 0 ? 'all at their defaults' : `${changed} changed`}</span>
      </summary>
      <div class="columns wide">
        {names.map((name) => (
          <div key={name}>
            <Choice<string>
              label={name}
              value={current[name]}
              options={switches[name].map((value) => [value, value])}
              onChange={(value) => set({ [name]: value }, `${name} is ${value}`)}
            />
            <Evidence row={rowOf(name, current[name])} />
          </div>
        ))}
        <MaxRecords value={current.maxRecords} />
      </div>
    </details>
  )
}

function MaxRecords({ value }: { readonly value: number | null }) {
  const id = useId()
  return (
    <div>
      <div class="field">
        <label for={id}>maxRecords</label>
        <input
          id={id}
          type="text"
          inputMode="numeric"
          placeholder="any number"
          value={value ?? ''}
          onChange={({ currentTarget }) => {
            const text = currentTarget.value.trim()
            const maxRecords = text === '' ? null : /^\d+$/.test(text) ? Number(text) : text
            set({ maxRecords }, `maxRecords is ${maxRecords ?? 'any number'}`)
            currentTarget.value = String(value ?? '')
          }}
        />
      </div>
      <Evidence row={rowOf('maxRecords', value === null ? 'null' : 'a number')} />
    </div>
  )
}

function Evidence({ row }: { readonly row: LedgerRow | undefined }) {
  if (row === undefined) return null
  return (
    <small class="muted">
      {withoutMarks(row.topic)} ({row.basis})
    </small>
  )
}

/** The control API says what is wrong with a value. */
function set(changes: object, done: string): void {
  void act(() => control.service.set(changes), done).then(refresh)
}
