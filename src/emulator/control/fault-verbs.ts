import { parse, type RouteName } from '../../domain/control/routes.js'
import { type FaultView, faultSchema } from '../../domain/fault.js'
import { quoted } from '../../domain/visible-text.js'
import { notFound, type Verbs } from './control-verb.js'

export const faultVerbs = {
  'faults.arm': ({ workspace }, { definition }): FaultView =>
    workspace.faults.arm(parse(faultSchema, definition)),
  'faults.list': ({ workspace }): FaultView[] => workspace.faults.list(),
  'faults.disarm'({ workspace }, { id }): void {
    const removed = workspace.faults.disarm(id) ?? notFound(`There is no fault ${quoted(id)}`)
    workspace.removals.add('fault', id, removed)
  },
  'faults.clear': ({ workspace }): void =>
    workspace.removals.add('faults', null, workspace.faults.clear()),
} satisfies Verbs<Extract<RouteName, `faults.${string}`>>
