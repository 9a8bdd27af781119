import type * as v from 'valibot'
import {
  type ClockView,
  clockAdvanceSchema,
  clockSetSchema,
  nothingSchema,
} from '../domain/control.js'
import { toMs } from '../domain/duration.js'
import type { Clock } from './clock.js'
import { type ControlScope, verb } from './control-verb.js'

/** The virtual clock. */
export const clockVerbs = {
  'clock.get': verb({ method: 'GET', path: '/clock', schema: nothingSchema, run: tellClock }),
  'clock.freeze': change('/clock/freeze', nothingSchema, (clock) => clock.freeze()),
  'clock.resume': change('/clock/resume', nothingSchema, (clock) => clock.resume()),
  'clock.set': change('/clock/set', clockSetSchema, (clock, { at }) => clock.set(Date.parse(at))),
  'clock.advance': change('/clock/advance', clockAdvanceSchema, (clock, { by }) =>
    clock.advance(toMs(by)),
  ),
  'clock.reset': change('/clock/reset', nothingSchema, (clock) => clock.reset()),
}

/** A verb that changes the clock, and answers with what it shows then. */
function change<S extends v.GenericSchema>(
  path: string,
  schema: S,
  apply: (clock: Clock, input: v.InferOutput<S>) => void,
) {
  return verb({
    method: 'POST',
    path,
    schema,
    run(scope: ControlScope, input: v.InferOutput<S>): ClockView {
      apply(scope.workspace.clock, input)
      return tellClock(scope)
    },
  })
}

function tellClock({ workspace }: ControlScope): ClockView {
  const { now, frozen } = workspace.clock.get()
  return { now: new Date(now).toISOString(), frozen }
}
