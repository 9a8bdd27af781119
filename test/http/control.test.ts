import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { quoted } from '../../src/domain/visible-text.js'
import { Emulator } from '../../src/emulator/emulator.js'
import { createApp } from '../../src/http/app.js'
import { connectEmulator, startEmulator } from '../../src/index.js'
import {
  buildApp,
  defaultScenario,
  fetchToken,
  listen,
  recordOf,
  requestRaw,
  statusPath,
  tokenPath,
} from '../support.js'

t.test('a web page can neither drive nor read the emulator', async (t) => {
  const { port } = await listen(t, { allowedHosts: ['tao.example', 'other.example:8080'] })
  const hosts: [host: string, allowed: boolean][] = [
    ['127.0.0.1', true],
    ['127.0.0.1:4080', true],
    ['10.1.2.3:80', true],
    ['[::1]:4080', true],
    ['localhost', true],
    ['LocalHost:4080', true],
    ['team.localhost:4080', true],
    ['tao', true],
    ['tao:4080', true],
    ['tao.example', true],
    ['TAO.example:4080', true],
    ['other.example:8080', true],
    ['other.example', false],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['evil.example:4080', false],
    ['localhost.', true],
    ['localhost.:4080', true],
    ['host.docker.internal:4080', true],
    ['gateway.docker.internal', true],
    ['host.containers.internal', true],
    ['tao.testing.svc', true],
    ['tao.testing.svc.cluster.local:4080', true],
    ['svc.example', false],
    ['evil.docker.internal', false],
    ['host.docker.internal.example', false],
    ['cluster.local', false],
    ['', false],
    ['a@b', false],
  ]
  for (const [host, allowed] of hosts) {
    t.test(`the Host ${host} is ${allowed ? 'let in' : 'refused'}`, async (t) => {
      const answer = await requestRaw(port, ['GET /__control/clock HTTP/1.1', `Host: ${host}`])
      t.equal(answer.status, allowed ? 200 : 403)
      if (!allowed)
        t.match(JSON.parse(answer.body), {
          error: 'forbidden',
          message: /^Host ".*" is not trusted \(DNS rebinding\)\. Allow it with --allowed-host/,
        })
    })
  }
  const requests: [string, headers: string[], status: number][] = [
    ['the page of another origin', ['Host: localhost:4080', 'Origin: https://evil.example'], 403],
    [
      'a page of this machine on another port',
      ['Host: localhost:4080', 'Origin: http://localhost:3000'],
      403,
    ],
    ['a page without an origin', ['Host: localhost:4080', 'Origin: null'], 403],
    ['the own page', ['Host: localhost:4080', 'Origin: http://localhost:4080'], 200],
    ['a navigation from elsewhere', ['Host: localhost:4080', 'Sec-Fetch-Site: cross-site'], 403],
    ['a navigation of the person', ['Host: localhost:4080', 'Sec-Fetch-Site: none'], 200],
    ['two Hosts', ['Host: localhost', 'Host: localhost'], 403],
  ]
  for (const [name, headers, status] of requests) {
    t.test(name, async (t) => {
      const answer = await requestRaw(port, [
        'POST /__control/reset HTTP/1.1',
        'Content-Length: 0',
        ...headers,
      ])
      t.equal(answer.status, status === 200 ? 204 : status)
      t.equal(answer.headers['access-control-allow-origin'], undefined)
      t.equal(answer.headers['x-content-type-options'], 'nosniff')
    })
  }
})

