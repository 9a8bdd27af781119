import {
  type ClockView,
  clockAdvanceSchema,
  clockSetSchema,
  nothingSchema,
} from '../domain/control.js'
import { toMs } from '../domain/duration.js'
import { type ControlScope, verb } from './control-verb.js'

/** The virtual clock. */
export const clockVerbs = {
  'clock.get': verb({
    method: 'GET',
    path: '/clock',
    schema: nothingSchema,
    run: tellClock,
  }),
  'clock.freeze': verb({
    method: 'POST',
    path: '/clock/freeze',
    schema: nothingSchema,
    run(scope) {
      scope.workspace.clock.freeze()
      return tellClock(scope)
    },
  }),
  'clock.resume': verb({
    method: 'POST',
    path: '/clock/resume',
    schema: nothingSchema,
    run(scope) {
      scope.workspace.clock.resume()
      return tellClock(scope)
    },
  }),
  'clock.set': verb({
    method: 'POST',
    path: '/clock/set',
    schema: clockSetSchema,
    run(scope, { at }) {
      scope.workspace.clock.set(Date.parse(at))
      return tellClock(scope)
    },
  }),
  'clock.advance': verb({
    method: 'POST',
    path: '/clock/advance',
    schema: clockAdvanceSchema,
    run(scope, { by }) {
      scope.workspace.clock.advance(toMs(by))
      return tellClock(scope)
    },
  }),
  'clock.reset': verb({
    method: 'POST',
    path: '/clock/reset',
    schema: nothingSchema,
    run(scope) {
      scope.workspace.clock.reset()
      return tellClock(scope)
    },
  }),
}

function tellClock({ workspace }: ControlScope): ClockView {
  const { now, frozen } = workspace.clock.get()
  return { now: new Date(now).toISOString(), frozen }
}
