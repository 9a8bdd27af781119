import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect, createServer, type Socket } from 'node:net'
import { Duplex, PassThrough } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type ConnectionOptions,
  connect as connectTls,
  TLSSocket,
  type TLSSocketOptions,
} from 'node:tls'
import { promisify } from 'node:util'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Emulator } from '../../src/emulator/emulator.js'
import { ServerCertificates } from '../../src/emulator/tls/server-certificates.js'
import { createApp } from '../../src/http/app.js'
import { startEmulator } from '../../src/index.js'
import { defaultScenario, listen, parseAnswer, sendRaw, statusPath, tokenPath } from '../support.js'

const createCertificates = () => new ServerCertificates({ now: Date.now })

/** An emulator that listens, with its authority, and its log as objects. */
async function listenTls(t: Test, options: Parameters<typeof listen>[1] = {}) {
  const lines: Record<string, unknown>[] = []
  const logger = pino(
    { base: null },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  const certificates = createCertificates()
  const listening = await listen(t, { logger, certificates, ...options })
  const ca = await certificates.trusted()
  return { ...listening, certificates, ca, lines }
}

/** Waits for a log line, which may come after the client knows. */
async function logged(lines: readonly Record<string, unknown>[], event: string) {
  for (;;) {
    const line = lines.find((it) => it.event === event)
    if (line !== undefined) return line
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

interface Got {
  readonly status: number | undefined
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}

function get(url: string, options: object = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, ...options }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode, body, headers: response.headers }),
      )
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

/** Opens a TLS connection. Rejects with the error of the client. */
async function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ...options })
  await once(socket, 'secureConnect')
  return socket
}

/** Sends bytes over TLS and reads until the server closes. */
async function sendOverTls(port: number, ca: string, bytes: string): Promise<string> {
  const socket = await handshake(port, { ca })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

t.test('one port speaks HTTP and HTTPS, on both loopback addresses', async (t) => {
  const emulator = await startEmulator({ host: 'localhost' })
  t.teardown(() => emulator.close())
  const { port } = new URL(emulator.url)
  for (const address of ['127.0.0.1', '[::1]']) {
    const options = { rejectUnauthorized: false }
    const url = `${address}:${port}/__control/health`
    t.equal((await fetch(`http://${url}`)).status, 200, `http at ${address}`)
    t.equal((await get(`https://${url}`, options)).status, 200, `https at ${address}`)
  }
})

t.test('the whole journey works over HTTPS, on one kept connection', async (t) => {
  const { port, ca, emulator } = await listenTls(t)
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const base = `https://localhost:${port}`
  const form = 'grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret'
  const { access_token: token } = await new Promise<{ access_token: string }>((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    request(base + tokenPath, { method: 'POST', headers, agent }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve(JSON.parse(body))
    })
      .on('error', reject)
      .end(form)
  })
  const headers = { authorization: `Bearer ${token}` }
  for (let index = 0; index < 3; index += 1) {
    const { status, body } = await get(base + statusPath('12345'), { agent, headers })
    t.equal(status, 200)
    t.strictSame(JSON.parse(body), {
      result: { status: 'processed', fileLine: 2, messages: [] },
    })
  }
  t.equal(emulator.main.journal.find().records.length, 4)
  const keys = JSON.stringify(emulator.main.journal.find())
  t.notMatch(keys, 'PRIVATE')
})

t.test('nothing is made for TLS before a client speaks it', async (t) => {
  const asked: string[] = []
  class Watched extends ServerCertificates {
    override forAddress(address: string) {
      asked.push(address)
      return super.forAddress(address)
    }
  }
  const certificates = new Watched({ now: Date.now })
  const { port } = await listen(t, { certificates })
  await fetch(`http://127.0.0.1:${port}/`)
  t.strictSame(asked, [])
  const ca = await certificates.trusted()
  t.equal((await get(`https://localhost:${port}/`, { ca })).status, 200)
  t.strictSame(asked, ['127.0.0.1'])
  await get(`https://localhost:${port}/`, { ca })
  t.strictSame(asked, ['127.0.0.1'], 'and it is made once')
})

t.test('the bundled command loads nothing for TLS as it starts', async (t) => {
  const folder = new URL('../../dist/bundle/', import.meta.url)
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    const text = readFileSync(new URL(name, folder), 'utf8')
    t.notMatch(text, /AsnConvert|new TLSSocket/, name)
    // `from"./chunk.js"` and `import"./chunk.js"`, and not `import("./chunk.js")`.
    for (const [, next = ''] of text.matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) visit(next)
  }
  const text = readFileSync(new URL('cli.js', folder), 'utf8')
  const [, command = ''] = /import\("\.\/(command-\w+\.js)"\)/.exec(text) ?? []
  visit('cli.js')
  visit(command)
  t.ok(seen.size > 2)
})

