import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { parseCommandLine } from '../../src/command-line.js'
import { InputError } from '../../src/domain/errors.js'
import type { ImportDefinition, ImportFixture } from '../../src/index.js'
import { recordImport as recordOfLibrary, startEmulator } from '../../src/index.js'
import { type Polled, pollImport, RecordError } from '../../src/record/poll-import.js'
import { recordImport } from '../../src/record/record-import.js'
import { importOf } from '../../src/record/timeline-of.js'
import { recordCommand } from '../../src/record-command.js'
import { readServiceFlags } from '../../src/service-flags.js'
import { objectIn, type ReceivedResponse, type Send } from '../../src/verify/message.js'
import { waitUnless } from '../../src/verify/service-client.js'
import { runHere } from '../cli-support.js'

const client = { clientId: 'one', clientSecret: 'secret-one' }
const clients = [{ ...client, scopes: ['rostering'], tokenLifetime: 20 }]

/** An emulator on its virtual clock, and what a recording needs to follow it in no time. */
async function startService(t: Test, imports: readonly ImportFixture[]) {
  const emulator = await startEmulator({ listen: false, fixtures: [{ clients, imports }] })
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  let elapsedMs = 0
  const send: Send = async ({ method, path, headers, body }) => {
    const response = await emulator.inject(path, {
      method,
      headers,
      ...(body && { body: body as string }),
    })
    return { status: response.status, headers: [...response.headers], body: await response.text() }
  }
  const wait = async (ms: number) => {
    elapsedMs += ms
    await emulator.clock.advance(ms)
  }
  return { emulator, context: { send, wait, now: () => elapsedMs } }
}

const from = 'https://service.example'

const definitions = fc
  .record({
    waits: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    growth: fc.array(fc.nat(100), { minLength: 6, maxLength: 6 }),
    isError: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    end: fc.constantFrom('processed' as const, 'failed' as const),
  })
  .map(({ waits, growth, isError, end }): ImportDefinition => {
    let seconds = 0
    let fileLine = 0
    const conditions = waits.map((wait) => {
      seconds += wait
      return { after: `${seconds}s` as const }
    })
    const timeline = [{}, ...conditions].map((condition, index) => {
      fileLine += growth[index] ?? 0
      if (index === conditions.length)
        return { ...condition, status: end, fileLine, messages: ['Jo'] }
      return isError[index]
        ? { ...condition, error: 'Jo' }
        : { ...condition, status: 'pending' as const, fileLine }
    })
    return { timeline }
  })

/** The different states that polls find, one a second. */
async function statesOf(emulator: Awaited<ReturnType<typeof startService>>['emulator']) {
  const states: string[] = []
  for (let second = 0; second < 260; second += 1) {
    const path = '/api/v1/upload/api/v1/status/a'
    const { access_token: token } = await emulator.tokens.mint({ clientId: 'one' })
    const response = await emulator.inject(path, { headers: { authorization: `Bearer ${token}` } })
    const text = await response.text()
    if (states.at(-1) !== text) states.push(text)
    await emulator.clock.advance('1s')
  }
  return states
}

t.test('a recorded import goes through the same states', async (t) => {
  await fc.assert(
    fc.asyncProperty(definitions, async (definition) => {
      const service = await startService(t, [{ referenceId: 'a', ...definition }])
      const options = { from, ...client, every: '1s', messages: true } as const
      const { complete, scenario } = await recordImport('a', options, service.context)
      t.ok(complete)
      const replay = await startService(t, scenario.imports)
      const original = await startService(t, [{ referenceId: 'a', ...definition }])
      t.strictSame(await statesOf(replay.emulator), await statesOf(original.emulator))
    }),
    { numRuns: 6, seed: 1 },
  )
})

