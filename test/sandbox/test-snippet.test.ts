import { join } from 'node:path'
import t from 'tap'
import { testOf } from '../../sandbox/test-snippet.js'
import { type RunningEmulator, startEmulator } from '../../src/index.js'
import { poll } from '../browser/support.js'
import { fetchTokenFrom, runNode, statusPath } from '../support.js'

/** A poll that a fault strikes, however it ends. */
const pollUnder =
  (fault: Parameters<RunningEmulator['faults']['arm']>[0]): Request =>
  async (emulator) => {
    await emulator.faults.arm({ ...fault, times: 1 })
    await emulator.imports.put('faulty', { status: 'processed', fileLine: 5 })
    await poll(emulator, 'faulty').catch(() => {})
  }

const damagedToken: Request = async (emulator) => {
  await emulator.faults.arm({ kind: 'malformed', times: 1 })
  await fetchTokenFrom(emulator.url).catch(() => {})
}

const upload: Request = async ({ url, tokens }) => {
  const { access_token } = await tokens.mint({ clientId: 'demo-client' })
  const form = new FormData()
  form.append('file', new Blob(['group_name\nDrawing 5a\n']), 'groups.csv')
  const headers = { authorization: `Bearer ${access_token}` }
  return fetch(`${url}/api/v1/upload/api/v1/upload`, { method: 'POST', headers, body: form })
}

const downloadOf =
  (definition: Parameters<RunningEmulator['imports']['put']>[1]) =>
  async ({ url, tokens, imports }: RunningEmulator) => {
    await imports.put('told', definition)
    const { access_token } = await tokens.mint({ clientId: 'demo-client' })
    const headers = { authorization: `Bearer ${access_token}` }
    return (await fetch(`${url}/api/v1/upload/api/v1/download/told`, { headers })).text()
  }

const unknownDownload: Request = async ({ url, tokens }) => {
  const { access_token } = await tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${access_token}` }
  await fetch(`${url}/api/v1/upload/api/v1/download/nowhere`, { headers })
}

/** The entry of the result file alone. */
const result: Request = async (emulator) => {
  const { signedUrl } = JSON.parse(await downloadOf({ status: 'processed' })(emulator))
  await emulator.journal.clear()
  await fetch(signedUrl)
}

type Request = (emulator: RunningEmulator) => Promise<unknown>

/** With a token that was minted by a specification. */
const pollWith =
  (id: string, spec: Parameters<RunningEmulator['tokens']['mint']>[0]): Request =>
  async ({ url, tokens }) => {
    const { access_token } = await tokens.mint(spec)
    return fetch(url + statusPath(id), { headers: { authorization: `Bearer ${access_token}` } })
  }

const requests: [name: string, request: Request, status: number | undefined][] = [
  ['a known import', (emulator) => poll(emulator, 'failed'), 200],
  ['a server error', (emulator) => poll(emulator, 'server-error'), 500],
  ['an id that is unknown', (emulator) => poll(emulator, "it's ${not} `there` \\"), 404],
  ['no token', ({ url }) => fetch(url + statusPath('12345')), 401],
  ['an expired token', pollWith('12345', { clientId: 'demo-client', flaw: 'expired' }), 401],
  ['an unsigned token', pollWith('12345', { clientId: 'demo-client', flaw: 'unsigned' }), 401],
  ['a malformed token', pollWith('12345', { clientId: 'demo-client', flaw: 'malformed' }), 401],
  ['a token of no client', pollWith('12345', {}), 401],
  ['another scope', pollWith('12345', { clientId: 'demo-client', scopes: ['a', 'b'] }), 403],
  ['no scope', pollWith('12345', { clientId: 'demo-client', scopes: [] }), 403],
  ['a token', ({ url }) => fetchTokenFrom(url), 200],
  ['a damaged token response', damagedToken, 200],
  [
    'a wrong secret',
    ({ url }) => fetchTokenFrom(url, { clientId: 'demo-client', clientSecret: 'wrong' }),
    401,
  ],
  ['the keys', ({ url }) => fetch(`${url}/.well-known/jwks.json`), 200],
  ['an upload', upload, 200],
  ['a download', downloadOf({ status: 'failed' }), 200],
  ['a download too early', downloadOf({ status: 'pending' }), 404],
  ['a download of an unknown import', unknownDownload, 404],
  ['a result file', result, 200],
  ['a wrong method', ({ url }) => fetch(url + statusPath('12345'), { method: 'POST' }), 405],
  ['another status', pollUnder({ kind: 'status', status: 503, retryAfter: '30s' }), 503],
  ['a body without a state', pollUnder({ kind: 'status', status: 200, body: '{}' }), 200],
  ['a damaged body', pollUnder({ kind: 'malformed' }), 200],
  ['a page of HTML', pollUnder({ kind: 'html' }), 502],
  ['a reset connection', pollUnder({ kind: 'reset' }), undefined],
  ['no response', pollUnder({ kind: 'hang', atMost: '100ms' }), undefined],
  ['a body cut short', pollUnder({ kind: 'truncate' }), undefined],
  ['a path that there is not', ({ url }) => fetch(`${url}/nowhere`), 404],
]

/** The test that the page copies for the last entry of the journal. */
async function copiedTest({ journal, faults }: RunningEmulator): Promise<string> {
  const [entry] = (await journal.find()).entries.slice(-1)
  if (entry === undefined) throw new Error('The journal has no entry')
  const applied = (await faults.list()).filter(({ id }) => entry.faults.includes(id))
  return testOf(
    entry,
    applied.map(({ definition }) => definition),
  )
}

t.test('the copied test of each entry passes', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const files: Record<string, string> = {}
  for (const [index, [name, request, status]] of requests.entries()) {
    await t.test(name, async (t) => {
      await emulator.journal.clear()
      await emulator.faults.clear()
      await request(emulator)
      const code = await copiedTest(emulator)
      t.match(code, status === undefined ? 'assert.rejects' : `response.status, ${status})`)
      files[`${index}.test.mjs`] = code
    })
  }
  // One process runs them all: to start one for each takes longer than the tests.
  const names = Object.keys(files)
  const all = names.map((name) => `import './${name}'\n`).join('')
  const file = join(t.testdir({ ...files, 'all.mjs': all }), 'all.mjs')
  const { stdout } = await runNode(['--test-reporter=tap', file]).catch((error) => error)
  t.strictSame(stdout.match(/^# (?:pass|fail) .*$/gm), [`# pass ${names.length}`, '# fail 0'])
  t.strictSame(stdout.match(/^not ok .*$/gm), null)
})
