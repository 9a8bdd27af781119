import { once } from 'node:events'
import { connect } from 'node:net'
import { pino } from 'pino'
import t from 'tap'
import { runVerb } from '../../src/emulator/control/control-verbs.js'
import { Emulator } from '../../src/emulator/emulator.js'
import { describeRecord } from '../../src/emulator/journal/describe-entry.js'
import type { JournalRecord } from '../../src/emulator/journal/journal.js'
import { createApp } from '../../src/http/app.js'
import {
  buildApp,
  defaultScenario,
  fetchToken,
  listen,
  parseAnswer,
  requestRaw,
  sendRaw,
  statusPath,
  tokenPath,
} from '../support.js'

const MiB = 1024 * 1024
const part = (name: string, value: string) =>
  `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const grant = part('grant_type', 'client_credentials') + part('client_id', 'demo-client')
const secret = part('client_secret', 'demo-secret')

const invalidRequest = (description: string) =>
  JSON.stringify({ error: 'invalid_request', error_description: description })

t.test('a form that is not whole or not a form is the mistake of its client', async (t) => {
  const { port } = await listen(t)
  const malformed = invalidRequest('The multipart body is malformed')
  const type = 'multipart/form-data; boundary=X'
  const cases: [string, type: string, body: string, expected: string][] = [
    ['no boundary', 'multipart/form-data', `${grant}${secret}--X--\r\n`, malformed],
    [
      'an empty boundary',
      'multipart/form-data; boundary=',
      `${grant}${secret}--X--\r\n`,
      malformed,
    ],
    [
      'another boundary',
      'multipart/form-data; boundary=Y',
      `${grant}${secret}--X--\r\n`,
      malformed,
    ],
    ['an over-long boundary', `multipart/form-data; boundary=${'X'.repeat(5000)}`, 'x', malformed],
    ['no body', type, '', malformed],
    ['no end', type, grant + secret, malformed],
    ['a part that is cut', type, `${grant}--X\r\nContent-Disp`, malformed],
    ['line feeds alone', type, `${grant}${secret}--X--\n`.replaceAll('\r\n', '\n'), malformed],
    [
      'a part is missing',
      type,
      `${secret}--X--\r\n`,
      invalidRequest('The parameter grant_type is missing'),
    ],
    [
      'a part without a name',
      type,
      `${grant}${secret.replace(' name="client_secret"', '')}--X--\r\n`,
      invalidRequest('The parameter client_secret is missing'),
    ],
    [
      'a file for the secret',
      type,
      `${grant}${secret.replace('"client_secret"', '"client_secret"; filename="s"')}--X--\r\n`,
      invalidRequest('Every part must be text, not a file'),
    ],
    [
      'a file beside the fields, large and unread',
      type,
      `${grant}${secret}${part('f', 'x'.repeat(500_000)).replace('"f"', '"f"; filename="f"')}--X--\r\n`,
      invalidRequest('Every part must be text, not a file'),
    ],
    [
      'an urlencoded body over the limit',
      'application/x-www-form-urlencoded',
      `a=${'x'.repeat(MiB)}`,
      invalidRequest('The request cannot be read as a form'),
    ],
    [
      'a multipart body over the limit',
      type,
      part('a', 'x'.repeat(MiB)),
      invalidRequest('The request cannot be read as a form'),
    ],
  ]
  for (const [name, contentType, body, expected] of cases) {
    const head = [`POST ${tokenPath} HTTP/1.1`, `Content-Type: ${contentType}`]
    t.test(name, async (t) => {
      const answer = await requestRaw(port, [...head, `Content-Length: ${body.length}`], body)
      t.strictSame([answer.status, answer.body], [400, expected])
      t.equal(answer.headers.connection, 'close')
    })
    t.test(`${name}, in chunks`, async (t) => {
      const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
      const answer = await requestRaw(
        port,
        [...head, 'Transfer-Encoding: chunked'],
        `${chunk}0\r\n\r\n`,
      )
      t.strictSame([answer.status, answer.body], [400, expected])
    })
  }

  t.test('a value is never cut: a secret with padding is another one', async (t) => {
    for (const length of [100, 900_000]) {
      const padded = part('client_secret', `demo-secret${' '.repeat(length)}`)
      const body = `${grant}${padded}--X--\r\n`
      const head = [`POST ${tokenPath} HTTP/1.1`, `Content-Type: ${type}`]
      const answer = await requestRaw(port, [...head, `Content-Length: ${body.length}`], body)
      t.strictSame([answer.status, JSON.parse(answer.body).error], [401, 'invalid_client'])
    }
  })

  t.test('a client that goes on sending past the limit is cut off', async (t) => {
    const head = `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 300000000\r\n\r\n`
    const socket = connect(port, '127.0.0.1')
    let raw = ''
    socket.on('data', (chunk) => {
      raw += chunk
    })
    socket.on('error', () => {})
    socket.write(head)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const send = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) {}
    }
    socket.on('drain', send)
    send()
    await closed
    t.ok(socket.bytesWritten < 100_000_000, 'long before it has sent everything')
    if (raw !== '') t.equal(parseAnswer(raw).status, 400)
  })
})

t.test('a malformed request gets a response in the format of the API', async (t) => {
  const { port } = await listen(t)
  const message = (status: number, text: string) => [status, JSON.stringify({ message: text })]
  const get = `GET ${statusPath('12345')} HTTP/1.1\r\n`
  const many = Array.from({ length: 2001 }, () => 'a:b\r\n').join('')
  const cases: [string, bytes: string, expected: unknown[]][] = [
    ['garbage', 'nonsense\r\n\r\n', message(400, 'Bad Request')],
    [
      'a method that there is not',
      'FOO / HTTP/1.1\r\nHost: a\r\n\r\n',
      message(400, 'Bad Request'),
    ],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', message(400, 'Bad Request')],
    ['a header with a NUL', `${get}Host: a\r\nA: \u0000\r\n\r\n`, message(400, 'Bad Request')],
    [
      'two lengths',
      `${get}Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      message(400, 'Bad Request'),
    ],
    ['no Host', `${get}Connection: close\r\n\r\n`, message(400, 'Bad Request')],
    [
      'two Hosts',
      `${get}Host: a\r\nHost: a\r\nConnection: close\r\n\r\n`,
      message(400, 'Bad Request'),
    ],
    [
      'two Hosts at the token endpoint',
      `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`,
      [400, invalidRequest('The request cannot be read as a form')],
    ],
    [
      'more than 2,000 headers',
      `${get}Host: a\r\nConnection: close\r\n${many}\r\n`,
      message(431, 'Request Header Fields Too Large'),
    ],
    [
      'a head of more than 16 KiB',
      `${get}Host: a\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`,
      message(431, 'Request Header Fields Too Large'),
    ],
    [
      'a target of more than 16 KiB',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      message(431, 'Request Header Fields Too Large'),
    ],
    [
      'an expectation that there is not',
      `${get}Host: a\r\nExpect: miracles\r\n\r\n`,
      message(417, 'Expectation Failed'),
    ],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', message(400, 'Bad Request')],
    [
      'an upgrade is a request like others',
      `${get}Host: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
      [401, 'Access Denied'],
    ],
    [
      'HTTP/1.0 needs no Host',
      `GET ${statusPath('12345')} HTTP/1.0\r\n\r\n`,
      [401, 'Access Denied'],
    ],
    [
      'a body where none is asked for',
      `${get}Host: a\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: 2\r\n\r\n<a`,
      [401, 'Access Denied'],
    ],
    [
      'a large body on an unknown path',
      `POST /nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n${'x'.repeat(3_000_000)}`,
      message(404, 'Not Found'),
    ],
  ]
  for (const [name, bytes, expected] of cases) {
    t.test(name, async (t) => {
      const answer = parseAnswer(await sendRaw(port, bytes))
      t.strictSame([answer.status, answer.body], expected)
      t.equal(answer.headers['x-content-type-options'], 'nosniff')
      t.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.body)))
    })
  }

  t.test('CONNECT, and gone with a reset', async (t) => {
    const socket = connect(port, '127.0.0.1')
    socket.write('CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n')
    await once(socket, 'data')
    socket.resetAndDestroy()
    await once(socket, 'close')
    t.match(await requestRaw(port, [`GET ${statusPath('12345')} HTTP/1.1`]), { status: 401 })
  })

  t.test('a body that is asked for after 100 Continue', async (t) => {
    const body = `${grant}${secret}--X--\r\n`
    const raw = await sendRaw(
      port,
      `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    t.match(raw, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
  })
})