t.test('without messages, only their number is written, and times are whole seconds', async (t) => {
  const states: ImportFixture = {
    referenceId: 'a',
    timeline: [
      { status: 'pending' },
      { after: '7s', status: 'pending', fileLine: 20 },
      { after: '11s', error: 'Jo Doe' },
      { after: '31s', status: 'failed', fileLine: 40, messages: ['Jo Doe', 'Jane Doe'] },
    ],
  }
  const service = await startService(t, [states])
  const recording = await recordImport('a', { from, ...client }, service.context)
  t.strictSame(recording, {
    complete: true,
    polls: 9,
    scenario: {
      imports: [
        {
          referenceId: 'a',
          timeline: [
            { status: 'pending', fileLine: 0, messages: [] },
            { after: '10s', status: 'pending', fileLine: 20, messages: [] },
            { after: '15s', error: 'Internal Server Error' },
            { after: '35s', status: 'failed', fileLine: 40, messages: ['Message 1', 'Message 2'] },
          ],
        },
      ],
    },
  })
  t.equal(
    await service.emulator.journal.count({ operation: 'token' }).then((it) => it.count),
    2,
    'the token expired once',
  )
})

t.test('observations become an import', async (t) => {
  const pending = (fileLine: number) => ({ status: 'pending' as const, fileLine, messages: [] })
  const cases: [string, Parameters<typeof importOf>[1], ImportFixture][] = [
    [
      'one state',
      [
        { atMs: 0, state: pending(3) },
        { atMs: 900, state: pending(3) },
      ],
      { referenceId: 'a', ...pending(3) },
    ],
    [
      'lines that fall, and changes within a second',
      [
        { atMs: 0, state: pending(3) },
        { atMs: 1200, state: pending(5) },
        { atMs: 1300, state: { error: 'x' } },
        { atMs: 9000, state: pending(2) },
      ],
      {
        referenceId: 'a',
        timeline: [
          pending(3),
          { after: '1s', ...pending(5) },
          { after: '2s', error: 'x' },
          { after: '9s', ...pending(5) },
        ],
      },
    ],
  ]
  for (const [name, observations, expected] of cases) {
    t.strictSame(importOf('a', observations, true), expected, name)
  }
})

type Answer = Partial<ReceivedResponse> | Error
const token: Answer = { body: '{"access_token":"token-of-the-service"}' }
const result = (status: string, more = {}): Answer => ({
  body: JSON.stringify({ result: { status, fileLine: 1, messages: [], ...more } }),
})

/** Polls a service that gives these answers in turn; the last one stays. */
async function poll(answers: readonly Answer[], timeoutMs = 60_000, signal?: AbortSignal) {
  let index = 0
  let elapsedMs = 0
  const waits: number[] = []
  const send: Send = async () => {
    const answer = answers[Math.min(index, answers.length - 1)] as Answer
    index += 1
    if (answer instanceof Error) throw answer
    return { status: 200, headers: [], body: '', ...answer }
  }
  const wait = async (ms: number) => {
    waits.push(ms)
    elapsedMs += ms
  }
  const options = { origin: from, ...client, everyMs: 5000, timeoutMs }
  const context = { send, wait, now: () => elapsedMs, signal }
  return pollImport('a', options, context).then(
    (polled: Polled) => ({ ...polled, waits }),
    (error: RecordError) => ({ error: error.message, isRecordError: error instanceof RecordError }),
  )
}

