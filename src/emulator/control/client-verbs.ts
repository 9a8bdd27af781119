import { parse, type RouteName } from '../../domain/control/routes.js'
import type { ClientView } from '../../domain/control/vocabulary.js'
import { type ClientDefinition, clientFixtureSchema } from '../../domain/fixture.js'
import { quoted } from '../../domain/visible-text.js'
import { notFound, requireClient, type Verbs, withId } from './control-verb.js'

/** Clients of the token endpoint. */
export const clientVerbs = {
  'clients.list': ({ workspace }): ClientView[] => workspace.clients.list().map(withoutSecret),
  'clients.get': ({ workspace }, { id }): ClientView => withoutSecret(requireClient(workspace, id)),
  'clients.put'({ workspace }, { id, definition }): ClientView {
    const client = parse(clientFixtureSchema, withId('clientId', id, definition))
    workspace.clients.put(client)
    return withoutSecret(client)
  },
  'clients.delete'({ workspace }, { id }): void {
    const removed = workspace.clients.delete(id) ?? notFound(`There is no client ${quoted(id)}`)
    workspace.removals.add('client', id, removed)
  },
} satisfies Verbs<Extract<RouteName, `clients.${string}`>>

function withoutSecret({ clientSecret: _, ...view }: ClientDefinition): ClientView {
  return view
}