t.test('a request that does not arrive is not waited for', async (t) => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  // Long enough that a busy machine has read each head before.
  const { emulator, port } = await listen(t, { requestTimeoutMs: 1000, logger })
  const cases: [string, string][] = [
    ['half a head', 'GET / HTTP/1.1\r\nHost: a\r\nAuthori'],
    [
      'half a body',
      `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant_type=`,
    ],
    [
      'half a multipart body',
      `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 100\r\n\r\n--X\r\n`,
    ],
    [
      'half a chunk',
      `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nabc`,
    ],
  ]
  const answers = await Promise.all(cases.map(([, bytes]) => sendRaw(port, bytes)))
  for (const [index, [name]] of cases.entries()) {
    const answer = parseAnswer(answers[index] as string)
    t.strictSame([answer.status, answer.body], [408, '{"message":"Request Timeout"}'], name)
    t.equal(answer.headers.connection, 'close', name)
  }
  // The log gets its line when the connection is closed, which the client may know before.
  const timeouts = () => lines.filter(({ reason }) => reason === 'http-timeout')
  while (timeouts().length < cases.length) await new Promise(setImmediate)
  const ofToken = timeouts().filter(({ operation }) => operation === 'token')
  t.match(ofToken, [{ status: 408 }, { status: 408 }, { status: 408 }])
  t.match(emulator.main.journal.find().records.map(describeRecord), [
    {
      operation: 'token',
      response: { status: 408, body: '{"message":"Request Timeout"}' },
      outcome: 'served',
      reason: { code: 'http-timeout', message: 'The request did not arrive in time' },
    },
    { reason: { code: 'http-timeout' } },
    { reason: { code: 'http-timeout' } },
  ])
  t.equal(emulator.main.journal.lastId, 3, 'half a head is no request')
})

