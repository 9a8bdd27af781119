import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { toText } from '../../src/domain/report/report-text.js'
import type { RunReport } from '../../src/domain/report/run-report.js'
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../../src/index.js'
import { listen, sendRaw, statusPath, tokenPath } from '../support.js'

const met = ({ outcomes }: RunReport) =>
  Object.fromEntries(
    outcomes.filter(({ count }) => count > 0).map(({ outcome, count }) => [outcome, count]),
  )
const findingsOf = ({ findings }: RunReport) => findings.map(({ finding }) => finding)

async function start(t: Test, options: EmulatorOptions & { listen?: boolean } = {}) {
  const emulator = await startEmulator({ listen: false, ...options })
  t.teardown(() => emulator.close())
  return emulator
}

const credentials = {
  grant_type: 'client_credentials',
  client_id: 'demo-client',
  client_secret: 'demo-secret',
}

async function newToken({ inject }: RunningEmulator, path = tokenPath): Promise<string> {
  const response = await inject(path, { method: 'POST', body: new URLSearchParams(credentials) })
  return ((await response.json()) as { access_token: string }).access_token
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

t.test('an integration with bad manners is told so', async (t) => {
  const emulator = await start(t)
  await emulator.imports.put('slow', {
    timeline: [{ status: 'pending' }, { afterPolls: 8, status: 'processed' }],
  })
  let token = ''
  // It fetches an access token for each poll, does not wait between them, and does not stop.
  for (let poll = 0; poll < 13; poll += 1) {
    token = await newToken(emulator)
    await emulator.inject(statusPath('slow'), bearer(token))
  }
  // It tries an unknown id again and again, and sends its secret in the URL.
  for (let poll = 0; poll < 4; poll += 1) {
    await emulator.inject(`${statusPath('nope')}?client_secret=demo-secret`, bearer(token))
  }
  const report = await emulator.report.get()
  t.match(report, { version: 1, workspace: 'main', requests: 30, cut: [] })
  t.strictSame(met(report), {
    'token.issued': 13,
    'status.pending': 8,
    'status.processed': 5,
    'status.not-found': 4,
  })
  t.strictSame(findingsOf(report), [
    'token-per-request',
    'polls-too-fast',
    'polls-after-end',
    'retries-refusal',
    'secret-in-url',
  ])
  t.match(report.unexpected, [{ kind: 'secret-in-url', count: 4, entries: [27, 28, 29, 30] }])
  t.strictSame(report.basis, { documented: 17, standard: 13, published: 0, decided: 0 })
  t.notOk(JSON.stringify(report).includes('demo-secret'), 'no secret is in it')
  const markdown = await emulator.report.markdown()
  t.match(markdown, /^## TAO upload emulator: run report\n\n30 requests\. /)
  t.match(markdown, '| `polls-too-fast` |')
  t.match(await emulator.report.markdown({ all: true }), '30 requests, all workspaces.')

  await emulator.report.reset()
  t.match(await emulator.report.get(), { requests: 0, findings: [], unexpected: [] })
})

t.test('no id of a request steers a terminal', async (t) => {
  const emulator = await start(t)
  const steering = '\u001b[2J\nx'
  const token = await newToken(emulator)
  for (let poll = 0; poll < 6; poll += 1) {
    await emulator.inject(statusPath(steering), bearer(token))
  }
  const report = await emulator.report.get()
  t.ok(report.findings.length > 0)
  for (const { sentence } of report.findings) t.notOk(sentence.includes('\u001b'), sentence)
  t.notOk(toText(report).includes('\u001b'))
})

t.test('our own example has good manners', async (t) => {
  const emulator = await start(t, { listen: true })
  const { waitForImport } = await import(
    new URL('../../examples/wait-for-import.js', import.meta.url).href
  )
  for (const file of ['a', 'b']) {
    const { url, clock, imports, journal } = emulator.workspace(file)
    await clock.freeze()
    const progress = { lines: 1000, duration: '10m', outcome: 'processed' } as const
    await imports.put('roster', { progress })
    const waiting = waitForImport(url, 'roster')
    await journal.waitFor({ referenceId: 'roster' }, { count: 2, timeout: '30s' })
    await clock.advance('10m')
    await waiting
  }
  const report = await emulator.report.get({ all: true })
  t.equal(report.workspace, null)
  t.match(met(report), { 'token.issued': 2, 'status.processed': 2 })
  t.strictSame([report.findings, report.unexpected], [[], []])
})

t.test('the counts are exact, however few requests the journal keeps', async (t) => {
  const emulator = await start(t, { journalSize: 10 })
  const token = await newToken(emulator)
  const paths = [statusPath('12345'), statusPath('pending'), statusPath('nope'), '/nope']
  for (let index = 0; index < 2000; index += 1) {
    await emulator.inject(paths[index % paths.length] as string, bearer(token))
  }
  const report = await emulator.report.get()
  t.equal(report.requests, 2001)
  t.strictSame(met(report), {
    'token.issued': 1,
    'status.pending': 500,
    'status.processed': 500,
    'status.not-found': 500,
  })
  t.match(report.unexpected, [{ kind: 'unknown-path', count: 500, entries: [5, 9, 13, 17, 21] }])
  t.strictSame(report.basis, { documented: 1500, standard: 1, published: 0, decided: 500 })
})

t.test('a report counts older revisions, uploads, downloads and charsets', async (t) => {
  const emulator = await start(t, { journalSize: 0, rowsPerSecond: 0 })
  await emulator.uploads.arm({
    id: 'planned',
    fileName: 'users*',
    status: 'processed',
    fileLine: 1,
  })
  await emulator.uploads.arm({ id: 'other', fileName: 'staff*', status: 'processed', fileLine: 1 })
  await emulator.faults.arm({ id: 'down', kind: 'status', status: 503, operation: 'jwks' })
  await emulator.faults.arm({ id: 'never', kind: 'reset', referenceId: 'none' })
  const token = await newToken(emulator, '/api/v1/oauth2/tokens')
  const part = 'Content-Disposition: form-data; name="file"; filename="users.csv"'
  const body = `--X\r\n${part}\r\n\r\nuser_username\nanna\n\r\n--X--\r\n`
  const headers = { 'content-type': 'multipart/form-data; boundary=X' }
  const upload = await emulator.inject('/api/v1/upload', {
    method: 'POST',
    body,
    headers: { ...headers, ...bearer(token).headers },
  })
  const { referenceId } = ((await upload.json()) as { result: { referenceId: string } }).result
  const link = await emulator.inject(`/api/v1/download/${referenceId}`, bearer(token))
  await emulator.inject(((await link.json()) as { signedUrl: string }).signedUrl)
  await emulator.inject('/.well-known/jwks.json')
  await emulator.service.set({ contentTypes: 'charset' })
  await emulator.inject(statusPath(referenceId), bearer(token))
  const preflight = { origin: 'http://a.test', 'access-control-request-method': 'GET' }
  await emulator.inject(statusPath(referenceId), { method: 'OPTIONS', headers: preflight })
  const report = await emulator.report.get()
  t.strictSame(met(report), {
    'token.issued': 1,
    'upload.accepted': 1,
    'status.processed': 1,
    'download.ready': 1,
    'result.sent': 1,
    'fault.status': 1,
  })
  t.match(report.unexpected, [{ kind: 'older-revision', count: 3, entries: [] }])
  t.strictSame(report.unused.faults, { ids: ['never'], more: 0 })
  t.strictSame(report.unused.uploads, { ids: ['other'], more: 0 })
  t.strictSame(report.basis, { documented: 0, standard: 1, published: 3, decided: 3 })
})

t.test('a client that is issued broken tokens may fetch others', async (t) => {
  const emulator = await start(t)
  await emulator.clients.put('demo-client', {
    clientSecret: 'demo-secret',
    scopes: ['rostering'],
    tokenFlaw: 'expired',
  })
  for (let index = 0; index < 9; index += 1) {
    await emulator.inject(statusPath('12345'), bearer(await newToken(emulator)))
  }
  t.strictSame(findingsOf(await emulator.report.get()), [])
})

t.test('all workspaces are one report, those that are gone included', async (t) => {
  const emulator = await start(t, { maxWorkspaces: 10 })
  const poll = async (prefix: string) => {
    for (let index = 0; index < 4; index += 1) {
      await emulator.inject(`${prefix}${statusPath('12345')}?token=a`)
    }
  }
  await poll('')
  for (const name of ['a', 'b', 'c']) {
    await emulator.workspace(name).clock.get()
    await poll(`/w/${name}`)
  }
  const path = `/w/a${tokenPath}`
  for (let index = 0; index < 3; index += 1) {
    await emulator.inject(`${path}?client_secret=a`, {
      method: 'POST',
      body: new URLSearchParams(credentials),
    })
  }
  await emulator.workspaces.delete('a')
  await emulator.workspaces.delete('b')
  await emulator.workspace('c').workspaces.fork('copy')
  t.equal((await emulator.workspace('copy').report.get()).requests, 0, 'a copy counts anew')
  const report = await emulator.report.get({ all: true })
  t.match(report, { workspace: null, requests: 19 })
  t.strictSame(met(report), { 'token.issued': 3, 'status.unauthorized.missing': 16 })
  t.match(report.unexpected, [{ kind: 'secret-in-url', count: 19, entries: [] }])
  t.match(report.findings, [
    { finding: 'retries-refusal', count: 12, entries: [] },
    { finding: 'secret-in-url', count: 19, sentence: /^A client without a name.* 4 other clients/ },
  ])
  t.match(await emulator.workspace('c').report.get(), { workspace: 'c', requests: 4 })
  await emulator.report.reset({ all: true })
  t.match(await emulator.report.get({ all: true }), { requests: 0, findings: [] })
  await emulator.workspaces.delete('c')
})

t.test('a run goes on over resets and savepoints', async (t) => {
  const emulator = await start(t)
  await emulator.savepoints.save('begin')
  for (let index = 0; index < 4; index += 1) {
    await emulator.inject('/nope')
    await emulator.savepoints.restore('begin')
    await emulator.inject('/nope?access_token=a')
    await emulator.reset()
  }
  const report = await emulator.report.get()
  t.equal(report.requests, 8)
  t.match(report.unexpected, [{ kind: 'unknown-path' }, { kind: 'secret-in-url', count: 4 }])
  const document = await emulator.state.export()
  const other = await start(t)
  await other.state.import(document)
  t.equal((await other.report.get()).requests, 8, 'a document has the counts')
  const { report: _, ...changes } = document.changes as Record<string, unknown>
  await other.state.import({ ...document, changes })
  t.equal((await other.report.get()).requests, 0, 'one of an earlier emulator has none')
})

const halfForm =
  'POST /api/v1/oauth2/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na'

t.test('what is no HTTP, and what ends early, is counted', async (t) => {
  for (const journalSize of [0, 10]) {
    const scenario = {
      clients: [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }],
      imports: [{ referenceId: 'a', status: 'pending' as const }],
      faults: [{ kind: 'delay' as const, delay: '10m' as const, operation: 'metadata' as const }],
    }
    const { emulator, port } = await listen(t, { scenario, journalSize, requestTimeoutMs: 1000 })
    const { report } = emulator.main
    const cell = (key: string) => report.save().cells.find((it) => it.key === key)?.count ?? 0
    await sendRaw(port, 'NONSENSE\r\n\r\n')
    await sendRaw(port, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')
    await sendRaw(port, halfForm)
    t.equal(cell('http-malformed'), 2)
    t.equal(cell('http-timeout'), 1)

    const socket = connect(port, '127.0.0.1')
    socket.write('GET /.well-known/openid-configuration HTTP/1.1\r\nHost: a\r\n\r\n')
    await waitUntil(() => emulator.main.faults.list()[0]?.applied === 1)
    socket.destroy()
    await once(socket, 'close')
    await waitUntil(() => cell('fault') === 1)

    const half = connect(port, '127.0.0.1')
    half.on('error', () => {})
    half.end(halfForm)
    await waitUntil(() => cell('client-gone') === 1)
    t.equal(report.save().clients[0]?.abandoned.count, 1)
    t.equal(
      report.save().cells.reduce((sum, { count }) => sum + count, 0),
      5,
    )
  }
})

/** Waits for an event that nobody tells of. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

t.test('a trace is found by its id', async (t) => {
  const emulator = await start(t)
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const trace = `00-${traceId}-00f067aa0ba902b7-01`
  const values: [name: string, value: string, kept: string | null][] = [
    ['a valid one', trace, trace],
    ['a later version', `cc-${traceId}-00f067aa0ba902b7-01-what`, `cc-${trace.slice(3)}`],
    ['too long', `${trace}-x`, null],
    ['no version', `ff-${traceId}-00f067aa0ba902b7-01`, null],
    ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, null],
    ['capitals', trace.toUpperCase(), null],
    ['two', `${trace}, ${trace}`, null],
  ]
  for (const [name, traceparent, kept] of values) {
    await emulator.journal.clear()
    await emulator.inject('/nope', { headers: { traceparent } })
    const { entries } = await emulator.journal.find()
    t.equal(entries[0]?.traceparent, kept, name)
    t.equal((await emulator.journal.count({ traceId })).count, kept === null ? 0 : 1, name)
  }
  await t.rejects(emulator.journal.find({ traceId: trace }), {
    code: 'invalid_input',
    message: /32 hexadecimal digits/,
  })
})