t.test(
  'with a control token every control request needs it, but for the health check',
  async (t) => {
    const { app } = await buildApp(t, { controlToken: 'open sesame' })
    const ask = async (url: string, authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization }
      return (await app.inject({ url, headers })).statusCode
    }
    const cases: [string, url: string, authorization: string | undefined, status: number][] = [
      ['the token', '/__control/clock', 'Bearer open sesame', 200],
      ['none', '/__control/clock', undefined, 401],
      ['another', '/__control/clock', 'Bearer open', 401],
      ['another scheme', '/__control/clock', 'Basic open sesame', 401],
      ['none in a workspace', '/w/a/__control/clock', undefined, 401],
      ['none for the events', '/__control/journal/events', undefined, 401],
      ['none for a path that there is not', '/__control/nope', undefined, 401],
      ['none for health', '/__control/health', undefined, 200],
    ]
    for (const [name, url, authorization, status] of cases) {
      t.equal(await ask(url, authorization), status, name)
    }
    const { headers, body } = await app.inject('/__control/clock')
    t.equal(headers['www-authenticate'], 'Bearer')
    t.strictSame(JSON.parse(body), {
      error: 'unauthorized',
      message: 'The control API needs the control token: send it as a bearer token',
    })

    const emulator = await startEmulator({ controlToken: 'open sesame' })
    t.teardown(() => emulator.close())
    await t.resolves(
      connectEmulator(`${emulator.url}/`, { controlToken: 'open sesame' }).clock.get(),
    )
    await t.rejects(connectEmulator(emulator.url).clock.get(), { code: 'unauthorized' })
  },
)

