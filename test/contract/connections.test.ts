import { execFile, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { startEmulator } from '../../src/index.js'
import { parseResponses } from '../fuzz/responses.js'
import { listen, plainEnvironment, requestRaw, sendRaw, statusPath, tokenPath } from '../support.js'

const run = promisify(execFile)
const uploadPath = '/api/v1/upload/api/v1/upload'
const poll = (...headers: string[]) =>
  `${[`GET ${statusPath('12345')} HTTP/1.1`, 'Host: a', ...headers].join('\r\n')}\r\n\r\n`
const post = (path: string, bytes: number, ...headers: string[]) =>
  `${[`POST ${path} HTTP/1.1`, 'Host: a', `Content-Length: ${bytes}`, ...headers].join('\r\n')}\r\n\r\n`

/** Unusual, and allowed: RFC 9110 §9.3.1. */
const getWithBody = (...request: Parameters<typeof post>) => post(...request).replace('POST', 'GET')

const statusesOf = (raw: string) => parseResponses(Buffer.from(raw)).map(({ status }) => status)

t.test('no request is lost behind a body that nobody reads', async (t) => {
  const { port, emulator } = await listen(t)
  emulator.main.faults.arm({ kind: 'status', status: 503, operation: 'token' })
  const size = 5 * 1024 ** 2
  const cases: [string, head: string, status: number][] = [
    ['an upload without a token', post(uploadPath, size), 401],
    ['an upload with a wrong token', post(uploadPath, size, 'Authorization: Bearer x.y.z'), 401],
    ['an unknown path', post('/nowhere', size), 404],
    ['a method that the path does not take', post(statusPath('12345'), size), 405],
    ['a token request over the limit', post(tokenPath, size, 'Content-Type: text/plain'), 503],
    [
      'a control request of another origin',
      post('/__control/reset', size, 'Origin: http://b'),
      403,
    ],
    ['an unknown control path', post('/__control/nothing', size), 404],
    ['a page that is not there', getWithBody('/__sandbox/nothing', size), 404],
  ]
  for (const [name, head, status] of cases) {
    t.test(name, async (t) => {
      const bytes = Buffer.concat([
        Buffer.from(head),
        Buffer.alloc(size, 'x'),
        Buffer.from(poll('Connection: close')),
      ])
      const raw = await sendRaw(port, bytes)
      const [first, second] = parseResponses(Buffer.from(raw))
      t.equal(first?.status, status)
      if (first?.headers.get('connection') !== 'close') t.equal(second?.status, 401)
    })
  }
})

t.test('a request behind one that offers an upgrade is not lost in silence', async (t) => {
  const { port } = await listen(t)
  for (const [protocol, path] of [
    ['h2c', statusPath('12345')],
    ['websocket', statusPath('12345')],
    ['h2c', '/__control/health'],
    ['h2c', '/__sandbox/'],
    ['h2c', '/nowhere'],
  ]) {
    t.test(`${protocol} at ${path}`, async (t) => {
      const offer = `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQBAAAAAAIAAAAA\r\n\r\n`
      const raw = await sendRaw(port, offer + poll('Connection: close'))
      const [first, ...others] = parseResponses(Buffer.from(raw))
      t.ok(first?.headers.get('connection') === 'close' || others.length === 1)
    })
  }
})

t.test('a client that waits for 100 (Continue) is refused at once', async (t) => {
  const { port, emulator } = await listen(t)
  const { access_token: token } = await mint(emulator)
  const expect = 'Expect: 100-continue'
  const cases: [string, head: string, status: number][] = [
    ['an upload without a token', post(uploadPath, 9, expect), 401],
    ['an unknown path', post('/nowhere', 9, expect), 404],
    [
      'a control request of another origin',
      post('/__control/reset', 9, expect, 'Origin: http://b'),
      403,
    ],
    ['a page that is not there', getWithBody('/__sandbox/nothing', 9, expect), 404],
  ]
  for (const [name, head, status] of cases) {
    t.test(name, async (t) => {
      const raw = await sendRaw(port, head)
      t.notMatch(raw, 'HTTP/1.1 100')
      t.strictSame(statusesOf(raw), [status])
      t.match(raw, /^connection: close\r$/im)
    })
  }
  t.test('a client that may send its body gets 100 (Continue)', async (t) => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="users.csv"\r\n\r\nx\r\n--b--\r\n'
    const type = 'Content-Type: multipart/form-data; boundary=b'
    const raw = await sendInTurn(
      port,
      post(
        uploadPath,
        body.length,
        expect,
        type,
        `Authorization: Bearer ${token}`,
        'Connection: close',
      ),
      body,
    )
    t.match(raw, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /)
  })
})

async function mint(emulator: Awaited<ReturnType<typeof listen>>['emulator']) {
  const spec = { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60 }
  return { access_token: await emulator.tokens.mint(spec, emulator.main.clock.now()) }
}

/** Sends the body once the server has asked for it. */
function sendInTurn(port: number, head: string, body: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let raw = ''
    socket.once('data', () => socket.write(body))
    socket.on('data', (chunk) => {
      raw += chunk
    })
    socket.once('close', () => resolve(raw))
    socket.write(head)
  })
}