t.test(
  'polling goes on through trouble that passes, and ends with trouble that stays',
  async (t) => {
    const lost = new Error('the connection was closed without a response')
    const busy: Answer = { status: 503, headers: [['retry-after', '9']] }
    const end = [result('pending'), result('processed')]
    const stopped = (reason: string, observations: number) => ({
      stopped: reason,
      observations: { length: observations },
    })
    const cases: [string, Answer[], object][] = [
      ['nothing happens', [token, ...end], { polls: 2, waits: [5000], stopped: undefined }],
      ['overload, with a pause', [token, busy, ...end], { polls: 3, waits: [9000, 5000] }],
      [
        'a very long pause',
        [token, { status: 429, headers: [['retry-after', '9999']] }, ...end],
        { error: 'the time is over: the service: 429 ' },
      ],
      [
        'a token endpoint that is overloaded',
        [busy, token, ...end],
        { polls: 2, waits: [9000, 5000] },
      ],
      [
        'a connection that breaks',
        [token, result('pending'), lost, result('processed')],
        { polls: 2, waits: [5000, 5000] },
      ],
      [
        'a token that expires',
        [token, result('pending'), { status: 401 }, token, result('processed')],
        { polls: 3 },
      ],
      [
        'an unknown word',
        [token, result('done'), result('processed')],
        { polls: 2, observations: { length: 1 } },
      ],
      [
        'no number and no texts',
        [token, result('processed', { fileLine: '1', messages: 7 })],
        { observations: [{ atMs: 0, state: { status: 'processed', fileLine: 0, messages: [] } }] },
      ],
      ['no service', [lost], { error: lost.message, isRecordError: true }],
      [
        'a wrong secret',
        [{ status: 401, body: '{"error":"invalid_client"}' }],
        { error: 'the token endpoint: 401 {"error":"invalid_client"}', isRecordError: true },
      ],
      [
        'an unknown id',
        [token, { status: 404, body: '{"message":"Not Found"}' }],
        { error: 'a: 404 {"message":"Not Found"}' },
      ],
      [
        'fresh tokens that are refused',
        [token, { status: 401 }, token, { status: 401 }],
        { error: 'the service refuses fresh tokens: 401' },
      ],
      [
        'an import that vanishes',
        [token, result('pending'), { status: 404 }],
        stopped('a: 404 ', 1),
      ],
      ['an import that does not end', [token, result('pending')], stopped('the time is over', 12)],
      [
        'a web page',
        [token, { body: '<html>' }],
        { error: 'the time is over: the service: 200 <html>' },
      ],
    ]
    for (const [name, answers, expected] of cases) t.match(await poll(answers), expected, name)
    const stop = new AbortController()
    stop.abort()
    t.match(await poll([token], 60_000, stop.signal), { error: 'it was interrupted' })
  },
)

async function run(
  args: readonly string[],
  context: object,
  env: object = { CLIENT_ID: 'one', CLIENT_SECRET: 'secret-one' },
) {
  const err = new PassThrough()
  let interrupt = () => {}
  const onSignal = (handler: () => void) => {
    interrupt = handler
  }
  const given = { environment: env, err, onSignal } as never
  const line = parseCommandLine(['record', ...args])
  const code = await recordCommand(line, given, {
    ...context,
    interrupt: () => interrupt(),
  } as never)
  return { code, err: String(err.read() ?? '') }
}

t.test('the command writes what it saw, also when it is interrupted', async (t) => {
  const file = join(t.testdir(), 'a.yaml')
  const { context } = await startService(t, [
    { referenceId: 'a', progress: { lines: 10, duration: '10s', outcome: 'processed' } },
  ])
  const args = ['a', '--from', from, '--output', file]
  t.strictSame(await run(args, context), { code: 0, err: `${file}: 3 polls\n` })
  t.match(
    readFileSync(file, 'utf8'),
    /^imports:\n {2}- referenceId: a\n {4}timeline:\n {6}- status: pending\n/,
  )
  await startEmulator({ fixtures: [file], listen: false }).then((it) => it.close())

  const slow = await startService(t, [{ referenceId: 'a', status: 'pending' }])
  let handler = () => {}
  const err = new PassThrough()
  const interrupted = await recordCommand(
    parseCommandLine(['record', ...args, '--timeout', '1h']),
    {
      environment: { CLIENT_ID: 'one', CLIENT_SECRET: 'secret-one' },
      err: err as never,
      onSignal: (it) => {
        handler = () => it('SIGINT')
      },
    },
    { ...slow.context, wait: async () => handler() },
  )
  t.equal(interrupted, 1)
  t.equal(String(err.read()), `${file}: 1 polls, incomplete: it was interrupted\n`)
  t.match(readFileSync(file, 'utf8'), 'status: pending')

  const unknown = await run(['b', ...args.slice(1)], slow.context)
  t.match(unknown, { code: 2, err: /^https:\/\/service\.example: b: 404 / })
  t.notMatch(unknown.err, /secret-one/)
})