t.test('a bad request gets its mistakes, and changes nothing', async (t) => {
  const { app } = await buildApp(t)
  const json = { 'content-type': 'application/json' }
  const deep = '['.repeat(10_000) + ']'.repeat(10_000)
  const put = { method: 'PUT' as const, url: '/__control/imports/a', headers: json }
  const error = (
    status: number,
    code: string,
    path: string | undefined,
    message: string | RegExp,
  ) => ({
    status,
    body: { error: code, message, ...(path !== undefined && { path }) },
  })
  const cases: [string, request: object, expected: object][] = [
    [
      'no body',
      { ...put, headers: {} },
      error(400, 'invalid_input', 'definition', 'must be a mapping'),
    ],
    [
      'text',
      { ...put, headers: { 'content-type': 'text/plain' }, payload: '{}' },
      error(400, 'invalid_input', 'content-type', 'must be application/json'),
    ],
    [
      'a form',
      { ...put, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=b' },
      error(400, 'invalid_input', 'content-type', 'must be application/json'),
    ],
    [
      'YAML where only a scenario may be YAML',
      { ...put, headers: { 'content-type': 'application/yaml' }, payload: 'status: pending' },
      error(400, 'invalid_input', 'content-type', 'must be application/json'),
    ],
    [
      'a scenario of another type',
      {
        ...put,
        url: '/__control/scenario',
        headers: { 'content-type': 'text/plain' },
        payload: '',
      },
      error(400, 'invalid_input', 'content-type', 'must be application/yaml or application/json'),
    ],
    [
      'a compressed scenario',
      {
        ...put,
        url: '/__control/scenario',
        headers: { 'content-type': 'application/yaml', 'content-encoding': 'gzip' },
        payload: '{}',
      },
      error(400, 'invalid_input', 'content-encoding', /^Compressed bodies are not accepted/),
    ],
    [
      'a query that the call does not know',
      { ...put, url: '/__control/imports/a?mode=merge', payload: '{"status":"pending"}' },
      error(400, 'invalid_input', 'mode', /^unknown field/),
    ],
    [
      'an empty body',
      { ...put, payload: '' },
      error(400, 'invalid_input', 'definition', 'must be a mapping'),
    ],
    [
      'JSON that is cut',
      { ...put, payload: '{"status":' },
      error(400, 'invalid_input', 'body', /JSON/),
    ],
    [
      'null',
      { ...put, payload: 'null' },
      error(400, 'invalid_input', 'definition', 'must be a mapping'),
    ],
    [
      'a prototype',
      { ...put, payload: '{"__proto__":{"error":"x"}}' },
      error(400, 'invalid_input', 'body', /JSON/),
    ],
    [
      'a constructor',
      { ...put, payload: '{"constructor":{"prototype":{"error":"x"}}}' },
      error(400, 'invalid_input', 'body', /JSON/),
    ],
    [
      'a very deep list',
      { ...put, payload: deep },
      error(400, 'invalid_input', 'definition', 'must be a mapping'),
    ],
    [
      'a very deep field',
      { ...put, payload: `{"error":${deep}}` },
      error(400, 'invalid_input', 'error', 'must be a string'),
    ],
    [
      'a very deep unknown field',
      { ...put, url: '/__control/imports/a-%7Bn%7D', payload: `{"error":"x","b":${deep}}` },
      error(400, 'invalid_input', 'b', /unknown field/),
    ],
    [
      'a huge body',
      { ...put, payload: JSON.stringify({ error: 'x'.repeat(1024 * 1024) }) },
      error(413, 'too_large', 'body', 'The body is too large'),
    ],
    [
      'a list of arguments',
      { method: 'POST', url: '/__control/clock/advance', headers: json, payload: '["5s"]' },
      error(400, 'invalid_input', '', 'must be a mapping'),
    ],
    [
      'no arguments',
      { method: 'POST', url: '/__control/clock/advance' },
      error(400, 'invalid_input', 'by', 'is required'),
    ],
    [
      'an argument too many',
      { method: 'POST', url: '/__control/clock/freeze', headers: json, payload: '{"at":1}' },
      error(400, 'invalid_input', 'at', /unknown field/),
    ],
    [
      'a query that repeats',
      { url: '/__control/journal?client=a&client=b' },
      error(400, 'invalid_input', 'client', 'must be a string'),
    ],
    [
      'a query that is unknown',
      { url: '/__control/journal?constructor=1' },
      error(400, 'invalid_input', 'constructor', /unknown field/),
    ],
    [
      'a number that is none',
      { url: '/__control/journal/count?status=abc' },
      error(400, 'invalid_input', 'status', /from 100 to 599/),
    ],
    [
      'events with a filter that is unknown',
      { url: '/__control/journal/events?stat=1' },
      error(400, 'invalid_input', 'stat', /unknown field/),
    ],
    [
      'an argument beside the only one',
      { url: '/__control/imports/12345?verbose=1' },
      error(400, 'invalid_input', 'verbose', 'unknown field; known are id'),
    ],
    [
      'an argument for a verb that takes none',
      { url: '/__control/health?_=1' },
      error(400, 'invalid_input', '_', 'unknown field; there are none'),
    ],
    [
      'a route that there is not',
      { url: '/__control/nope' },
      error(404, 'not_found', undefined, 'There is no such control route'),
    ],
    [
      'a method that there is not',
      { method: 'PATCH', url: '/__control/clock' },
      error(404, 'not_found', undefined, 'There is no such control route'),
    ],
  ]
  const before = (await app.inject('/__control/imports')).body
  for (const [name, request, expected] of cases) {
    await t.test(name, async (t) => {
      const answer = await app.inject(request)
      t.match({ status: answer.statusCode, body: answer.json() }, expected)
      t.equal(answer.headers['content-type'], 'application/json')
    })
  }
  t.equal((await app.inject('/__control/imports')).body, before)
  t.equal(({} as Record<string, unknown>).error, undefined)
})

const closedMeanwhile = { code: 'not_found', message: 'The workspace was closed meanwhile' }

t.test('a wait ends when the emulator closes', async (t) => {
  const emulator = await startEmulator()
  const told = t.rejects(emulator.journal.waitFor({}, { count: 1, timeout: '1m' }), closedMeanwhile)
  await emulator.journal.count()
  await emulator.close()
  await told
})

t.test('a wait says that the journal is too small for it', async (t) => {
  const emulator = await startEmulator({ journalSize: 2 })
  t.teardown(() => emulator.close())
  for (const path of ['/1', '/2', '/3']) await fetch(emulator.url + path)
  await t.rejects(emulator.journal.waitFor({}, { count: 3, timeout: '10ms' }), {
    message:
      '2 of 3 journal entries came within 10ms; the journal evicted others: raise --journal-size',
  })
})

t.test('the log names a workspace that is evicted', async (t) => {
  const lines: string[] = []
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) })
  const emulator = await Emulator.create({ fixtures: [defaultScenario], maxWorkspaces: 1 })
  const app = createApp(emulator, { logger })
  t.teardown(() => app.close())
  emulator.workspaces.onEvicted('a')
  t.match(
    lines.map((line) => JSON.parse(line)),
    [
      {
        level: 40,
        event: 'workspace-evicted',
        workspace: 'a',
        msg: 'The workspace a was evicted: raise --max-workspaces to keep it',
      },
    ],
  )
})

t.test('an internal failure is a 500 that says so', async (t) => {
  const { app, emulator } = await buildApp(t)
  emulator.main.clock.now = () => {
    throw new Error('out of luck')
  }
  const answer = await app.inject('/__control/clock')
  t.equal(answer.statusCode, 500)
  t.strictSame(answer.json(), { error: 'internal_error', message: 'out of luck' })
})