t.test('heads with more than one meaning are refused', async (t) => {
  const { port, emulator } = await listen(t)
  const { access_token: token } = await mint(emulator)
  const bearer = `Authorization: Bearer ${token}`
  const form = 'Content-Type: application/x-www-form-urlencoded'
  const length = 'Content-Length: 1'
  const compressed = 'Compressed bodies are not accepted: send the body without Content-Encoding'
  const badRequest = { message: 'Bad Request' }
  const unreadable = {
    error: 'invalid_request',
    error_description: 'The request cannot be read as a form',
  }
  const cases: [string, head: string[], body: string, status: number, json: unknown][] = [
    [
      'HTTP/2.0 in the request line',
      [`GET ${statusPath('12345')} HTTP/2.0`, bearer],
      '',
      505,
      { message: 'HTTP Version Not Supported' },
    ],
    [
      'a fragment in the target',
      [`GET ${statusPath('12345')}#x HTTP/1.1`, bearer],
      '',
      400,
      badRequest,
    ],
    [
      'two Content-Type headers',
      [`POST ${uploadPath} HTTP/1.1`, bearer, form, form, length],
      'x',
      400,
      badRequest,
    ],
    [
      'two Content-Type headers of a token request',
      [`POST ${tokenPath} HTTP/1.1`, form, form, length],
      'x',
      400,
      unreadable,
    ],
    [
      'two Origin headers',
      [`GET ${statusPath('12345')} HTTP/1.1`, bearer, 'Origin: http://a', 'origin: http://a'],
      '',
      400,
      badRequest,
    ],
    [
      'a compressed upload',
      [
        `POST ${uploadPath} HTTP/1.1`,
        bearer,
        'Content-Type: multipart/form-data; boundary=b',
        'Content-Encoding: gzip',
        length,
      ],
      'x',
      415,
      { message: compressed },
    ],
    [
      'a compressed form',
      [`POST ${tokenPath} HTTP/1.1`, form, 'Content-Encoding: br', length],
      'x',
      400,
      { error: 'invalid_request', error_description: compressed },
    ],
    [
      'a form with a coding that is none',
      [`POST ${tokenPath} HTTP/1.1`, form, 'Content-Encoding: identity', length],
      'x',
      401,
      undefined,
    ],
    [
      'a compressed control request',
      [
        'POST /__control/reset HTTP/1.1',
        'Content-Type: application/json',
        'Content-Encoding: gzip',
        length,
      ],
      'x',
      400,
      { error: 'invalid_input', message: compressed, path: 'content-encoding' },
    ],
    [
      'a page of the same site at the control API',
      ['GET /__control/clock HTTP/1.1', 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors'],
      '',
      403,
      undefined,
    ],
    [
      'a link of the same site to the page',
      ['GET /__control/clock HTTP/1.1', 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: navigate'],
      '',
      200,
      undefined,
    ],
  ]
  for (const [name, head, body, status, json] of cases) {
    t.test(name, async (t) => {
      const response = await requestRaw(port, head, body)
      t.equal(response.status, status)
      if (json !== undefined) t.strictSame(JSON.parse(response.body), json)
    })
  }
})

t.test('the log names the other protocol that a client speaks', async (t) => {
  const { pino } = await import('pino')
  const cases: [string, bytes: string, message: string][] = [
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/2 on a port that speaks HTTP/1.1'],
    ['SSH', 'SSH-2.0-OpenSSH\r\n', 'SSH on an HTTP port'],
    [
      'the PROXY protocol',
      'PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n',
      'The PROXY protocol is not understood: turn it off in the load balancer',
    ],
  ]
  for (const [name, bytes, message] of cases) {
    t.test(name, async (t) => {
      const lines: string[] = []
      const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) })
      const { port } = await listen(t, { logger })
      await sendRaw(port, Buffer.from(bytes, 'latin1'))
      t.match(JSON.parse(lines.at(-1) as string), { status: 400, msg: message })
    })
  }
})

t.test('the journal says which path was meant', async (t) => {
  const { port, emulator } = await listen(t)
  const cases: [string, path: string, meant: string | undefined][] = [
    ['a doubled slash', `/${tokenPath}`, tokenPath],
    ['a slash at the end', `${tokenPath}/`, tokenPath],
    [
      'a slash behind an id',
      `${statusPath('12345')}/`,
      statusPath(':referenceId').replace('%3A', ':'),
    ],
    [
      'another case',
      statusPath('12345').toUpperCase(),
      statusPath(':referenceId').replace('%3A', ':'),
    ],
    [
      'the misprint of the documentation',
      '/api/v1/uploadpi/v1/status/1',
      statusPath(':referenceId').replace('%3A', ':'),
    ],
    ['anything else', '/api/v2', undefined],
  ]
  for (const [name, path, meant] of cases) {
    t.test(name, async (t) => {
      t.equal((await requestRaw(port, [`GET ${path} HTTP/1.1`])).status, 404)
      const message = meant === undefined ? 'No such path' : `No such path; did you mean ${meant}?`
      t.equal(emulator.main.journal.find().records.at(-1)?.reason.message, message)
    })
  }
})

const hasJava = spawnSync('java', ['-version']).status === 0

t.test(
  "Java's HttpClient goes on after an upload that was refused",
  { skip: hasJava ? false : 'There is no java on this machine' },
  async (t: Test) => {
    const emulator = await startEmulator()
    t.teardown(() => emulator.close())
    const program = new URL('../java/RefusedUpload.java', import.meta.url).pathname
    const { stdout } = await run('java', [program, emulator.url], { env: plainEnvironment })
    t.equal(stdout, Array(11).fill('401').join(' '))
  },
)
