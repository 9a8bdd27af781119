import type { FaultView } from '../../src/domain/fault.js'
import { Empty } from '../parts/field.js'
import { numberOf } from '../parts/text.js'
import { control } from '../state/control.js'
import { faults } from '../state/emulator.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'
import { FaultForm } from './fault-form.js'

/** Planned misbehaviour: what is armed, and arming more. */
export function FaultsView() {
  return (
    <div class="halves">
      <FaultForm />
      <section class="panel" aria-label="Armed faults">
        <div class="panel-head">
          <h2>Armed</h2>
          {faults.value.length > 0 && (
            <button
              type="button"
              onClick={() => void act(control.faults.clear, 'No fault is armed').then(refresh)}
            >
              Clear all
            </button>
          )}
        </div>
        <FaultList faults={faults.value} />
      </section>
    </div>
  )
}

function FaultList({ faults }: { readonly faults: readonly FaultView[] }) {
  if (faults.length === 0) {
    return <Empty title="No fault is armed">The service responds normally.</Empty>
  }
  return (
    <ul class="cards">
      {faults.map(({ id, definition, matched, applied }) => (
        <li key={id} class="card">
          <div class="panel-head">
            <p>
              <span class="chip failed">{definition.kind}</span>{' '}
              <b class="mono" dir="auto">
                {id}
              </b>
            </p>
            <button
              type="button"
              aria-label={`Disarm ${id}`}
              onClick={() =>
                void act(() => control.faults.disarm(id), `${id} is disarmed`).then(refresh)
              }
            >
              Disarm
            </button>
          </div>
          <p class="muted">{describe(definition)}</p>
          {applied >= (definition.times ?? Number.POSITIVE_INFINITY) && (
            <p class="chip">Used up: it has applied as often as it may</p>
          )}
          <p class="muted">
            Applied to {numberOf(applied)} of {numberOf(matched)} matching requests
          </p>
        </li>
      ))}
    </ul>
  )
}

/** Its other fields, as they are. */
function describe({ kind: _, id: __, ...fields }: FaultView['definition']): string {
  const told = Object.entries(fields).map(([name, value]) => {
    if (typeof value === 'string') return `${name} ${value}`
    const isSpread = name === 'delay' && typeof value === 'object'
    return `${name} ${
      isSpread
        ? Object.entries(value ?? {})
            .flat()
            .join(' ')
        : JSON.stringify(value)
    }`
  })
  return told.join(' · ') || 'every request'
}