t.test('the client says that a response is not from an emulator', async (t) => {
  const { createServer } = await import('node:http')
  const server = createServer((_request, response) => {
    response.writeHead(502).end('<h1>Bad Gateway</h1>')
  }).listen(0)
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  await t.rejects(connectEmulator(`http://127.0.0.1:${port}`).health(), {
    message: `The server at http://127.0.0.1:${port}/__control/health is not an emulator: 502 <h1>Bad Gateway</h1>`,
  })
})

t.test('the client says that an address redirects', async (t) => {
  const { emulator } = await listenAt(t)
  const elsewhere: [string, url: string, message: RegExp][] = [
    [
      'JSON of somebody else',
      '/nope',
      /^The server at \S+ is not an emulator: 404 \{"message":"Not Found"\}$/,
    ],
    ['a page', '/__sandbox/?', /^The server at \S+ is not an emulator: 200 <!doctype html>/i],
  ]
  for (const [name, path, message] of elsewhere) {
    const told = await connectEmulator(emulator.url + path)
      .health()
      .catch((error) => error)
    t.match(told, { name: 'Error', message }, name)
  }
  for (const url of [undefined, '', 'localhost:4080', 'ftp://a', 'http://', {}]) {
    t.throws(() => connectEmulator(url as string), {
      name: 'InputError',
      message: /^url: must be the URL of an emulator, like http:\/\/127\.0\.0\.1:4080, and not /,
    })
  }
  t.match(await connectEmulator(new URL(emulator.url)).health(), { status: 'ok' })
})

t.test('an id that no URL can hold is refused', async (t) => {
  const { control } = await listenAt(t)
  for (const id of ['', '.', '..', '\ud800']) {
    await t.rejects(control.imports.get(id), {
      code: 'invalid_input',
      path: 'id',
      message: `${quoted(id)} cannot be part of the path of a URL`,
    })
  }
  await t.rejects(control.imports.get(undefined as never), { code: 'invalid_input', path: 'id' })
  await t.rejects(control.imports.get(5 as never), { code: 'invalid_input', path: 'id' })
})

t.test('the verbs are what other tools send', async (t) => {
  const { app } = await buildApp(t)
  const head = await app.inject({ method: 'HEAD', url: '/__control/health' })
  t.strictSame([head.statusCode, head.body], [200, ''])
  const headers = { 'content-type': 'application/json' }
  for (const [method, url] of [
    ['POST', '/reset'],
    ['POST', '/clock/freeze'],
    ['DELETE', '/faults'],
  ] as const) {
    const { statusCode } = await app.inject({
      method,
      url: `/__control${url}`,
      headers,
      payload: '',
    })
    t.ok([200, 204].includes(statusCode), `${method} ${url} names the type of no body`)
  }
  const put = await app.inject({ method: 'PUT', url: '/__control/imports/a', headers, payload: '' })
  t.match(put.json(), { error: 'invalid_input', path: 'definition' })
})

t.test('the scheme of the control token is written in any way', async (t) => {
  const { app } = await buildApp(t, { controlToken: 'hush' })
  const cases: [authorization: string, status: number][] = [
    ['Bearer hush', 200],
    ['bearer  hush', 200],
    ['Bearer Hush', 401],
    ['Bearer', 401],
    ['hush', 401],
  ]
  for (const [authorization, status] of cases) {
    const answer = await app.inject({ url: '/__control/clock', headers: { authorization } })
    t.equal(answer.statusCode, status, authorization)
  }
})

t.test('nobody waits on for a client that has gone', async (t) => {
  const { emulator, port } = await listen(t)
  const { journal } = emulator.main
  const waiting = t.capture(journal, 'follow', journal.follow)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /__control/journal/wait?count=1&timeout=25s HTTP/1.1\r\nHost: a\r\n\r\n')
  while (waiting().length === 0) await wait(5)
  let looks = 0
  const find = journal.find.bind(journal)
  journal.find = (filter) => {
    looks += 1
    return find(filter)
  }
  socket.destroy()
  while (looks === 0) await wait(5)
  looks = 0
  journal.add(recordOf('/'))
  t.equal(looks, 0, 'for each request')
})

