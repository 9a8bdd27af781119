import fc from 'fast-check'
import t from 'tap'
import { controlRoutes } from '../../src/domain/control/routes.js'
import { InputError } from '../../src/domain/errors.js'
import type { Emulator } from '../../src/emulator/emulator.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import { startEmulator } from '../../src/index.js'
import { buildApp, statusPath } from '../support.js'
import { almost } from './almost-right.js'
import { fuzzRuns } from './runs.js'

interface Sample {
  readonly route: `${'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'} /${string}`
  readonly body?: unknown
  readonly query?: unknown
}

const timeline = [
  { status: 'pending', fileLine: 1, messages: ['a'] },
  { after: '2s', error: 'x' },
  { after: '1m', status: 'failed' },
]
const progress = { lines: 10, duration: '5s', outcome: 'failed', messages: ['m'], failsAt: 3 }
const client = {
  clientSecret: 's',
  scopes: ['a'],
  tokenLifetime: 60,
  claims: { tenant_id: 't', list: [1] },
  tokenFlaw: 'expired',
}
const selection = {
  id: 'one',
  operation: 'status',
  referenceId: 'a-{n}',
  client: 'c',
  skip: 1,
  times: 2,
  probability: 0.5,
}
const faults = [
  {
    kind: 'status',
    ...selection,
    delay: '1s',
    status: 503,
    body: { a: [1] },
    headers: { 'x-a': 'b' },
  },
  {
    kind: 'status',
    status: 429,
    message: 'm',
    retryAfter: '2s',
    delay: { median: '1s', p99: '2s' },
  },
  { kind: 'delay', delay: { min: '1s', max: '2s' } },
  { kind: 'hang', atMost: '1s' },
  { kind: 'truncate', bytes: 5 },
  { kind: 'slow-body', bytesPerSecond: 10 },
  { kind: 'html', status: 502 },
  { kind: 'reset' },
]
const uploads = [
  { id: 'u', fileName: '*.csv', times: 1, status: 'processed', fileLine: 3, messages: [] },
  { error: 'x' },
  { timeline },
  { progress },
]
const imports = [
  { status: 'failed', fileLine: 3, messages: ['m'] },
  { error: 'x' },
  { timeline, startsAt: 'load' },
  { progress, startsAt: 'first-poll' },
  { progress: { lines: '{n}00', duration: '{n}s', outcome: 'processed' } },
]
const service = {
  rowErrors: 'report',
  fileLine: 'imported',
  raggedRows: 'refuse',
  maxRecords: 5,
  referenceIds: 'uuid',
  contentTypes: 'charset',
}
const filter = {
  operation: 'status',
  referenceId: 'a',
  client: 'c',
  status: '200',
  outcome: 'served',
  fault: 'f',
  since: '1',
  before: '9',
  limit: '5',
}

/** A state with something of everything. */
async function exampleState(): Promise<unknown> {
  const emulator = await startEmulator({ listen: false })
  await emulator.imports.put('a-{n}', { timeline: [{ status: 'pending' }] })
  await emulator.clients.put('b', { clientSecret: 's' })
  await emulator.imports.override('12345', { error: 'x' })
  await emulator.imports.delete('failed')
  await emulator.faults.arm({ id: 'one', kind: 'delay', delay: '1ms', probability: 0.5 })
  await emulator.uploads.arm({ id: 'u', error: 'x' })
  await emulator.clock.freeze()
  const { access_token: token } = await emulator.tokens.mint({ scopes: ['rostering'] })
  const headers = { authorization: `Bearer ${token}` }
  for (const id of ['a-7', 'slow']) await emulator.inject(statusPath(id), { headers })
  const body = new FormData()
  body.append('file', new Blob(['group_name,group_active\nA,true\n']), 'groups.csv')
  await emulator.inject('/api/v1/upload', { method: 'POST', headers, body })
  const document = await emulator.state.export()
  await emulator.close()
  return document
}
const state = await exampleState()