t.test('a handshake that fails is refused with one log line', async (t) => {
  const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const cases: [string, ConnectionOptions, line: object][] = [
    [
      'TLS 1.1',
      { ...old, maxVersion: 'TLSv1.1' },
      { code: 'ERR_SSL_UNSUPPORTED_PROTOCOL', msg: 'The client does not speak TLS 1.2 or 1.3' },
    ],
    [
      'HTTP/2 only',
      { ALPNProtocols: ['h2'] },
      {
        code: 'ERR_SSL_NO_APPLICATION_PROTOCOL',
        msg: 'The client offers no HTTP/1.1 (ALPN), and nothing else is spoken',
      },
    ],
  ]
  for (const [name, options, line] of cases) {
    t.test(name, async (t) => {
      const { port, lines, ca } = await listenTls(t)
      await t.rejects(handshake(port, { ca, ...options }))
      t.match(await logged(lines, 'tls-failed'), line)
      t.equal((await get(`https://localhost:${port}/`, { ca })).status, 200)
      t.equal(lines.filter(({ event }) => event === 'tls-failed').length, 1)
    })
  }

  const bytes: [string, bytes: string, line: object][] = [
    ['a hello that is none', '\x16\x03\x01\x00\x05hello', { code: /^ERR_SSL_/ }],
    ['noise', `\x16${'\xff'.repeat(100)}`, { code: /^ERR_SSL_/ }],
  ]
  for (const [name, text, line] of bytes) {
    t.test(name, async (t) => {
      const { port, lines } = await listenTls(t)
      await sendRaw(port, Buffer.from(text, 'latin1'))
      t.match(await logged(lines, 'tls-failed'), line)
      t.match(lines[0]?.msg, /^TLS failed: .*[^\n]$/)
    })
  }
})

t.test('TLS 1.2 and 1.3 are spoken, with http/1.1', async (t) => {
  const { port, ca } = await listenTls(t)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const [name, ALPNProtocols, chosen] of [
      ['both protocols', ['h2', 'http/1.1'], 'http/1.1'],
      ['no protocol', undefined, false],
    ] as const) {
      t.test(`${version}, offering ${name}`, async (t) => {
        const socket = await handshake(port, {
          ca,
          minVersion: version,
          maxVersion: version,
          ...(ALPNProtocols && { ALPNProtocols: [...ALPNProtocols] }),
        })
        t.equal(socket.getProtocol(), version)
        t.equal(socket.alpnProtocol, chosen)
        socket.destroy()
      })
    }
  }
})

t.test('a client cannot renegotiate', async (t) => {
  const { port, ca } = await listenTls(t)
  const socket = await handshake(port, { ca, maxVersion: 'TLSv1.2' })
  const error = await new Promise<Error | null>((resolve) => {
    socket.on('error', resolve)
    socket.renegotiate({}, resolve)
  })
  t.match(error, { code: 'ERR_SSL_NO_RENEGOTIATION' })
  socket.destroy()
})

/** The bytes of a hello, as Node's client writes it. */
async function helloBytes(port: number): Promise<Buffer> {
  const hello = new PassThrough()
  const wire = Duplex.from({ readable: new PassThrough(), writable: hello })
  const socket = connectTls({ socket: wire, servername: `localhost${port}` })
  socket.on('error', () => {})
  const [bytes] = await once(hello, 'data')
  socket.destroy()
  return bytes
}

t.test('a connection whose handshake does not arrive is closed, and logged', async (t) => {
  const cases: [string, send: (socket: Socket, hello: Buffer) => NodeJS.Timeout | undefined][] = [
    [
      'half a hello',
      (socket, hello) => {
        socket.write(hello.subarray(0, 100))
        return undefined
      },
    ],
    [
      'a hello byte by byte',
      (socket, hello) => {
        let sent = 0
        return setInterval(() => {
          socket.write(hello.subarray(sent, sent + 1))
          sent += 1
        }, 20)
      },
    ],
    [
      'a hello and nothing after it',
      (socket, hello) => {
        socket.write(hello)
        return undefined
      },
    ],
  ]
  for (const [name, send] of cases) {
    t.test(name, async (t) => {
      const { port, lines } = await listenTls(t, { requestTimeoutMs: 200 })
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {}).resume()
      const timer = send(socket, await helloBytes(port))
      t.teardown(() => clearInterval(timer))
      // Not `once`, which rejects on the reset that a byte after the end of the connection gets.
      await new Promise((resolve) => socket.once('close', resolve))
      t.match(await logged(lines, 'tls-failed'), {
        code: 'ERR_TLS_HANDSHAKE_TIMEOUT',
        msg: 'The TLS handshake was not finished in time',
      })
      t.equal(lines.length, 1)
    })
  }
  t.test('a client that goes away in the middle', async (t) => {
    const { port, lines } = await listenTls(t)
    const socket = connect(port, '127.0.0.1')
    socket.end((await helloBytes(port)).subarray(0, 100))
    t.match(await logged(lines, 'tls-failed'), { code: 'ECONNRESET' })
    socket.destroy()
  })
})

