import { isFrozen, now } from '../state/clock.js'
import { isReachable } from '../state/connection.js'
import { faults } from '../state/emulator.js'
import { open } from '../state/route.js'
import { workspace } from '../state/session.js'
import { unusualFacts } from '../unusual.js'

/** Everything that is unusual, in one line. Absent if all is as usual. */
export function UnusualBar() {
  const facts = unusualFacts({
    aheadMs: now.value - Date.now(),
    isFrozen: isFrozen.value,
    faults: faults.value.length,
    workspace,
    isReachable: isReachable.value,
  })
  if (facts.length === 0) return null
  return (
    <section class="unusual" aria-label="Unusual">
      {facts.map(([name, text]) =>
        name === 'faults' ? (
          <button key={name} type="button" class="quiet" onClick={() => open('faults')}>
            {text}
          </button>
        ) : (
          <span key={name} class={name === 'offline' ? name : undefined}>
            {text}
          </span>
        ),
      )}
    </section>
  )
}
