import { type ClientView, definitionSchema, idSchema, nothingSchema } from '../domain/control.js'
import { type ClientDefinition, clientFixtureSchema } from '../domain/fixture.js'
import { quoted } from '../domain/visible-text.js'
import { notFound, parse, requireClient, verb, withId } from './control-verb.js'

/** Clients of the token endpoint. */
export const clientVerbs = {
  'clients.list': verb({
    method: 'GET',
    path: '/clients',
    schema: nothingSchema,
    run: ({ workspace }): ClientView[] => workspace.clients.list().map(withoutSecret),
  }),
  'clients.get': verb({
    method: 'GET',
    path: '/clients/:id',
    schema: idSchema,
    run: ({ workspace }, { id }): ClientView => withoutSecret(requireClient(workspace, id)),
  }),
  'clients.put': verb({
    method: 'PUT',
    path: '/clients/:id',
    body: 'definition',
    schema: definitionSchema,
    run({ workspace }, { id, definition }): ClientView {
      const client = parse(clientFixtureSchema, withId('clientId', id, definition))
      workspace.clients.put(client)
      return withoutSecret(client)
    },
  }),
  'clients.delete': verb({
    method: 'DELETE',
    path: '/clients/:id',
    schema: idSchema,
    run({ workspace }, { id }): void {
      if (!workspace.clients.delete(id)) notFound(`There is no client ${quoted(id)}`)
    },
  }),
}

function withoutSecret({ clientSecret: _, ...view }: ClientDefinition): ClientView {
  return view
}