t.test('a connection without a request gets 408', async (t) => {
  const { port, lines } = await listenTls(t, { requestTimeoutMs: 100 })
  const raw = await sendRaw(port, '')
  t.match(parseAnswer(raw), { status: 408, body: '{"message":"Request Timeout"}' })
  t.match(lines, [{ status: 408, reason: 'http-timeout' }])
})

t.test('connections that are closed or reset without a byte are nothing to log', async (t) => {
  const { port, lines } = await listenTls(t)
  const closed = connect(port, '127.0.0.1')
  await once(closed, 'connect')
  closed.end()
  await once(closed.resume(), 'close')
  const reset = connect(port, '127.0.0.1')
  await once(reset, 'connect')
  reset.resetAndDestroy()
  await once(reset, 'close')
  t.equal((await fetch(`http://127.0.0.1:${port}/__control/health`)).status, 200)
  t.strictSame(lines, [])
})

t.test('malformed requests are refused over TLS as they are over HTTP', async (t) => {
  const { port, ca } = await listenTls(t)
  const cases: [string, bytes: string, status: number, body: string][] = [
    ['a malformed request', 'nonsense\r\n\r\n', 400, '{"message":"Bad Request"}'],
    [
      'a head that is too large',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      '{"message":"Request Header Fields Too Large"}',
    ],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 400, '{"message":"Bad Request"}'],
  ]
  for (const [name, bytes, status, body] of cases) {
    const answer = parseAnswer(await sendOverTls(port, ca, bytes))
    t.match(answer, { status, body, headers: { connection: 'close' } }, name)
  }
})

t.test('a request over TLS that does not arrive whole gets 408', async (t) => {
  const { port, ca } = await listenTls(t, { requestTimeoutMs: 200 })
  const answer = parseAnswer(await sendOverTls(port, ca, 'GET / HTTP/1.1\r\nHost:'))
  t.equal(answer.status, 408)
})

t.test('plain text on a TLS connection ends it with a log line', async (t) => {
  const { port, ca, lines } = await listenTls(t)
  const carrier = connect(port, '127.0.0.1')
  const secured = connectTls({ socket: carrier, ca, servername: 'localhost' })
  secured.on('error', () => {})
  await once(secured, 'secureConnect')
  carrier.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(carrier, 'close')
  t.match(await logged(lines, 'tls-failed'), { code: /^ERR_SSL_/ })
  t.equal((await get(`https://localhost:${port}/`, { ca })).status, 200)
})

t.test('wrong bytes right behind the handshake do not outlive the deadline', async (t) => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    t.test(version, async (t) => {
      const { port, ca, lines } = await listenTls(t, { requestTimeoutMs: 200 })
      const carrier = connect(port, '127.0.0.1')
      carrier.on('error', () => {})
      let flights = 0
      const wire = new Duplex({
        read() {},
        write(chunk, _encoding, done) {
          flights += 1
          // In one packet with the end of the handshake.
          const rest = flights === 1 ? '' : 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
          carrier.write(Buffer.concat([chunk, Buffer.from(rest)]), done)
        },
      })
      carrier.on('data', (chunk) => wire.push(chunk))
      const options = { socket: wire, ca, servername: 'localhost' }
      const secured = connectTls({ ...options, minVersion: version, maxVersion: version })
      secured.on('error', () => {})
      await once(carrier, 'close')
      secured.destroy()
      t.equal(lines.length, 1)
      t.equal((await get(`https://localhost:${port}/`, { ca })).status, 200)
    })
  }
})

t.test('a connection that ends as its handshake is done is no request', async (t) => {
  for (const [name, error, code] of [
    ['without an error', undefined, 'ECONNRESET'],
    ['with an error', Object.assign(new Error('reset'), { code: 'EPIPE' }), 'EPIPE'],
  ] as const) {
    t.test(name, async (t) => {
      class Ending extends TLSSocket {
        constructor(socket: Socket, options: TLSSocketOptions) {
          super(socket, options)
          this.once('secure', () => this.destroy(error))
        }
      }
      const { createTlsEndpoint } = await t.mockImport<
        typeof import('../../src/http/tls-endpoint.js')
      >('../../src/http/tls-endpoint.js', {
        'node:tls': t.createMock(await import('node:tls'), { TLSSocket: Ending }),
      })
      const accept = createTlsEndpoint(createCertificates(), () => {})
      const server = createServer().listen(0, '127.0.0.1')
      t.teardown(() => server.close())
      await once(server, 'listening')
      const { port } = server.address() as { port: number }
      const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      client.on('error', () => {})
      const [socket] = (await once(server, 'connection')) as [Socket]
      await t.rejects(accept(socket, 5000), { code })
      client.destroy()
    })
  }
})

