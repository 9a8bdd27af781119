import type { RouteName } from '../../domain/control/routes.js'
import type { ClockView } from '../../domain/control/vocabulary.js'
import type { Clock } from '../clock.js'
import type { ControlScope, Verbs } from './control-verb.js'

/** The virtual clock. */
export const clockVerbs = {
  'clock.get': tellClock,
  'clock.freeze': (scope) => change(scope, (clock) => clock.freeze()),
  'clock.resume': (scope) => change(scope, (clock) => clock.resume()),
  'clock.set': (scope, { at }) => change(scope, (clock) => clock.set(Date.parse(at))),
  'clock.advance': (scope, { by }) => change(scope, (clock) => clock.advance(by)),
  'clock.reset': (scope) => change(scope, (clock) => clock.reset()),
} satisfies Verbs<Extract<RouteName, `clock.${string}`>>

/** Changes the clock, and returns what it shows then. */
function change(scope: ControlScope, apply: (clock: Clock) => void): ClockView {
  apply(scope.workspace.clock)
  return tellClock(scope)
}

function tellClock({ workspace }: ControlScope): ClockView {
  const { clock } = workspace
  return { now: new Date(clock.now()).toISOString(), frozen: clock.isFrozen }
}
