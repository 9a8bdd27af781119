import { idSchema, nothingSchema, wholeBodySchema } from '../domain/control.js'
import { type FaultView, faultSchema } from '../domain/fault.js'
import { quoted } from '../domain/visible-text.js'
import { notFound, parse, verb } from './control-verb.js'

export const faultVerbs = {
  'faults.arm': verb({
    method: 'POST',
    path: '/faults',
    body: 'definition',
    schema: wholeBodySchema,
    run: ({ workspace }, { definition }): FaultView =>
      workspace.faults.arm(parse(faultSchema, definition)),
  }),
  'faults.list': verb({
    method: 'GET',
    path: '/faults',
    schema: nothingSchema,
    run: ({ workspace }): FaultView[] => workspace.faults.list(),
  }),
  'faults.disarm': verb({
    method: 'DELETE',
    path: '/faults/:id',
    schema: idSchema,
    run({ workspace }, { id }): void {
      if (!workspace.faults.disarm(id)) notFound(`There is no fault ${quoted(id)}`)
    },
  }),
  'faults.clear': verb({
    method: 'DELETE',
    path: '/faults',
    schema: nothingSchema,
    run: ({ workspace }): void => workspace.faults.clear(),
  }),
}