t.test('a request gets one response', async (t) => {
  const { emulator, port } = await listen(t, { requestTimeoutMs: 200 })
  const { access_token: token } = (await runVerb(
    { emulator, workspace: emulator.main },
    'tokens.mint',
    { clientId: 'demo-client' },
  )) as { access_token: string }
  const head = `GET ${statusPath('12345')} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n`

  t.test('a request whose body goes on gets one response', async (t) => {
    const upload = 'POST /api/v1/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n'
    const raw = await sendRaw(port, upload)
    t.match(raw, /^HTTP\/1\.1 401 .*Access Denied$/s)
  })

  t.test('a slow response is one response, and the next bytes are no request', async (t) => {
    emulator.main.faults.arm({ kind: 'slow-body', bytesPerSecond: 1, id: 'slow' })
    const socket = connect(port, '127.0.0.1')
    socket.write(`${head}\r\n`)
    let raw = String((await once(socket, 'data'))[0])
    socket.on('data', (chunk) => {
      raw += chunk
    })
    socket.write('rubbish\r\n\r\n')
    await once(socket, 'close')
    t.match(raw, /^HTTP\/1\.1 200 /)
    t.equal(raw.split('HTTP/1.1').length, 2)
    emulator.main.faults.clear()
  })

  t.test('a request behind a whole response gets a response, too', async (t) => {
    const raw = await sendRaw(port, `${head}\r\nrubbish\r\n\r\n`)
    t.match(raw, /^HTTP\/1\.1 200 .*"messages":\[\]\}\}HTTP\/1\.1 400 Bad Request/s)
  })

  t.test('a malformed request behind a delayed one is the one that gets a response', async (t) => {
    emulator.main.faults.arm({ kind: 'delay', delay: '300ms' })
    const raw = await sendRaw(port, `${head}\r\nrubbish\r\n\r\n`)
    t.match(raw, /^HTTP\/1\.1 400 Bad Request/)
    t.equal(raw.split('HTTP/1.1').length, 2)
    t.match(describeRecord(emulator.main.journal.find().records.at(-1) as JournalRecord), {
      response: { status: 400 },
      reason: { code: 'http-malformed' },
    })
  })
})

