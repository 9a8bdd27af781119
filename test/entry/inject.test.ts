import { pino } from 'pino'
import t from 'tap'
import { type StartOptions, startEmulator } from '../../src/index.js'
import { fetchTokenFrom, statusPath, tokenPath } from '../support.js'

t.test('an emulator that does not listen takes requests by inject', async (t) => {
  const emulator = await startEmulator({ listen: false })
  t.teardown(() => emulator.close())
  const { clientId, clientSecret, tokenUrl } = emulator.settings
  const issued = await emulator.inject(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: String(clientId),
      client_secret: String(clientSecret),
    }),
  })
  t.equal(issued.status, 200)
  const { access_token: token } = (await issued.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${token}` }
  const response = await emulator.inject(statusPath('12345'), { headers })
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'application/json')
  t.strictSame(await response.json(), {
    result: { status: 'processed', fileLine: 2, messages: [] },
  })
  t.match(await emulator.journal.find({ operation: 'status' }), {
    entries: [{ referenceId: '12345', client: clientId, reason: { code: 'served' } }],
  })
  await t.rejects(fetch(emulator.url), 'no port is open')
})

t.test('inject takes and returns the same as fetch', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const authorization = `Bearer ${await fetchTokenFrom(emulator.url)}`
  const form = new FormData()
  form.append('file', new Blob(['user_username\n']), 'users.txt')
  const upload = '/api/v1/upload/api/v1/upload'
  const cases: [string, string, RequestInit][] = [
    ['a poll', statusPath('12345'), { headers: { authorization } }],
    ['an unknown import', statusPath('nope'), { headers: { authorization } }],
    ['a request without a token', statusPath('12345'), {}],
    [
      'a query and a head',
      `${statusPath('12345')}?a=b`,
      { method: 'HEAD', headers: { authorization } },
    ],
    ['a form that is refused', upload, { method: 'POST', headers: { authorization }, body: form }],
    ['a text that is no form', tokenPath, { method: 'POST', body: 'grant_type' }],
    [
      'a preflight, which has no body',
      statusPath('12345'),
      {
        method: 'OPTIONS',
        headers: { origin: 'http://a', 'access-control-request-method': 'GET' },
      },
    ],
  ]
  for (const [name, path, init] of cases) {
    const sent = await fetch(emulator.url + path, init)
    const injected = await emulator.inject(new Request(emulator.url + path, init))
    const facts = ({ status, statusText, headers }: Response) => ({
      status,
      statusText,
      contentType: headers.get('content-type'),
      challenge: headers.get('www-authenticate'),
    })
    t.strictSame(facts(injected), facts(sent), name)
    t.equal(await injected.text(), await sent.text(), name)
  }
  await emulator.faults.arm({ kind: 'hang' })
  const { signal } = new AbortController()
  const early = AbortSignal.abort(new Error('enough'))
  await t.rejects(emulator.inject(statusPath('a'), { signal: early }), { message: 'enough' })
  const late = AbortSignal.any([signal, AbortSignal.timeout(20)])
  await t.rejects(emulator.inject(statusPath('a'), { signal: late }), 'a signal ends the wait')
})

t.test('a fault without a response rejects, as it does with fetch', async (t) => {
  const emulator = await startEmulator({
    listen: false,
    fixtures: { faults: [{ kind: 'empty', operation: 'jwks' }] },
  })
  t.teardown(() => emulator.close())
  await t.rejects(emulator.inject('/.well-known/jwks.json'))
})

t.test('a logger of the caller gets the lines of the log', async (t) => {
  const lines: { msg: string; operation?: string }[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const emulator = await startEmulator({ listen: false, logger })
  t.teardown(() => emulator.close())
  await emulator.inject('/.well-known/jwks.json')
  t.match(lines, [{ operation: 'jwks', msg: 'Served' }])
})

t.test('wrong options of the library are refused', async (t) => {
  const logger = pino({ level: 'silent' })
  const cases: [string, unknown, RegExp][] = [
    ['listen', { listen: 'no' }, /^listen: must be true or false$/],
    ['a ready file', { listen: false, readyFile: 'a' }, /^readyFile: cannot be used together with/],
    [
      'a logger',
      { logger: console },
      /^logger: must be a pino logger, or an object with the methods info, warn, error and isLevelEnabled$/,
    ],
    [
      'an environment that is none',
      { environment: 'A=b' as never },
      /^environment: must be an object of texts, such as process.env$/,
    ],
    ['no environment', { environment: null as never }, /^environment: must be an object of texts/],
    ['no logger', { logger: null }, /^logger: must be a pino logger/],
    ['two levels', { logger, logLevel: 'info' }, /^logLevel: cannot be used together with logger/],
    ['a list', [], /must be a mapping/],
    ['nothing', null, /must be a mapping/],
  ]
  for (const [name, options, message] of cases) {
    await t.rejects(startEmulator(options as StartOptions), { name: 'InputError', message }, name)
  }
})