t.test('bad input is refused before anything is sent', async (t) => {
  const file = join(t.testdir(), 'none', 'a.yaml')
  const args = ['a', '--from', from, '--output', file]
  const { context } = await startService(t, [{ referenceId: 'a', status: 'processed' }])
  const cases: [string, string[], object, string][] = [
    ['no id', args.slice(1), {}, 'record'],
    ['two ids', ['b', ...args], {}, 'record'],
    ['no client', args, { CLIENT_ID: undefined, CLIENT_SECRET: undefined }, '--client-id'],
    ['too fast', [...args, '--every', '10ms'], {}, '--every'],
    ['no duration', [...args, '--timeout', 'long'], {}, '--timeout'],
    ['a file that cannot be written', args, {}, '--output'],
  ]
  for (const [name, given, env, path] of cases) {
    const environment = { CLIENT_ID: 'one', CLIENT_SECRET: 'secret-one', ...env }
    const error = await run(given, context, environment).catch((it) => it)
    t.type(error, InputError, name)
    t.equal(error.mistakes[0].path, path, name)
  }
  await t.rejects(
    run(args, {
      ...context,
      now: () => {
        throw new RangeError('no time')
      },
    }),
    { message: 'no time' },
  )
})

t.test('a wait ends with its time, or with the signal', async (t) => {
  const stop = new AbortController()
  const waiting = waitUnless(stop.signal, 3_600_000)
  stop.abort()
  await waiting
  await waitUnless(stop.signal, 3_600_000)
  await waitUnless(undefined, 1)
  t.pass('none of them waits for an hour')
})

t.test('the client comes from flags, or else from the environment', async (t) => {
  const flags = {
    '--client-id': ['a'],
    '--client-secret': ['b'],
    '--ca': ['c'],
    '--insecure': ['true'],
  }
  const environment = { CLIENT_ID: 'one', CLIENT_SECRET: 'two' }
  const given = { clientId: 'a', clientSecret: 'b', ca: 'c', insecure: true }
  t.strictSame(readServiceFlags(flags, environment), given)
  const usual = { clientId: 'one', clientSecret: 'two', ca: undefined, insecure: false }
  t.strictSame(readServiceFlags({}, environment), usual)
})

t.test('the command is one of the commands', async (t) => {
  t.match(await runHere(['record']), { code: 2, err: /^record: needs an id, a URL and a file/ })
})

t.test('the library follows an import in real time, until it is told to stop', async (t) => {
  const emulator = await startEmulator({
    fixtures: [
      {
        clients,
        imports: [
          { referenceId: 'a', status: 'pending' },
          {
            referenceId: 'b',
            timeline: [{ status: 'pending' }, { afterPolls: 1, status: 'processed' }],
          },
        ],
      },
    ],
  })
  t.teardown(() => emulator.close())
  const options = { from: emulator.url, ...client, every: 1000 }
  t.match(await recordOfLibrary('b', options), { complete: true, polls: 2 })
  const stop = new AbortController()
  const recording = recordOfLibrary('a', { ...options, every: '1h', signal: stop.signal })
  await emulator.journal.waitFor({ operation: 'status', referenceId: 'a' })
  stop.abort()
  t.match(await recording, { complete: false, reason: 'it was interrupted', polls: 1 })
})

t.test('a text of the service is no placeholder', async (t) => {
  const messages = ['costs $${HOME} and $${NOBODY}']
  const service = await startService(t, [{ referenceId: 'a', status: 'failed', messages }])
  const options = { from, ...client, messages: true }
  const { scenario } = await recordImport('a', options, service.context)
  t.strictSame(scenario.imports, [{ referenceId: 'a', status: 'failed', fileLine: 0, messages }])
  const { emulator } = await startService(t, scenario.imports)
  t.match(await emulator.imports.get('a'), {
    definition: { messages: ['costs ${HOME} and ${NOBODY}'] },
  })
})

t.test('no token is in a recording', async (t) => {
  const service = await startService(t, [{ referenceId: 'a', status: 'processed' }])
  let issued = ''
  const send: Send = async (request, id) => {
    const response = await service.context.send(request, id)
    issued ||= String(objectIn(response).access_token)
    return response
  }
  const recording = await recordImport('a', { from, ...client }, { ...service.context, send })
  t.match(issued, /^eyJ/)
  t.notMatch(JSON.stringify(recording), new RegExp(`${issued}|secret-one`))
})