t.test('a page on another origin can call the API', async (t) => {
  const { app } = await buildApp(t)
  const origin = 'https://app.example'
  t.test('a preflight needs no authentication', async (t) => {
    for (const url of [statusPath('12345'), tokenPath, '/.well-known/jwks.json']) {
      const answer = await app.inject({
        method: 'OPTIONS',
        url,
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      })
      const { date, connection, ...headers } = answer.headers
      t.strictSame([answer.statusCode, answer.body], [204, ''])
      t.same(headers, {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'Authorization, *',
        'access-control-max-age': '600',
        'x-content-type-options': 'nosniff',
      })
    }
  })
  t.test('OPTIONS that is no preflight is a method like others', async (t) => {
    for (const headers of [{}, { origin }]) {
      const answer = await app.inject({ method: 'OPTIONS', url: statusPath('12345'), headers })
      t.equal(answer.statusCode, 405)
    }
  })
  t.test('every response may be read, refusals too', async (t) => {
    for (const [url, status] of [
      [statusPath('12345'), 401],
      ['/nope', 404],
      [tokenPath, 405],
    ] as const) {
      const answer = await app.inject({ url, headers: { origin } })
      t.equal(answer.statusCode, status)
      t.equal(answer.headers['access-control-allow-origin'], '*')
      t.equal(answer.headers['access-control-expose-headers'], 'WWW-Authenticate, Retry-After')
    }
  })
  t.test('without an Origin nothing is added', async (t) => {
    const { headers } = await app.inject({ url: statusPath('12345') })
    t.strictSame(
      Object.keys(headers).filter((name) => /^access-control|^vary/.test(name)),
      [],
    )
  })
})

t.test(
  'nothing that was sent comes back in a refusal, and no secret is logged or journaled',
  async (t) => {
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) })
    const { emulator, port } = await listen(t, { logger })
    const canary = 'eyJjYW5hcnki.eyJqdGkiOiJ4In0.canary'
    const hidden = 'hunter2-canary'
    const token = await emulator.tokens.mint(
      { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60 },
      emulator.main.clock.now(),
    )
    const form = (fields: Record<string, string>) => {
      const body = new URLSearchParams(fields).toString()
      return [
        [
          `POST ${tokenPath}?client_secret=${hidden} HTTP/1.1`,
          'Content-Type: application/x-www-form-urlencoded',
          `Content-Length: ${body.length}`,
        ],
        body,
      ] as const
    }
    const right = { grant_type: 'client_credentials', client_id: 'demo-client' }
    const basic = Buffer.from(`demo-client:${hidden}`).toString('base64')
    const requests: (readonly [head: readonly string[], body?: string])[] = [
      form({ ...right, client_secret: hidden }),
      form({ ...right, client_secret: 'demo-secret' }),
      form({ ...right, client_secret: 'demo-secret', grant_type: canary }),
      form({ ...right, client_secret: 'demo-secret', scope: canary }),
      form({ ...right, client_id: canary, client_secret: hidden }),
      [[`POST ${tokenPath} HTTP/1.1`, `Authorization: Basic ${basic}`, 'Content-Length: 0']],
      [
        [
          `GET ${statusPath(canary)}?access_token=${token} HTTP/1.1`,
          `Authorization: Bearer ${token}`,
        ],
      ],
      [
        [
          `GET ${statusPath('x')} HTTP/1.1`,
          `Authorization: Bearer ${canary}`,
          `Cookie: sid=${hidden}`,
        ],
      ],
      [[`GET /nope/${canary}?password=${hidden} HTTP/1.1`, `X-Api-Key: ${hidden}`]],
      [[`GET / HTTP/1.1`, `Expect: ${canary}`]],
      [[`GET / HTTP/9.${hidden}`]],
    ]
    const secrets = [hidden, canary, token, basic, 'demo-secret']
    for (const [head, body] of requests) {
      const answer = await requestRaw(port, head, body)
      const isIssued = answer.status === 200 && head[0]?.startsWith('POST')
      const told = isIssued ? '' : JSON.stringify(answer)
      for (const text of secrets) t.notOk(told.includes(text), `${answer.status} without ${text}`)
    }
    const log = lines.join('')
    const { records } = emulator.main.journal.find()
    const journal = JSON.stringify(records.map(describeRecord))
    t.equal(records.length, requests.length - 2, 'all but those that never became requests')
    for (const text of secrets) {
      t.notOk(log.includes(text), `the log is without ${text}`)
      t.notOk(journal.includes(text), `the journal is without ${text}`)
    }
  },
)

