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

t.test('credentials are those of a client, or not', async (t) => {
  const clients = new Clients(scenario('a'))
  const cases: [name: string, clientId: string, secret: string, isRight: boolean][] = [
    ['right ones', 'a', 's', true],
    ['a wrong secret', 'a', 't', false],
    ['an unknown client', 'b', 's', false],
    ['an unknown client without a secret', 'b', '', false],
  ]
  for (const [name, clientId, secret, isRight] of cases) {
    t.equal(clients.isRight(clientId, secret), isRight, name)
  }
})

t.test('a deleted client stays deleted until the scenario brings it anew', async (t) => {
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
