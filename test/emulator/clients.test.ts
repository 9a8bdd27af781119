import t from 'tap'
import type { ClientDefinition } from '../../src/domain/fixture.js'
import { Clients } from '../../src/emulator/tokens/client-store.js'

const scenario = (...clientIds: string[]) =>
  new Map<string, ClientDefinition>(
    clientIds.map((clientId) => [
      clientId,
      { clientId, clientSecret: 's', scopes: [], tokenLifetime: 3600 },
    ]),
  )

t.test('what was deleted stays so, until the scenario brings it anew', async (t) => {
  const clients = new Clients(scenario('a', 'b'))
  t.ok(clients.delete('a'))
  t.notOk(clients.delete('a'), 'once only')
  clients.load(scenario('a', 'b', 'c'))
  t.strictSame(
    clients.list().map(({ clientId }) => clientId),
    ['b', 'c'],
  )
  clients.load(scenario('b'))
  clients.load(scenario('a', 'b'))
  t.ok(clients.has('a'))
})
