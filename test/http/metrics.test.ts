import t, { type Test } from 'tap'
import * as v from 'valibot'
import { reportSchema } from '../../src/domain/report/report-state.js'
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../../src/index.js'
import { buildApp, listen, sendRaw, statusPath, tokenPath } from '../support.js'

const path = '/__control/metrics'

async function start(t: Test, options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const emulator = await startEmulator({ listen: false, ...options })
  t.teardown(() => emulator.close())
  return emulator
}

async function newToken({ inject }: RunningEmulator, prefix = ''): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'demo-client',
    client_secret: 'demo-secret',
  })
  const response = await inject(prefix + tokenPath, { method: 'POST', body })
  return ((await response.json()) as { access_token: string }).access_token
}

/** Reads the text format strictly. Returns the value of each series. */
function parse(text: string): Map<string, number> {
  const values = new Map<string, number>()
  let name = ''
  let type = ''
  const header = /^# HELP ([a-z_]+) [^\\]+\n# TYPE ([a-z_]+) (counter|gauge|histogram)$/
  const sample = /^([a-z_]+)(\{(?:[a-z]+="[^"\\\n]*"(?:,(?!\})|(?=\})))+\})? ([\d.e+-]+)$/
  if (!text.endsWith('\n')) throw new Error('The last line has no end')
  const lines = text.slice(0, -1).split('\n')
  const seen = new Set<string>()
  while (lines.length > 0) {
    if (lines[0]?.startsWith('#')) {
      const found = header.exec(lines.splice(0, 2).join('\n'))
      if (found === null || found[1] !== found[2]) throw new Error('A metric has no header')
      name = found[1] as string
      type = found[3] as string
      if (seen.has(name)) throw new Error(`${name} comes twice`)
      seen.add(name)
      continue
    }
    const line = lines.shift() as string
    const [, full = '', labels = '', value] = sample.exec(line) ?? []
    const names =
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((it) => name + it) : [name]
    if (!names.includes(full)) throw new Error(`No sample of ${name}: ${line}`)
    if (values.has(full + labels)) throw new Error(`Twice: ${line}`)
    if (!Number.isFinite(Number(value))) throw new Error(`No number: ${line}`)
    values.set(full + labels, Number(value))
  }
  return values
}

async function read({ inject }: RunningEmulator, at = path): Promise<Map<string, number>> {
  return parse(await (await inject(at)).text())
}

const requests = (values: ReadonlyMap<string, number>) =>
  Object.fromEntries([...values].filter(([name]) => name.startsWith('tao_emulator_requests_total')))
const series = (operation: string, status: string, reason: string, state = '') =>
  `tao_emulator_requests_total{operation="${operation}",status="${status}",reason="${reason}",import="${state}"}`

t.test('requests are counted by operation, status, reason and state of the import', async (t) => {
  const emulator = await start(t)
  await emulator.imports.put('slow', { status: 'pending', fileLine: 1 })
  await emulator.faults.arm({ kind: 'status', status: 503, operation: 'status', times: 2 })
  const token = await newToken(emulator)
  const poll = () =>
    emulator.inject(statusPath('slow'), { headers: { authorization: `Bearer ${token}` } })
  for (let count = 0; count < 3; count += 1) await poll()
  await emulator.faults.arm({ kind: 'status', status: 500, operation: 'status', times: 1 })
  for (let count = 0; count < 3; count += 1) await poll()
  await emulator.inject('/nowhere')
  t.strictSame(requests(await read(emulator)), {
    [series('token', '200', 'served')]: 1,
    [series('status', '503', 'fault')]: 2,
    [series('status', '500', 'fault')]: 1,
    [series('status', '200', 'served', 'pending')]: 3,
    [series('none', '404', 'path-unknown')]: 1,
  })
})

t.test('a request without a response has no status', async (t) => {
  const emulator = await start(t)
  await emulator.faults.arm({ kind: 'reset', operation: 'token' })
  await emulator.inject(tokenPath, { method: 'POST' }).catch(() => {})
  const values = requests(await read(emulator))
  t.ok(Object.keys(values).some((name) => name.includes('status="none",reason="fault"')))
})

t.test('a request that is no HTTP has the status of its response', async (t) => {
  const { emulator, port } = await listen(t)
  await sendRaw(port, 'nonsense\r\n\r\n')
  t.match(emulator.main.report.save().cells, [{ key: 'http-malformed', status: 400, count: 1 }])
})

t.test('all workspaces count together, also those that are gone', async (t) => {
  const emulator = await start(t)
  await newToken(emulator)
  await newToken(emulator, '/w/team')
  t.equal((await read(emulator)).get('tao_emulator_workspaces'), 2)
  await emulator.workspaces.delete('team')
  const values = await read(emulator)
  t.equal(values.get(series('token', '200', 'served')), 2)
  t.equal(values.get('tao_emulator_workspaces'), 1)
  t.equal(values.get('tao_emulator_journal_entries'), 1)
  t.strictSame(requests(await read(emulator, `/w/other${path}`)), requests(values))
})

t.test('a histogram has every request up to each bound', async (t) => {
  const { app, emulator } = await buildApp(t)
  for (const ms of [0.5, 1, 20_000, 60_000]) emulator.durations.add('status', ms)
  const values = parse((await app.inject({ url: path })).body)
  const bucket = (le: string) =>
    values.get(`tao_emulator_request_duration_seconds_bucket{operation="status",le="${le}"}`)
  t.strictSame(['0.0005', '0.001', '10', '30', '+Inf'].map(bucket), [1, 2, 2, 3, 4])
  const labels = '{operation="status"}'
  t.equal(values.get(`tao_emulator_request_duration_seconds_count${labels}`), 4)
  t.equal(values.get(`tao_emulator_request_duration_seconds_sum${labels}`), 80.0015)
})

t.test('durations are measured where the journal keeps requests', async (t) => {
  const kept = await start(t)
  const off = await start(t, { journalSize: 0 })
  for (const emulator of [kept, off]) {
    await newToken(emulator)
    await emulator.inject('/nowhere')
  }
  const name = 'tao_emulator_request_duration_seconds_count'
  const of = async (it: RunningEmulator) =>
    ['token', 'none']
      .map((operation) => [operation, `${name}{operation="${operation}"}`] as const)
      .map(async ([, key]) => (await read(it)).get(key))
  t.strictSame(await Promise.all(await of(kept)), [1, 1])
  t.strictSame(await Promise.all(await of(off)), [undefined, undefined])
  t.equal((await read(off)).get(series('token', '200', 'served')), 1, 'the count is exact')
})

t.test('imports, journal and memory are gauges', async (t) => {
  const emulator = await start(t)
  const before = await read(emulator)
  await emulator.imports.put('new', { status: 'failed', fileLine: 1, messages: ['Bad'] })
  await newToken(emulator)
  const after = await read(emulator)
  const grown = (name: string) => Number(after.get(name)) - Number(before.get(name))
  t.equal(grown('tao_emulator_imports{kind="failed"}'), 1)
  t.equal(grown('tao_emulator_journal_entries'), 1)
  t.ok(grown('tao_emulator_journal_bytes') > 0)
  t.ok(grown('tao_emulator_state_bytes') > 0)
  t.ok(Number(after.get('process_resident_memory_bytes')) > 1_000_000)
})

t.test('counts keep their statuses when they are restored, and load without them', async (t) => {
  const { emulator } = await buildApp(t)
  const { report } = emulator.main
  report.countUnreadable('http-malformed', 400)
  report.countUnreadable('http-malformed', 431)
  report.countUnreadable('http-malformed', 408)
  const saved = report.save()
  report.reset()
  report.restore(saved)
  t.strictSame(report.save().cells, saved.cells)
  t.equal(saved.cells.length, 3)
  const older = { key: 'http-malformed', count: 1 } as const
  t.ok(v.is(reportSchema, { ...saved, cells: [older] }))
  report.restore({ ...saved, cells: [older] })
  t.match(report.save().cells, [{ key: 'http-malformed', count: 1 }])
})

t.test('metrics need the control token, and have no secret and no name of a client', async (t) => {
  const { app } = await buildApp(t, { controlToken: 'secret' })
  const response = await app.inject({ url: path })
  t.equal(response.statusCode, 401)
  const headers = { authorization: 'Bearer secret' }
  const served = await app.inject({ url: path, headers })
  t.equal(served.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  t.notMatch(served.body, /demo-(client|secret)/)
})
