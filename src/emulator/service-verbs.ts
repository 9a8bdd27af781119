import { nothingSchema } from '../domain/control.js'
import { type Service, serviceSchema } from '../domain/service.js'
import { verb } from './control-verb.js'

/** The switches of the emulated service. */
export const serviceVerbs = {
  'service.get': verb({
    method: 'GET',
    path: '/service',
    schema: nothingSchema,
    run: ({ workspace }): Service => workspace.service.get(),
  }),
  'service.set': verb({
    method: 'PATCH',
    path: '/service',
    schema: serviceSchema,
    run: ({ workspace }, changes): Service => workspace.service.set(changes),
  }),
}