/** Requests of every route, together with every field that it takes. */
const samples: readonly Sample[] = [
  {
    route: 'GET /imports',
    query: {
      search: 'a',
      status: 'pending',
      patterns: 'false',
      order: 'changed',
      limit: '5',
      offset: '1',
    },
  },
  { route: 'GET /imports/:id/result' },
  { route: 'GET /import-count', query: { search: 'a', status: 'pattern' } },
  { route: 'GET /imports/:id' },
  ...imports.map((body) => ({ route: 'PUT /imports/:id' as const, body })),
  { route: 'DELETE /imports/:id' },
  { route: 'POST /imports/:id/finish', body: {} },
  { route: 'PUT /imports/:id/override', body: { status: 'failed', fileLine: 1, messages: ['m'] } },
  { route: 'PUT /imports/:id/override', body: { error: 'x' } },
  { route: 'DELETE /imports/:id/override' },
  { route: 'GET /imports/:id/history' },
  { route: 'GET /clients' },
  { route: 'GET /clients/:id' },
  { route: 'PUT /clients/:id', body: client },
  { route: 'DELETE /clients/:id' },
  { route: 'GET /clock' },
  { route: 'POST /clock/freeze', body: {} },
  { route: 'POST /clock/resume', body: {} },
  { route: 'POST /clock/set', body: { at: '2026-01-31T12:00:00Z' } },
  { route: 'POST /clock/advance', body: { by: '1m' } },
  { route: 'POST /clock/reset', body: {} },
  { route: 'GET /journal', query: filter },
  { route: 'GET /journal/count', query: filter },
  { route: 'GET /journal/wait', query: { ...filter, count: '1', timeout: '1ms' } },
  { route: 'DELETE /journal' },
  ...faults.map((body) => ({ route: 'POST /faults' as const, body })),
  { route: 'GET /faults' },
  { route: 'DELETE /faults/:id' },
  { route: 'DELETE /faults' },
  ...uploads.map((body) => ({ route: 'POST /uploads' as const, body })),
  { route: 'GET /uploads' },
  { route: 'DELETE /uploads/:id' },
  { route: 'DELETE /uploads' },
  {
    route: 'POST /tokens',
    body: {
      clientId: 'demo-client',
      scopes: ['a'],
      lifetime: 5,
      claims: { a: 1 },
      flaw: 'expired',
    },
  },
  { route: 'GET /service' },
  { route: 'PATCH /service', body: service },
  { route: 'GET /savepoints' },
  { route: 'PUT /savepoints/:id' },
  { route: 'POST /savepoints/:id/restore', body: {} },
  { route: 'DELETE /savepoints/:id' },
  { route: 'GET /report', query: { all: 'true' } },
  { route: 'GET /report/markdown', query: { all: 'true' } },
  { route: 'DELETE /report', query: { all: 'true' } },
  { route: 'GET /removals' },
  { route: 'POST /removals/:id/undo', body: {} },
  { route: 'GET /state' },
  { route: 'PUT /state', body: state },
  { route: 'GET /scenario/changes' },
  { route: 'GET /scenario', query: { format: 'json', secrets: 'true' } },
  {
    route: 'PUT /scenario',
    body: {
      clients: [{ clientId: 'a', ...client }],
      imports: [{ referenceId: 'a', error: '${A} $${A} ${CLIENT_SECRET_a}' }],
      faults: [faults[0]],
      uploads: [uploads[0]],
      service,
    },
    query: { mode: 'merge', variables: '{"A":"b","CLIENT_SECRET_a":"c"}' },
  },
  { route: 'PUT /scenario', body: 'imports:\n  - { referenceId: a, error: x }\n' },
  { route: 'GET /workspaces' },
  { route: 'POST /workspaces/:id/fork', body: {} },
  { route: 'DELETE /workspaces/:id' },
  { route: 'POST /reset', body: {} },
  { route: 'GET /health' },
]

const ids = fc.oneof(
  fc.constantFrom(
    '12345',
    'demo-client',
    'a-{n}',
    '*',
    '**',
    ' ',
    '\u200b',
    '__proto__',
    'a'.repeat(300),
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }).filter((id) => !/\p{Cs}/u.test(id)),
)

/** A request that is nearly right. */
const request = fc.constantFrom(...samples).chain(({ route, body, query }) =>
  fc.record({
    route: fc.constant(route),
    id: ids,
    workspace: fc.constantFrom('', '', '/w/a', '/w/A_'),
    body: body === undefined ? fc.constant(undefined) : almost(body),
    query: almost(query ?? {}),
  }),
)

