import type { RouteName } from '../../domain/control/routes.js'
import type { ClockView } from '../../domain/control/vocabulary.js'
import type { ClockChange } from '../../domain/imports/history.js'
import type { Clock } from '../clock.js'
import type { ControlScope, Verbs } from './control-verb.js'

/** The virtual clock. */
export const clockVerbs = {
  'clock.get': tellClock,
  'clock.freeze': (scope) => change(scope, 'freeze', (clock) => clock.freeze()),
  'clock.resume': (scope) => change(scope, 'resume', (clock) => clock.resume()),
  'clock.set': (scope, { at }) => change(scope, 'set', (clock) => clock.set(Date.parse(at))),
  'clock.advance': (scope, { by }) => change(scope, 'advance', (clock) => clock.advance(by)),
  'clock.reset': (scope) => change(scope, 'reset', (clock) => clock.reset()),
} satisfies Verbs<Extract<RouteName, `clock.${string}`>>

/** Changes the clock, marks that in the histories of imports, and returns what the clock shows then. */
function change(scope: ControlScope, name: ClockChange, apply: (clock: Clock) => void): ClockView {
  const { clock, imports } = scope.workspace
  const from = clock.now()
  apply(clock)
  imports.histories.addClockChange(name, from, clock.now())
  return tellClock(scope)
}

function tellClock({ workspace }: ControlScope): ClockView {
  const { clock } = workspace
  return { now: new Date(clock.now()).toISOString(), frozen: clock.isFrozen }
}
