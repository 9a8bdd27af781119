import t, { type Test } from 'tap'
import type { HistoryMark } from '../../src/domain/imports/history.js'
import { type EmulatorOptions, startEmulator } from '../../src/index.js'
import { demo, statusPath } from '../support.js'

const start = '2026-01-31T12:00:00.000Z'

/** An emulator whose clock stands still, and a client that polls. */
async function open(t: Test, options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options)
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  await emulator.clock.set(start)
  const { access_token: token } = await emulator.tokens.mint({ clientId: demo.clientId })
  const get = (path: string, authorization = `Bearer ${token}`) =>
    emulator.inject(path, { headers: { authorization } })
  const poll = async (id: string) => (await get(statusPath(id))).text()
  const marksOf = async (id: string) => {
    const { marks } = await emulator.imports.history(id)
    return marks.filter(({ kind }) => kind !== 'clock')
  }
  return { emulator, token, get, poll, marksOf }
}

const kindsOf = (marks: readonly HistoryMark[]) => marks.map(({ kind }) => kind)

for (const journalSize of [1000, 0]) {
  t.test(`the history of an import, with ${journalSize} journal entries`, async (t) => {
    const { emulator, poll } = await open(t, { journalSize })
    const progress = { lines: 1000, duration: '10s', outcome: 'processed' } as const
    await emulator.imports.put('roster-1', { progress })
    const course = [
      {
        state: { status: 'pending', fileLine: 0, messages: [] },
        at: null as string | null,
        afterPolls: null,
        reached: false,
      },
      {
        state: { status: 'processed', fileLine: 1000, messages: [] },
        at: null as string | null,
        afterPolls: null,
        reached: false,
      },
    ] as const
    t.match(await emulator.imports.history('roster-1'), {
      referenceId: 'roster-1',
      leftOut: null,
      complete: true,
      clockLeftOut: 0,
      course,
      next: course[0],
    })
    await poll('roster-1')
    await emulator.clock.advance('5s')
    await poll('roster-1')
    const half = await emulator.imports.history('roster-1')
    t.match(half.next, { ...course[1], at: '2026-01-31T12:00:10.000Z' })
    await emulator.imports.finish('roster-1')
    await poll('roster-1')
    await emulator.imports.override('roster-1', { error: 'Storage bucket is unavailable' })
    await poll('roster-1')
    await emulator.imports.clearOverride('roster-1')
    await emulator.imports.override('roster-1', { status: 'failed', fileLine: 3 })
    await poll('roster-1')

    const { marks, ...rest } = await emulator.imports.history('roster-1')
    const five = '2026-01-31T12:00:05.000Z'
    const request = { entryId: Number, client: demo.clientId, status: 200 }
    t.match(marks.slice(-11), [
      { kind: 'clock', change: 'set', to: start },
      { kind: 'poll', at: start, ...request, state: 'pending', fileLine: 0 },
      { kind: 'clock', change: 'advance', from: start, to: five, at: five },
      { kind: 'poll', at: five, ...request, state: 'pending', fileLine: 500 },
      { kind: 'finish', at: five },
      { kind: 'poll', at: five, ...request, state: 'processed', fileLine: 1000 },
      { kind: 'override', at: five, state: 'error', fileLine: null },
      { kind: 'poll', at: five, ...request, status: 500, state: 'error', fileLine: null },
      { kind: 'clearOverride', at: five },
      { kind: 'override', at: five, state: 'failed', fileLine: 3 },
      { kind: 'poll', at: five, ...request, state: 'failed', fileLine: 3 },
    ])
    t.match(rest, {
      course: [
        { ...course[0], at: start, reached: true },
        { ...course[1], at: '2026-01-31T12:00:10.000Z', reached: true },
      ],
      next: null,
    })
    if (journalSize === 0) return
    const { entries } = await emulator.journal.find({ referenceId: 'roster-1' })
    t.strictSame(
      marks.flatMap((mark) => (mark.kind === 'poll' ? mark.entryId : [])),
      entries.map(({ id }) => id),
    )
  })
}

