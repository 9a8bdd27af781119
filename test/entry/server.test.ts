import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pino } from 'pino'
import t from 'tap'
import { type EmulatorOptions, startEmulator } from '../../src/index.js'
import { describeLine } from '../../src/log-line.js'

import { listenWherePossible } from '../../src/second-address.js'
import { buildApp, fetchTokenFrom, freePort, runNode, statusPath, tokenPath } from '../support.js'

const run = promisify(execFile)

t.test('emulators stand side by side, each on a free port', async (t) => {
  const [one, two] = await Promise.all([startEmulator(), startEmulator({ port: 0 })])
  t.teardown(() => Promise.all([one.close(), two.close()]))
  t.match(one.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.not(one.url, two.url)
  const token = await fetchTokenFrom(one.url)
  const poll = (url: string) =>
    fetch(url + statusPath('12345'), { headers: { authorization: `Bearer ${token}` } })
  t.equal((await poll(one.url)).status, 200)
  t.equal((await poll(two.url)).status, 401, 'a token of one is worth nothing in the other')
})

t.test('fixtures are named by a file URL, too', async (t) => {
  const fixtures = new URL('../../fixtures/default.yaml', import.meta.url)
  const emulator = await startEmulator({ fixtures })
  t.teardown(() => emulator.close())
  t.match(await emulator.imports.get('12345'), { state: { status: 'processed' } })
  await emulator.imports.put('lines-{n}', { status: 'processed', fileLine: '{n}' })
  t.match(await emulator.imports.get('lines-7'), { state: { fileLine: 7 } })
})

async function issuerOf(url: string): Promise<string> {
  const metadata = await fetch(`${url}/.well-known/oauth-authorization-server`)
  return ((await metadata.json()) as { issuer: string }).issuer
}

t.test('the URL has the address that it listens on', async (t) => {
  const cases: [string, EmulatorOptions, url: RegExp, issuer?: string][] = [
    ['loopback', {}, /^http:\/\/127\.0\.0\.1:\d+$/],
    ['a name', { host: 'localhost' }, /^http:\/\/localhost:\d+$/],
    ['IPv6', { host: '::1' }, /^http:\/\/\[::1\]:\d+$/],
    ['every address', { host: '0.0.0.0' }, /^http:\/\/localhost:\d+$/],
    ['every address of IPv6', { host: '::' }, /^http:\/\/localhost:\d+$/],
    [
      'another issuer',
      { issuer: 'https://tao.example/x' },
      /^http:\/\/127/,
      'https://tao.example/x',
    ],
  ]
  for (const [name, options, url, issuer] of cases) {
    t.test(name, async (t) => {
      const emulator = await startEmulator(options)
      t.teardown(() => emulator.close())
      t.match(emulator.url, url)
      t.equal(await issuerOf(emulator.url), issuer ?? emulator.url)
    })
  }
})

t.test('the issuer is right from the first request on', async (t) => {
  const readyFile = join(t.testdir(), 'ready')
  // A pipe holds the start up where it tells that it is ready, until somebody reads.
  await run('mkfifo', [`${readyFile}.part`])
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const starting = startEmulator({ port, readyFile })
  let issuer: string | undefined
  while (issuer === undefined) issuer = await issuerOf(url).catch(() => undefined)
  t.equal(issuer, url)
  t.equal(await readFile(`${readyFile}.part`, 'utf8'), `${url}\n`)
  await (await starting).close()
})

t.test('localhost is either address of the loopback interface', async (t) => {
  const emulator = await startEmulator({ host: 'localhost' })
  t.teardown(() => emulator.close())
  const port = Number(new URL(emulator.url).port)
  for (const host of ['127.0.0.1', '[::1]']) {
    t.equal(await issuerOf(`http://${host}:${port}`), emulator.url)
  }

  const refused: [string, head: string, status: number][] = [
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n', 400],
    ['an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: 500-x\r\n', 417],
    ['too many headers', `GET / HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(2100)}`, 431],
    ['what is no HTTP', 'nonsense\r\n', 400],
  ]
  for (const [name, head, status] of refused) {
    for (const host of ['127.0.0.1', '::1']) {
      t.test(`${name} is refused in the vendor's format at ${host}`, async (t) => {
        const socket = createConnection(port, host)
        socket.write(`${head}\r\n`)
        const [answer] = await once(socket, 'data')
        socket.destroy()
        t.match(String(answer), new RegExp(`^HTTP/1.1 ${status} [^]*\r\n\r\n{"message":"`))
      })
    }
  }

  t.test('nor does either hold it up when it closes', async (t) => {
    const { url, close } = await startEmulator({ host: 'localhost' })
    const socket = createConnection(Number(new URL(url).port), '::1').on('error', () => {})
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    await close()
    await closed
    await t.rejects(fetch(url))
  })

  t.test('a port that is taken at one of them is in use', async (t) => {
    const other = createServer().listen(0, '::1')
    t.teardown(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const starting = startEmulator({ host: 'localhost', port })
    await t.rejects(starting, { code: 'EADDRINUSE', address: '::1' })
  })

  t.test('an address that the machine does not have is left out', async (t) => {
    const server = createServer()
    await listenWherePossible(server, '203.0.113.1', 0)
    t.notOk(server.listening)
  })
})

t.test('wrong options are refused with their mistakes', async (t) => {
  const cases: [string, object, message: string][] = [
    ['a name that there is not', { prot: 1 }, 'prot: unknown field; did you mean port?'],
    ['a port in text', { port: '4080' }, 'port: must be a whole number from 0 to 65535'],
    [
      'a level',
      { logLevel: 'loud' },
      'logLevel: must be trace, debug, info, warn, error, fatal or silent',
    ],
    ['a switch in text', { watch: 'yes' }, 'watch: must be true or false'],
    ['hosts that are no list', { allowedHosts: 'a' }, 'allowedHosts: must be a list'],
    [
      'a journal without end',
      { journalSize: 2_000_000 },
      'journalSize: must be a whole number from 0 to 1000000',
    ],
    [
      'two of them',
      { port: -1, host: '' },
      'port: must be a whole number from 0 to 65535\nhost: must not be empty',
    ],
    [
      'a scenario',
      { fixtures: { imports: [{ referenceId: 'a' }] } },
      'imports[0]: needs one of the fields status, error, timeline or progress',
    ],
    ['a file', { fixtures: '/nowhere' }, '/nowhere: there is no such file or folder'],
    ['one of several', { fixtures: [{}, 5] }, 'fixtures: must be a mapping'],
    ['one that nobody awaited', { fixtures: Promise.resolve({}) }, 'fixtures: must be a mapping'],
    ['a Map', { fixtures: new Map() }, 'fixtures: must be a mapping'],
    ['nothing', { fixtures: null }, 'fixtures: must be a mapping'],
  ]
  for (const [name, options, message] of cases) {
    t.test(name, async (t) => {
      await t.rejects(startEmulator(options as EmulatorOptions), { name: 'InputError', message })
    })
  }
  const { url, close } = await startEmulator({
    port: undefined,
    host: undefined,
  } as unknown as EmulatorOptions)
  t.teardown(close)
  await t.rejects(startEmulator({ port: Number(new URL(url).port) }), { code: 'EADDRINUSE' })
})

t.test('it closes at once, whatever its clients do', async (t) => {
  const held: [string, (port: number) => Promise<unknown>][] = [
    [
      'a connection that asks for nothing',
      (port) => once(createConnection(port, '127.0.0.1'), 'connect'),
    ],
    [
      'a connection that is kept alive',
      async (port) => {
        const socket = createConnection(port, '127.0.0.1')
        socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
        await once(socket, 'data')
      },
    ],
    [
      'half a request',
      async (port) => {
        const socket = createConnection(port, '127.0.0.1').on('error', () => {})
        socket.write(
          `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n`,
        )
        await once(socket, 'data')
      },
    ],
    [
      'connections that keep coming',
      async (port) => {
        const again = () =>
          createConnection(port, '127.0.0.1')
            .on('connect', again)
            .on('error', () => {})
        again()
      },
    ],
  ]
  for (const [name, hold] of held) {
    t.test(name, async (t) => {
      const emulator = await startEmulator()
      await hold(Number(new URL(emulator.url).port))
      await emulator.close()
      await emulator.close()
      await t.rejects(fetch(emulator.url), 'nobody listens')
    })
  }
  t.test('a block that it is used in ends', async (t) => {
    const emulator = await startEmulator()
    await emulator[Symbol.asyncDispose]()
    await t.rejects(fetch(emulator.url), 'nobody listens')
  })
})

t.test('importing the package starts nothing and keeps nothing alive', async (t) => {
  const index = new URL('../../dist/library/index.js', import.meta.url)
  const { stdout } = await runNode([
    '--input-type=module',
    '-e',
    `const names = Object.keys(await import(${JSON.stringify(index)})); console.log(names.join())`,
  ])
  t.equal(
    stdout,
    'ControlError,InputError,ReportError,assertReport,connectEmulator,formatMistake,recordImport,startEmulator,verifyService\n',
  )
})

t.test('a closed emulator does not keep its process alive', async (t) => {
  const index = new URL('../../dist/library/index.js', import.meta.url)
  const script = `
    const { startEmulator } = await import(${JSON.stringify(index)})
    const emulator = await startEmulator({ watch: true })
    await fetch(emulator.url)
    await emulator.close()
  `
  await runNode(['--input-type=module', '-e', script])
  t.pass('it ended by itself')
})

t.test('log lines for a person', async (t) => {
  const own = { event: 'fixtures-refused', msg: 'Two mistakes:\na\nb\u001b' }
  t.equal(describeLine({ msg: 'Listening' }), 'Listening')
  const unknown = { status: 404, method: 'GET', path: '/nope', msg: 'No such path' }
  t.equal(describeLine(unknown), '404 GET /nope - No such path')
  t.equal(describeLine(own), 'Two mistakes:\na\nb\\u001b', 'only our own have several lines')
})

t.test('a request can neither steer the terminal nor forge a log line', async (t) => {
  const lines: string[] = []
  const logger = pino({}, { write: (line) => lines.push(describeLine(JSON.parse(line))) })
  const { app } = await buildApp(t, { logger })
  const hostile = '\u001b]0;PWNED\u0007\n\u009b31m\u2028forged'
  const escaped = '\\u001b]0;PWNED\\u0007\\u000a\\u009b31m\\u2028forged'
  await app.inject({
    method: 'POST',
    url: tokenPath,
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: hostile,
      client_secret: 'x',
    }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  await app.inject(statusPath(hostile))
  t.match(lines[0], `401 POST token ${escaped} - There is no client "`)
  t.equal(lines.length, 2)
  t.notMatch(lines.join(''), /[\p{Cc}\p{Zl}\p{Zp}]/u)

  const fields = ['status', 'method', 'operation', 'path', 'referenceId', 'client', 'msg']
  for (const field of fields) {
    const line = describeLine({ status: 200, msg: 'served', [field]: hostile })
    t.notMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u, field)
  }
  t.equal(describeLine({ msg: hostile }), escaped, 'without an answer, too')
})