t.test('the journal has a request before its client has the response', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const control = connectEmulator(emulator.url)
  const clients = Array.from({ length: 50 }, async (_, index) => {
    const id = `processed-${index}`
    await fetch(emulator.url + statusPath(id), { headers: { authorization: `Bearer ${token}` } })
    return (await control.journal.count({ referenceId: id, status: 200 })).count
  })
  t.strictSame([...new Set(await Promise.all(clients))], [1])
})

t.test('a journal that is full drops the oldest entries, and says so', async (t) => {
  const start = async (journalSize: number) => {
    const emulator = await startEmulator({ journalSize })
    t.teardown(() => emulator.close())
    for (let index = 0; index < 5; index += 1) await fetch(`${emulator.url}/${index}`)
    return emulator.journal
  }
  const journal = await start(3)
  const found = await journal.find()
  t.strictSame(
    found.entries.map(({ path }) => path),
    ['/2', '/3', '/4'],
  )
  t.strictSame([found.dropped, found.complete], [2, false])
  t.strictSame(await journal.count(), { count: 3, complete: false })
  t.strictSame(await journal.count({ since: 2 }), { count: 3, complete: true })
  await journal.clear()
  t.strictSame(await journal.find(), { entries: [], dropped: 0, complete: true })

  const off = await start(0)
  t.strictSame(await off.find(), { entries: [], dropped: 5, complete: false })
})

t.test('no secret is in the journal, wherever a client puts it', async (t) => {
  const { app } = await buildApp(t)
  const headers: [name: string, value: string, shown: string][] = [
    ['cookie', 'session=hush; theme=dark', '[redacted]'],
    ['x-api-key', 'hush hush', '[redacted]'],
    ['authorization', 'hush hush', '[redacted]'],
    ['authorization', 'basic aHVzaDpodXNo', 'basic [redacted]'],
    ['proxy-authorization', 'Bearer hush, hush', 'Bearer [redacted]'],
    ['referer', 'http://a/?a=b&client_secret=hush#c', 'http://a/?a=b&client_secret=[redacted]#c'],
  ]
  for (const [name, value] of headers) {
    await app.inject({ url: '/nope', headers: { [name]: value } })
  }
  const bodies: [body: string, shown: string][] = [
    ['{"client_id":"a","client_secret":"hush&hush"}', '[redacted]'],
    ['grant_type=a\nclient_secret=hush', 'grant_type=[redacted]'],
    ['grant_type=a&client%5Fsecret=hush', 'grant_type=a&client_secret=[redacted]'],
    ['scope=token.read+secret', 'scope=token.read+secret'],
  ]
  for (const [payload] of bodies) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await app.inject({ method: 'POST', url: tokenPath, headers, payload })
  }
  const answer = await app.inject('/__control/journal')
  t.notMatch(answer.body, /hush|aHVza/)
  const { entries } = answer.json()
  for (const [index, [name, , shown]] of headers.entries()) {
    t.equal(entries[index].request.headers[name], shown)
  }
  for (const [index, [, shown]] of bodies.entries()) {
    t.equal(entries[headers.length + index].request.body, shown)
  }
})

t.test('the journal shows no signed URL', async (t) => {
  const { app } = await buildApp(t)
  const token = await fetchToken(app)
  const headers = { authorization: `Bearer ${token}` }
  const told = await app.inject({ url: '/api/v1/upload/api/v1/download/12345', headers })
  t.match(told.json().signedUrl, /&signature=[\da-f]{20}/)
  const { entries } = (await app.inject('/__control/journal')).json()
  t.match(entries[1].response.body, /&signature=\[redacted\]"\}$/)
})

t.test('journal entries are redacted, and long bodies are cut', async (t) => {
  const { app, emulator } = await buildApp(t, {
    scenario: {
      clients: [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }],
      imports: [{ referenceId: 'long', status: 'failed', messages: ['x'.repeat(20_000)] }],
    },
  })
  const token = await fetchToken(app)
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())
  await app.inject({
    url: `${statusPath('long')}?api_key=k&a=b&%74oken=t&%zz=y`,
    headers: {
      authorization: `Bearer ${token}`,
      cookie: 'sid=1',
      'x-api-key': 'k',
      'x-forwarded-access-token': token,
      'x-note': [`see ${token}`, 'and more'],
    },
  })
  const { entries } = (await app.inject('/__control/journal')).json()
  t.match(entries[0], {
    request: {
      body: 'grant_type=client_credentials&client_id=demo-client&client_secret=[redacted]',
      token: null,
    },
    response: {
      body: `{"access_token":"[token ${jti}]","token_type":"Bearer","expires_in":3600,"scope":"rostering"}`,
    },
  })
  t.match(entries[1], {
    path: `${statusPath('long')}?api_key=[redacted]&a=b&%74oken=[redacted]&%zz=y`,
    request: {
      headers: {
        authorization: `Bearer [token ${jti}]`,
        cookie: '[redacted]',
        'x-api-key': '[redacted]',
        'x-forwarded-access-token': `[token ${jti}]`,
        'x-note': `see [token ${jti}], and more`,
      },
      token: { jti, client_id: 'demo-client' },
    },
  })
  t.match(entries[1].response.body, /x… \[20\d{3} characters\]$/)
  t.equal(emulator.main.journal.dropped, 0)
})