t.test('each request has one log line, with the reason of its response', async (t) => {
  const lines: Record<string, unknown>[] = []
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line)) },
  )
  const { app } = await buildApp(t, { logger })
  const token = await fetchToken(app)
  const authorization = `Bearer ${token}`
  await app.inject({ url: statusPath('12345'), headers: { authorization } })
  await app.inject({ url: statusPath('12346'), headers: { authorization } })
  await app.inject({ url: statusPath('12345') })
  await app.inject({ url: `/w/team${statusPath('12345')}` })
  await app.inject({ url: '/nope' })
  await app.inject({ method: 'POST', url: '/__control/reset' })
  const status = { level: 30, operation: 'status', method: 'GET' }
  const expected = [
    {
      level: 30,
      operation: 'token',
      method: 'POST',
      status: 200,
      client: 'demo-client',
      reason: 'served',
      entry: 1,
      msg: 'Served',
    },
    {
      ...status,
      status: 200,
      referenceId: '12345',
      client: 'demo-client',
      state: 'processed',
      fileLine: 2,
      reason: 'served',
      entry: 2,
      msg: 'Served',
    },
    {
      ...status,
      status: 404,
      referenceId: '12346',
      client: 'demo-client',
      reason: 'reference-id-unknown',
      entry: 3,
      msg: 'There is no import "12346"; nearest: "12345"',
    },
    {
      ...status,
      status: 401,
      referenceId: '12345',
      reason: 'token-missing',
      entry: 4,
      msg: 'The request has no Authorization header',
    },
    {
      ...status,
      workspace: 'team',
      status: 401,
      referenceId: '12345',
      reason: 'token-missing',
      msg: 'The request has no Authorization header',
    },
    {
      level: 30,
      method: 'GET',
      path: '/nope',
      status: 404,
      reason: 'path-unknown',
      entry: 6,
      msg: 'No such path',
    },
  ]
  t.ok(lines.every(({ durationMs }) => typeof durationMs === 'number'))
  t.same(
    lines.map(({ durationMs, ...line }) => line),
    expected,
  )
})

t.test('a URL of 2 MiB gets a response in the format of the API', async (t) => {
  const { app } = await buildApp(t)
  const answer = await app.inject(`${statusPath('')}${'x'.repeat(2 * MiB)}`)
  t.strictSame([answer.statusCode, answer.body], [400, '{"message":"Bad Request"}'])
})

