import t from 'tap'
import type { ClientDefinition } from '../../src/domain/fixture.js'
import { Clients } from '../../src/emulator/tokens/client-store.js'
import { isSameSecret } from '../../src/emulator/tokens/compare-secrets.js'

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

t.test('secrets are the same only if every character is', (t) => {
  const long = 's'.repeat(512)
  const cases: [given: string, expected: string, isSame: boolean][] = [
    ['demo-secret', 'demo-secret', true],
    ['', '', true],
    ['', 'demo-secret', false],
    ['demo-secre', 'demo-secret', false],
    ['demo-secret\0', 'demo-secret', false],
    ['geheim-ß', 'geheim-ß', true],
    ['geheim-ß', 'geheim-ẞ', false],
    [long, long, true],
    [long, `${long}s`, false],
    [`${long}\0`, long, false],
    [`${long}a`, `${long}b`, false],
    [`${long}a`, `${long}a`, true],
  ]
  for (const [given, expected, isSame] of cases) {
    t.equal(isSameSecret(given, expected), isSame, JSON.stringify([given, expected]))
  }
  t.end()
})