t.test('requests that are no polls stand in the history, too', async (t) => {
  const { emulator, get, poll, marksOf } = await open(t)
  const withoutScope = (await emulator.tokens.mint({ clientId: demo.clientId, scopes: [] }))
    .access_token
  await get(statusPath('12345'), 'Basic wrong')
  await get(statusPath('12345'), `Bearer ${withoutScope}`)
  const answer = await get('/api/v1/upload/api/v1/download/12345')
  const { signedUrl } = (await answer.json()) as { signedUrl: string }
  const { pathname, search } = new URL(signedUrl)
  await get(pathname + search, '')
  await get(pathname, '')
  await emulator.faults.arm({ id: 'down', kind: 'status', status: 503, times: 1 })
  await poll('12345')
  await emulator.faults.arm({ id: 'slow', kind: 'delay', delay: '1ms', times: 1 })
  await poll('12345')
  await emulator.faults.arm({ id: 'hung', kind: 'status', status: 401, times: 1 })
  await poll('12345')

  const client = demo.clientId
  t.match(await marksOf('12345'), [
    { kind: 'refusal', client: null, status: 401, operation: 'status', reason: /^token-/ },
    { kind: 'refusal', client, status: 403, operation: 'status', reason: 'scope-missing' },
    { kind: 'download', client, status: 200, operation: 'download' },
    { kind: 'download', client: null, status: 200, operation: 'result' },
    { kind: 'refusal', client: null, status: 403, operation: 'result', reason: 'link-forged' },
    { kind: 'fault', client, status: 503, operation: 'status', faults: ['down'] },
    { kind: 'poll', client, status: 200, state: 'processed' },
    { kind: 'fault', client, status: 200, operation: 'status', faults: ['slow'] },
    { kind: 'fault', client, status: 401, operation: 'status', faults: ['hung'] },
  ])
  t.equal((await emulator.imports.get('12345')).polls, 1)
})

t.test('a request without a response has no status', async (t) => {
  const { emulator, token, marksOf } = await open(t)
  await emulator.faults.arm({ id: 'cut', kind: 'reset' })
  const headers = { authorization: `Bearer ${token}` }
  await t.rejects(fetch(emulator.url + statusPath('12345'), { headers }))
  t.match(await marksOf('12345'), [{ kind: 'fault', status: null, faults: ['cut'] }])
})

t.test('an import of an upload begins with its upload', async (t) => {
  const { emulator, token, marksOf, poll } = await open(t)
  const body = new FormData()
  body.append('file', new Blob(['name\n']), 'groups.csv')
  await emulator.uploads.arm({ fileName: '*', status: 'processed', times: 1 })
  const answer = await emulator.inject('/api/v1/upload/api/v1/upload', {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}` },
  })
  const { result } = (await answer.json()) as { result: { referenceId: string } }
  await poll(result.referenceId)
  t.match(await marksOf(result.referenceId), [
    { kind: 'upload', at: start, client: demo.clientId, status: 200 },
    { kind: 'poll', state: 'processed' },
  ])
  await emulator.imports.delete(result.referenceId)
  await t.rejects(emulator.imports.history(result.referenceId), { code: 'not_found' })
})

t.test('an id that no import has keeps no history', async (t) => {
  const { emulator, get, poll, marksOf } = await open(t)
  await poll('ghost')
  await get(statusPath('ghost'), '')
  await emulator.faults.arm({ kind: 'status', status: 503, times: 1 })
  await poll('ghost')
  await t.rejects(emulator.imports.history('ghost'), {
    code: 'not_found',
    message: 'There is no import "ghost"',
  })
  await emulator.imports.put('ghost', { status: 'pending' })
  t.strictSame(await marksOf('ghost'), [])
  await t.rejects(emulator.imports.history('processed-*'), { code: 'invalid_input', path: 'id' })
})

t.test('a history ends with its import', async (t) => {
  const cases: [
    string,
    id: string,
    (it: Awaited<ReturnType<typeof open>>['emulator']) => unknown,
  ][] = [
    ['put', '12345', (emulator) => emulator.imports.put('12345', { status: 'pending' })],
    [
      'put of a pattern',
      'processed-1',
      (emulator) => emulator.imports.put('processed-*', { status: 'pending' }),
    ],
    ['reset', '12345', (emulator) => emulator.reset()],
    [
      'delete',
      '12345',
      async (emulator) => {
        await emulator.imports.delete('12345')
        await emulator.imports.put('12345', { status: 'pending' })
      },
    ],
  ]
  for (const [name, id, end] of cases) {
    t.test(name, async (t) => {
      const { emulator, poll, marksOf } = await open(t)
      await poll(id)
      t.strictSame(kindsOf(await marksOf(id)), ['poll'])
      await end(emulator)
      t.strictSame(await marksOf(id), [])
    })
  }
})

t.test('each workspace has its own histories', async (t) => {
  const { emulator, poll, marksOf } = await open(t)
  await poll('12345')
  t.strictSame(kindsOf((await emulator.workspace('other').imports.history('12345')).marks), [])
  await emulator.inject(`/w/nobody${statusPath('12345')}`, {})
  t.equal((await marksOf('12345')).length, 1, 'a workspace that is not kept has none')
})