/** An emulator that listens, and what speaks to it over HTTP. */
async function listenAt(t: Test) {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  return { emulator, control: connectEmulator(emulator.url) }
}

/** Opens a stream of server-sent events: from here on nothing is missed. */
async function openEvents(url: string, lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const abort = new AbortController()
  const response = await fetch(url, { headers, signal: abort.signal })
  return {
    type: response.headers.get('content-type'),
    /** Reads until there are `count`, and ends the stream. */
    async read(count: number): Promise<[id: string | undefined, event: string, data: unknown][]> {
      const decoder = new TextDecoder()
      let text = ''
      const events = () => [...text.matchAll(/^(?:id: (\d+)\n)?event: (\w+)\ndata: (.*)\n\n/gm)]
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true })
        if (events().length >= count) break
      }
      abort.abort()
      return events().map(([, id, event = '', data = '']) => [id, event, JSON.parse(data)])
    },
  }
}

/** Opens a stream and reads so many events. */
const readEvents = async (url: string, count: number, lastEventId?: string) =>
  (await openEvents(url, lastEventId)).read(count)

t.test('the journal is streamed as server-sent events', async (t) => {
  const start = async (t: Test, journalSize = 1000) => {
    const emulator = await startEmulator({ journalSize })
    t.teardown(() => emulator.close())
    return { emulator, url: `${emulator.url}/__control/journal/events` }
  }
  const summary = (events: unknown[][]) =>
    events.map(([id, event, data]) => [id, event, (data as { path?: string }).path])

  t.test('from now on', async (t) => {
    const { emulator, url } = await start(t)
    await fetch(`${emulator.url}/before`)
    const stream = await openEvents(url)
    t.equal(stream.type, 'text/event-stream')
    await fetch(`${emulator.url}/1`)
    await fetch(`${emulator.url}/2`)
    t.strictSame(summary(await stream.read(2)), [
      ['2', 'entry', '/1'],
      ['3', 'entry', '/2'],
    ])
  })

  t.test('on from the last one that was read, or from any', async (t) => {
    const { emulator, url } = await start(t)
    for (const path of ['/1', '/2', '/3']) await fetch(emulator.url + path)
    t.strictSame(summary(await readEvents(url, 2, '1')), [
      ['2', 'entry', '/2'],
      ['3', 'entry', '/3'],
    ])
    t.equal((await readEvents(`${url}?since=0`, 3)).length, 3)
    t.equal((await readEvents(url, 3, '0')).length, 3)
  })

  t.test(
    'from the start, where the last one that was read is of an emulator before it',
    async (t) => {
      const { emulator, url } = await start(t)
      await fetch(`${emulator.url}/1`)
      t.strictSame(summary(await readEvents(url, 1, '500')), [['1', 'entry', '/1']])
    },
  )

  t.test('a Last-Event-ID that is no id is ignored', async (t) => {
    const { emulator, url } = await start(t)
    await fetch(`${emulator.url}/before`)
    for (const [index, id] of ['1.5', '-1', 'x', '1e3', '9'.repeat(400)].entries()) {
      const stream = await openEvents(url, id)
      t.equal((await fetch(`${emulator.url}/${index}`)).status, 404)
      t.match(await stream.read(1), [[String(index + 2), 'entry', { path: `/${index}` }]])
    }
  })

  t.test('filtered', async (t) => {
    const { emulator, url } = await start(t)
    await fetch(`${emulator.url}/1`)
    await fetch(emulator.url + statusPath('12345'))
    t.strictSame(summary(await readEvents(`${url}?since=0&operation=status`, 1)), [
      ['2', 'entry', statusPath('12345')],
    ])
  })

  t.test('an entry is sent again when its response is cut off', async (t) => {
    const { emulator, url } = await start(t)
    await emulator.faults.arm({ kind: 'slow-body', bytesPerSecond: 1, operation: 'jwks' })
    const stream = await openEvents(`${url}?operation=jwks`)
    const abort = new AbortController()
    await fetch(`${emulator.url}/.well-known/jwks.json`, { signal: abort.signal })
    await fetch(`${emulator.url}/meanwhile`)
    const later = await openEvents(url)
    abort.abort()
    await emulator.journal.waitFor({ outcome: 'aborted' })
    await fetch(`${emulator.url}/later`)
    t.strictSame(summary(await later.read(1)), [['3', 'entry', '/later']], 'but not what is older')
    t.match(await stream.read(2), [
      ['1', 'entry', { id: 1, outcome: 'served' }],
      ['2', 'entry', { id: 1, outcome: 'aborted' }],
    ])
  })

  t.test('with a word when it is cleared', async (t) => {
    const { emulator, url } = await start(t)
    const stream = await openEvents(url)
    await fetch(`${emulator.url}/1`)
    await emulator.journal.clear()
    await fetch(`${emulator.url}/2`)
    t.match(await stream.read(3), [
      ['1', 'entry', { path: '/1' }],
      [undefined, 'cleared', {}],
      ['2', 'entry', { path: '/2' }],
    ])
  })

  t.test('with a word on what the journal has dropped', async (t) => {
    const { emulator, url } = await start(t, 2)
    for (const path of ['/1', '/2', '/3', '/4']) await fetch(emulator.url + path)
    t.strictSame((await readEvents(`${url}?since=1`, 2))[0], [undefined, 'dropped', { dropped: 1 }])
  })

  t.test(
    'a reader that does not read costs nothing, and loses what the journal drops',
    async (t) => {
      const { emulator, port } = await listen(t)
      const { journal } = emulator.main
      const socket = connect(port, '127.0.0.1')
      socket.write('GET /__control/journal/events?since=0 HTTP/1.1\r\nHost: a\r\n\r\n')
      await new Promise((resolve) => socket.once('readable', resolve))
      const path = `/${'x'.repeat(10_000)}`
      for (let index = 0; index < 10_000; index += 1) {
        journal.add(recordOf(path))
        if (index % 100 === 0) await new Promise(setImmediate)
      }
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      while (!text.includes('id: 10000\n')) await wait(10)
      t.match(text, /event: dropped\ndata: \{"dropped":\d{3,}\}/)
      socket.destroy()
    },
  )

  t.test('it ends with its workspace', async (t) => {
    const { emulator } = await start(t)
    const team = emulator.workspace('team')
    const response = await fetch(`${team.url}/__control/journal/events`)
    const told = t.rejects(team.journal.waitFor({}, { count: 1, timeout: '1m' }), closedMeanwhile)
    await team.journal.count()
    await emulator.workspaces.delete('team')
    t.match(await response.text(), ': the journal')
    await told
  })

  t.test('closing the emulator ends it', async (t) => {
    const { emulator, url } = await start(t)
    const response = await fetch(url)
    await emulator.close()
    t.match(await response.text(), ': the journal')
  })
})