t.test('a client that is gone leaves one entry that says so', async (t) => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const { emulator, port } = await listen(t, { logger })
  const { journal } = emulator.main
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\na=`,
  )
  // The server has the head once it asks for more of the body.
  await requestRaw(port, ['GET /nope HTTP/1.1'])
  socket.destroy()
  await journal.waitFor({ outcome: 'aborted' }, 1, 5000)
  const { records } = journal.find({ outcome: 'aborted' })
  t.match(records, [{ operation: 'token', status: undefined, reason: { code: 'client-gone' } }])
  t.equal(records.length, 1)
  t.match(records.map(describeRecord), [{ response: null, outcome: 'aborted' }])
  t.match(
    lines.filter(({ operation }) => operation === 'token'),
    [{ reason: 'client-gone' }],
  )
})

t.test('a client that disconnects before it has read its response leaves one entry', async (t) => {
  const imports = [
    { referenceId: 'long', status: 'failed' as const, messages: ['x'.repeat(20 * MiB)] },
  ]
  const clients = [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }]
  for (const journalSize of [1000, 0]) {
    const { emulator, port } = await listen(t, { scenario: { clients, imports }, journalSize })
    const { clock, journal } = emulator.main
    const spec = { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60 }
    const token = await emulator.tokens.mint(spec, clock.now())
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `GET ${statusPath('long')} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    )
    await once(socket, 'readable')
    socket.destroy()
    // Once another request is answered, the end of this one is known.
    await requestRaw(port, ['GET /nope HTTP/1.1'])
    if (journalSize > 0)
      await settled(() => journal.find({ outcome: 'aborted' }).records.length > 0)
    t.strictSame(
      journal.find().records.map(({ status, outcome }) => [status, outcome]),
      journalSize > 0
        ? [
            [200, 'aborted'],
            [404, 'served'],
          ]
        : [],
    )
    t.equal(journal.dropped, journalSize > 0 ? 0 : 2)
  }
})

async function settled(isSettled: () => boolean): Promise<void> {
  while (!isSettled()) await new Promise(setImmediate)
}

t.test('whatever fails inside is a 500 with its details, and is logged whole', async (t) => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const { app, emulator } = await buildApp(t, { logger })
  const token = await fetchToken(app)
  emulator.main.imports.poll = () => {
    throw new Error('out of luck')
  }
  const answer = await app.inject({
    url: statusPath('12345'),
    headers: { authorization: `Bearer ${token}` },
  })
  t.strictSame([answer.statusCode, answer.body], [500, '{"message":"out of luck"}'])
  t.equal(answer.headers['content-type'], 'application/json')
  t.match(
    lines.find(({ level }) => level === 50),
    { err: { message: 'out of luck', stack: /poll/ } },
  )
})

t.test('a failure while a response is recorded is 500', async (t) => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const { app, emulator } = await buildApp(t, { logger })
  emulator.main.journal.add = () => {
    throw new Error('out of paper')
  }
  for (const url of [statusPath('12345'), '/nope', '/']) {
    const answer = await app.inject(url)
    t.strictSame([answer.statusCode, answer.body], [500, '{"message":"out of paper"}'], url)
    t.equal(answer.headers['content-type'], 'application/json')
  }
  t.match(
    lines.find(({ level }) => level === 50),
    { err: { message: 'out of paper', stack: /record/ } },
  )
})

t.test('a failure in the middle of a response ends the connection', async (t) => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const { app, emulator } = await buildApp(t, { logger })
  const url = await app.listen({ port: 0 })
  const { journal } = emulator.main
  const add = journal.add.bind(journal)
  app.server.prependListener('request', (_request, response) => {
    journal.add = () => {
      journal.add = add
      response.writeHead(200, { 'content-length': '10' }).write('half')
      throw new Error('out of paper')
    }
  })
  await t.rejects(fetch(`${url}/nope`).then((response) => response.text()))
  t.match(
    lines.find(({ level }) => level === 50),
    { err: { message: 'out of paper' } },
  )
})

t.test('an error handler that fails is 500', async (t) => {
  const lines: string[] = []
  let isBroken = true
  const log = (_fields: object, line: string) => {
    lines.push(line)
    if (isBroken) {
      isBroken = false
      throw new Error('out of ink')
    }
  }
  const logger = { info: log, warn: log, error: log, isLevelEnabled: () => false }
  // Not by buildApp: the OpenAPI documents do not have the response of last resort.
  const emulator = await Emulator.create({ fixtures: [defaultScenario] })
  const app = createApp(emulator, { logger })
  t.teardown(() => app.close())
  emulator.main.imports.list = () => {
    throw new Error('out of luck')
  }
  const response = await app.inject('/__control/imports')
  t.strictSame([response.statusCode, response.body], [500, '{"message":"out of ink"}'])
  t.strictSame(lines, ['The emulator failed', 'The emulator failed'])
})