t.test('faults of the connection apply over TLS, too', async (t) => {
  const { port, ca, emulator } = await listenTls(t)
  for (const [kind, code] of [
    ['reset', 'ECONNRESET'],
    ['empty', 'ECONNRESET'],
    ['truncate', 'ECONNRESET'],
  ] as const) {
    emulator.main.faults.arm({ kind, times: 1 })
    await t.rejects(get(`https://localhost:${port}${statusPath('12345')}`, { ca }), { code }, kind)
  }
})

t.test('closing ends connections of every kind', async (t) => {
  const certificates = createCertificates()
  const emulator = await Emulator.create({ fixtures: [defaultScenario] })
  const app = createApp(emulator, { certificates })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  const ca = await certificates.trusted()
  const sockets = [
    connect(port, '127.0.0.1'),
    connect(port, '127.0.0.1').on('connect', function (this: Socket) {
      this.write(Buffer.from('\x16\x03\x01', 'latin1'))
    }),
    await handshake(port, { ca }),
  ]
  for (const socket of sockets) socket.on('error', () => {}).resume()
  const ended = Promise.all(sockets.map((socket) => once(socket, 'close')))
  const connections = promisify(app.server.getConnections.bind(app.server))
  while ((await connections()) < sockets.length) await nextTurn()
  const closed = app.close()
  app.server.closeAllConnections()
  await Promise.all([ended, closed])
  t.equal(await connections(), 0)
})

t.test('a request in flight over TLS gets its response while the emulator closes', async (t) => {
  const certificates = createCertificates()
  const emulator = await Emulator.create({ fixtures: [defaultScenario] })
  const app = createApp(emulator, { certificates })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  emulator.main.faults.arm({ kind: 'delay', delay: '300ms' })
  const agent = new Agent({ ca: await certificates.trusted(), keepAlive: true })
  t.teardown(() => agent.destroy())
  const struck = once(app.server, 'request')
  const response = get(`https://localhost:${port}${statusPath('12345')}`, { agent })
  await struck
  await app.close()
  t.match(await response, { status: 401, headers: { connection: 'close' } })
})

t.test('many handshakes at once are done, and leave nothing behind', async (t) => {
  const { port, ca, lines } = await listenTls(t, { requestTimeoutMs: 2000 })
  for (let round = 0; round < 10; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => handshake(port, { ca })))
    for (const socket of sockets) socket.destroy()
  }
  const halves = Array.from({ length: 200 }, () =>
    sendRaw(port, Buffer.from('\x16\x03\x01\x00\x01\x00', 'latin1')),
  )
  await Promise.all(halves)
  t.equal((await get(`https://localhost:${port}/`, { ca })).status, 200)
  const late = lines.filter(({ code }) => code === 'ERR_TLS_HANDSHAKE_TIMEOUT')
  t.equal(late.length, 200)
})

t.test(
  'a name that is not ours gets the certificate of localhost, and is logged once',
  async (t) => {
    const { port, ca, lines } = await listenTls(t)
    for (let time = 0; time < 2; time += 1) {
      const socket = await handshake(port, {
        ca,
        servername: 'tao.example',
        checkServerIdentity: () => undefined,
      })
      t.equal(
        socket.getPeerCertificate().subjectaltname,
        'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
      )
      socket.destroy()
    }
    const named = lines.filter(({ event }) => event === 'tls-name-unknown')
    t.match(named, [
      {
        msg: 'A client asked for "tao.example" by TLS, and got the certificate of localhost. Allow it with --tls-host',
      },
    ])
    t.equal(named.length, 1)
  },
)

t.test('a certificate that cannot be made fails one connection, and not the next', async (t) => {
  let fails = true
  class Failing extends ServerCertificates {
    override async forAddress(address: string) {
      if (fails) throw new Error('no entropy')
      return super.forAddress(address)
    }
  }
  const certificates = new Failing({ now: Date.now })
  const { port, lines } = await listenTls(t, { certificates })
  const ca = await certificates.trusted()
  await t.rejects(get(`https://localhost:${port}/`, { ca }))
  t.match(await logged(lines, 'tls-failed'), { code: 'unknown', msg: 'TLS failed: no entropy' })
  fails = false
  t.equal((await get(`https://localhost:${port}/`, { ca })).status, 200)
})