t.test('a workspace can be named by the path of every route', async (t) => {
  const { app, emulator } = await buildApp(t)
  const paths: [string, string, number][] = [
    ['a vendor path', `/w/team.1_a-B${statusPath('12345')}`, 401],
    ['the health check', '/w/visited/__control/health', 200],
    ['a control path', '/w/team/__control/clock', 200],
    ['a well-known path', '/w/team/.well-known/jwks.json', 200],
    ['the name of none', '/w/-team/__control/health', 404],
    ['a name that is too long', `/w/${'a'.repeat(65)}/__control/health`, 404],
    ['a name that is empty', '/w//__control/health', 404],
    ['a workspace and nothing else', '/w/team', 404],
    ['a workspace in a workspace', '/w/a/w/b/__control/health', 404],
  ]
  for (const [name, url, status] of paths) {
    t.equal((await app.inject(url)).statusCode, status, name)
  }
  t.strictSame(emulator.workspaces.names(), ['team'])
})

t.test('only a request that may use a workspace makes one', async (t) => {
  const { app, emulator } = await buildApp(t)
  const authorization = `Bearer ${await fetchToken(app)}`
  const requestToken = (url: string, clientId: string, clientSecret: string) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: String(
        new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
        }),
      ),
    })
  const status = (headers = {}) => app.inject({ url: `/w/team${statusPath('12345')}`, headers })
  const cases: [string, () => Promise<{ statusCode: number }>, status: number, made: string[]][] = [
    ['a poll without a token', () => status(), 401, []],
    ['a poll with a wrong token', () => status({ authorization: 'Bearer x.y.z' }), 401, []],
    ['an unknown path', () => app.inject('/w/team/nothing'), 404, []],
    ['the key set', () => app.inject('/w/team/.well-known/jwks.json'), 200, []],
    ['a wrong secret', () => requestToken(tokenPath, 'demo-client@team', 'x'), 401, []],
    ['an unknown client', () => requestToken(tokenPath, 'nobody@team', 'x'), 401, []],
    [
      'a wrong secret at its path',
      () => requestToken(`/w/team${tokenPath}`, 'demo-client', 'x'),
      401,
      [],
    ],
    [
      'a page of another origin',
      () =>
        app.inject({ url: '/w/team/__control/clock', headers: { origin: 'http://evil.example' } }),
      403,
      [],
    ],
    ['a poll with a token', () => status({ authorization }), 200, ['team']],
    [
      'a right secret',
      () => requestToken(tokenPath, 'demo-client@team', 'demo-secret'),
      200,
      ['team'],
    ],
  ]
  for (const [name, send, expected, made] of cases) {
    t.test(name, async (t) => {
      emulator.workspaces.delete('team')
      t.equal((await send()).statusCode, expected)
      t.strictSame(emulator.workspaces.names(), made)
      const { journal } = made.length > 0 ? emulator.workspace('team') : emulator.main
      if (expected !== 403)
        t.equal(journal.find().records.at(-1)?.status, expected, 'and is journaled')
    })
  }

  t.test('nor does such a request use up a fault', async (t) => {
    const fault = { kind: 'status', status: 503, times: 1 } as const
    emulator.main.faults.arm(fault)
    t.equal((await status()).statusCode, 401)
    t.equal(emulator.main.faults.list()[0]?.applied, 0)
    emulator.main.faults.clear()
  })
})