function snapshot({ main, workspaces }: Emulator): string {
  const { imports, clients, faults, uploads, journal } = main
  return JSON.stringify([
    imports.list({}),
    clients.list(),
    faults.list(),
    uploads.list(),
    journal.count({}),
    main.service.get(),
    main.clock.isFrozen,
    workspaces.names(),
  ])
}

t.test('there is a sample of every route', async (t) => {
  const routes = Object.values(controlRoutes).map(({ method, path }) => `${method} ${path}`)
  t.strictSame([...new Set(samples.map(({ route }) => route))].sort(), routes.sort())
})

t.test('almost right input is refused with its place, and then nothing has changed', async (t) => {
  const { app, emulator } = await buildApp(t)
  const seen = { taken: 0, refused: 0 }
  const holds = fc.asyncProperty(request, async ({ route, id, workspace, body, query }) => {
    const [method, path] = route.split(' ') as ['GET', string]
    const before = snapshot(emulator)
    const response = await app.inject({
      method,
      url: `${workspace}/__control${path.replace(':id', encodeURIComponent(id))}?${queryOf(query)}`,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) }),
    })
    if (response.statusCode < 300) {
      seen.taken += 1
      emulator.main.reset()
      return
    }
    seen.refused += 1
    const refusal = response.json() as { error: string; message: string; path?: string }
    if (response.statusCode >= 500) throw new Error(response.body)
    if (refusal.message === '') throw new Error('no message')
    if (refusal.error === 'invalid_input' && refusal.path === undefined)
      throw new Error(response.body)
    if (snapshot(emulator) !== before) throw new Error('a refused request changed something')
  })
  await fc.assert(holds, fuzzRuns(4_000))
  t.ok(seen.taken > 100 && seen.refused > 100, JSON.stringify(seen))
})

function queryOf(query: unknown): string {
  if (typeof query !== 'object' || query === null)
    return new URLSearchParams(String(query)).toString()
  const fields = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((it) => [name, typeof it === 'object' ? JSON.stringify(it) : String(it)]),
  )
  return new URLSearchParams(fields as [string, string][]).toString()
}

t.test('a scenario that is almost right is loaded, or refused as bad input', async (t) => {
  const scenario = {
    clients: [{ clientId: 'a', ...client }],
    imports: imports.map((it, index) => ({ referenceId: `a${index}-{n}`, ...it })),
    faults,
    uploads,
    service,
  }
  t.resolves(loadFixtures([scenario as never]), 'the sample is right')
  const seen = { taken: 0, refused: 0 }
  const holds = fc.asyncProperty(almost(scenario), async (value) => {
    // A text is the path of a file.
    if (typeof value === 'string') return
    try {
      await loadFixtures([value as never])
      seen.taken += 1
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      if (error.mistakes.some(({ path, message }) => path === '' || message === '')) throw error
      seen.refused += 1
    }
  })
  await fc.assert(holds, fuzzRuns(2_000))
  t.ok(seen.taken > 50 && seen.refused > 500, JSON.stringify(seen))
})

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

t.test('a body of any depth and size is refused, or taken, at once', async (t) => {
  const { app, emulator } = await buildApp(t)
  const fields = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`f${index}`, 1]))
  const bodies: [name: string, path: string, body: string, status: number][] = [
    ['deep', '/faults', deep(100_000), 400],
    ['deep in a field', '/tokens', `{"claims":{"a":${deep(5_000)}}}`, 400],
    ['deep in a fault', '/faults', `{"kind":"status","status":503,"body":${deep(101)}}`, 400],
    ['as deep as it may be', '/faults', `{"kind":"status","status":503,"body":${deep(99)}}`, 200],
    ['30,000 unknown fields', '/faults', JSON.stringify({ kind: 'reset', ...fields }), 400],
    [
      '30,000 fields of an import',
      '/uploads',
      JSON.stringify({ status: 'processed', ...fields }),
      400,
    ],
    ['a long unknown word', '/faults', JSON.stringify({ kind: 'r'.repeat(500_000) }), 400],
  ]
  for (const [name, path, payload, status] of bodies) {
    const response = await app.inject({
      method: 'POST',
      url: `/__control${path}`,
      headers: { 'content-type': 'application/json' },
      payload,
    })
    t.equal(response.statusCode, status, `${name}: ${response.body.slice(0, 200)}`)
    t.ok(response.body.length < 20_000, `${name}: ${response.body.length} characters`)
  }
  t.equal(emulator.main.faults.list().length, 1)
})
