import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type RunningEmulator, startEmulator } from '../../src/index.js'
import { statusPath } from '../support.js'

const imports = [
  { referenceId: 'a', timeline: [{ status: 'pending' as const }, { afterPolls: 1, error: 'B' }] },
  { referenceId: 'b', status: 'pending' as const },
]

async function poll(emulator: RunningEmulator, id: string, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  return (await emulator.inject(statusPath(id), { headers })).status
}

t.test('a state outlives a restart', async (t) => {
  const folder = t.testdir({ 'scenario.json': JSON.stringify({ imports }) })
  const [state, fixtures] = [join(folder, 'state.json'), join(folder, 'scenario.json')]
  const start = async (options = {}) => {
    const emulator = await startEmulator({ listen: false, state, fixtures, ...options })
    t.teardown(() => emulator.close())
    return emulator
  }
  const first = await start()
  const own = first.workspace('own')
  const { access_token: token } = await first.tokens.mint({ scopes: ['rostering'] })
  await first.clients.put('c', { clientSecret: 's' })
  await own.scenario.load({ imports: [{ referenceId: 'mine', status: 'failed' }] })
  await t.rejects(start(), { message: /: is in use by another emulator \(process \d+\)/ })
  await first.clock.freeze()
  const { now } = await first.clock.get()
  await first.close()
  await first.close()

  const second = await start()
  t.strictSame(
    (await second.clients.list()).map(({ clientId }) => clientId),
    ['c'],
  )
  t.equal((await second.clock.get()).now, now)
  t.strictSame(await second.workspaces.list(), ['own'])
  t.equal((await second.workspace('own').imports.get('mine')).referenceId, 'mine')
  const named = await second.tokens.mint({ clientId: 'c', scopes: ['rostering'] })
  t.equal(await poll(second, 'a', named.access_token), 200)
  t.equal(await poll(second, 'a', token), 401, 'of a client that there never was')
  await second.close()

  const edited = [imports[0], { referenceId: 'b', status: 'failed' as const }]
  writeFileSync(fixtures, JSON.stringify({ imports: edited }))
  const third = await start()
  t.equal(
    await poll(third, 'a', named.access_token),
    500,
    'its polls go on, and the key is the same',
  )
  t.match(await third.imports.get('b'), { state: { status: 'failed' } }, 'the edit holds')
  await third.close()
  const before = readFileSync(state, 'utf8')
  t.notMatch(before, named.access_token)
  await (await start()).close()
  t.equal(readFileSync(state, 'utf8'), before, 'without a change, nothing is written')

  await t.rejects(start({ maxWorkspaces: 1, fixtures: join(folder, 'none.json') }), {
    message: /none\.json: there is no such file/,
  })
  const more = await start()
  await more.workspaces.fork('another')
  await more.close()
  await t.rejects(start({ maxWorkspaces: 1 }), {
    message: '--max-workspaces: is 1, and the state file has 2 workspaces',
  })
  writeFileSync(state, readFileSync(state, 'utf8').replace('another', 'onother'))
  await t.rejects(start(), {
    message: /: is damaged: its contents do not match its checksum\. Move/,
  })
})

t.test('a signing key that is given is not saved', async (t) => {
  const state = join(t.testdir(), 'state.json')
  const { generateKeyPairSync } = await import('node:crypto')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signingKey = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const emulator = await startEmulator({ listen: false, state, signingKey, watch: true })
  await emulator.inject('/.well-known/jwks.json')
  await emulator.close()
  t.match(readFileSync(state, 'utf8'), '"linkKey"')
  t.notMatch(readFileSync(state, 'utf8'), '"signingKey"')
})

t.test('an edit between a savepoint and its restore holds', async (t) => {
  const { Emulator } = await import('../../src/emulator/emulator.js')
  const { loadFixtures } = await import('../../src/emulator/fixtures/load-fixtures.js')
  const emulator = await Emulator.create({ fixtures: [{ imports }] })
  const saved = emulator.main.save()
  emulator.load(await loadFixtures([{ imports: [{ referenceId: 'new', status: 'pending' }] }]))
  emulator.restore(emulator.main, saved)
  t.strictSame(
    emulator.main.imports.list().map(({ referenceId }) => referenceId),
    ['new'],
  )
})