t.test('a workspace that was used within the last minute is not evicted', async (t) => {
  const emulator = await Emulator.create({ fixtures: [defaultScenario], maxWorkspaces: 1 })
  const app = createApp(emulator)
  t.teardown(() => app.close())
  const token = await fetchToken(app)
  emulator.workspace('a')
  const message =
    'All 1 workspaces were used within the last minute. Delete one, or raise --max-workspaces'

  const control = await app.inject('/w/b/__control/clock')
  t.equal(control.statusCode, 409)
  t.strictSame(control.json(), { error: 'conflict', message, path: 'workspace' })

  const poll = await app.inject({
    url: `/w/b${statusPath('12345')}`,
    headers: { authorization: `Bearer ${token}` },
  })
  t.strictSame([poll.statusCode, poll.body], [401, 'Access Denied'])
  const payload =
    'grant_type=client_credentials&client_id=demo-client%40b&client_secret=demo-secret'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const issued = await app.inject({ method: 'POST', url: tokenPath, headers, payload })
  t.strictSame(issued.json(), {
    error: 'invalid_client',
    error_description: 'Client authentication failed',
  })
  for (const { reason } of emulator.main.journal.find().records.slice(-2)) {
    t.strictSame(reason, { code: 'workspace-limit', message })
  }
})

t.test('a name that no workspace can have is refused', async (t) => {
  const inner = await Emulator.create({ fixtures: [{}] })
  t.throws(() => inner.workspace('no/name'), { name: 'InputError' })
})
