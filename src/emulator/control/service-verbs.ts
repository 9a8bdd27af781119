import type { RouteName } from '../../domain/control/routes.js'
import type { Service } from '../../domain/service.js'
import type { Verbs } from './control-verb.js'

/** The switches of the emulated service. */
export const serviceVerbs = {
  'service.get': ({ workspace }): Service => workspace.service.get(),
  'service.set': ({ workspace }, changes): Service => workspace.service.set(changes),
} satisfies Verbs<Extract<RouteName, `service.${string}`>>
