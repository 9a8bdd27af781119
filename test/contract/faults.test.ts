import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import type { FaultDefinition, FaultKind } from '../../src/domain/fault.js'
import { describeRecord } from '../../src/emulator/journal/describe-entry.js'
import { waitUnlessGone } from '../../src/http/rostering/wait.js'
import { startEmulator } from '../../src/index.js'
import { buildApp, demo, fetchToken, listen, sendRaw, statusPath, tokenPath } from '../support.js'

const run = promisify(execFile)
const result = '{"result":{"status":"processed","fileLine":2,"messages":[]}}'
const page =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n'

/** An emulator with one fault, and a token for it. */
async function armed(t: Test, ...faults: FaultDefinition[]) {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { access_token: token } = await emulator.tokens.mint({ clientId: demo.clientId })
  for (const fault of faults) await emulator.faults.arm(fault)
  return { emulator, token, url: emulator.url + statusPath('12345') }
}

const nosniff = 'x-content-type-options: nosniff'
const ending = ['Connection: close']

t.test('each kind puts its bytes on the wire', async (t) => {
  const cases: [string, fault: FaultDefinition, head: string[], body: string][] = [
    [
      'a status with a message',
      { kind: 'status', status: 500, message: 'Storage bucket is unavailable' },
      ['HTTP/1.1 500 Internal Server Error', nosniff, 'content-type: application/json'],
      '{"message":"Storage bucket is unavailable"}',
    ],
    [
      'a status with a time to wait',
      { kind: 'status', status: 429, retryAfter: '1500ms' },
      [
        'HTTP/1.1 429 Too Many Requests',
        nosniff,
        'content-type: application/json',
        'retry-after: 2',
      ],
      '{"message":"Too Many Requests"}',
    ],
    [
      'a status with text',
      { kind: 'status', status: 503, body: 'Down', headers: { 'X-Reason': 'upgrade' } },
      [
        'HTTP/1.1 503 Service Unavailable',
        nosniff,
        'content-type: text/plain',
        'x-reason: upgrade',
      ],
      'Down',
    ],
    [
      'a status with a type of its own',
      {
        kind: 'status',
        status: 400,
        body: { a: 1 },
        headers: { 'Content-Type': 'application/problem+json' },
      },
      ['HTTP/1.1 400 Bad Request', nosniff, 'content-type: application/problem+json'],
      '{"a":1}',
    ],
    [
      'a status that nobody knows',
      { kind: 'status', status: 599 },
      ['HTTP/1.1 599 unknown', nosniff, 'content-type: application/json'],
      '{"message":"Status 599"}',
    ],
    [
      'the documented refusal',
      { kind: 'status', status: 401 },
      [
        'HTTP/1.1 401 Unauthorized',
        nosniff,
        'www-authenticate: Bearer realm="tao-advance"',
        'content-type: text/plain',
      ],
      'Access Denied',
    ],
    [
      'a gateway',
      { kind: 'html' },
      ['HTTP/1.1 502 Bad Gateway', nosniff, 'content-type: text/html'],
      page,
    ],
    [
      'another gateway',
      { kind: 'html', status: 599 },
      ['HTTP/1.1 599 unknown', nosniff, 'content-type: text/html'],
      page.replaceAll('502 Bad Gateway', '599 Error'),
    ],
    [
      'malformed JSON',
      { kind: 'malformed' },
      ['HTTP/1.1 200 OK', nosniff, 'content-type: application/json'],
      result.slice(0, -1),
    ],
    [
      'a delay',
      { kind: 'delay', delay: '1ms' },
      ['HTTP/1.1 200 OK', nosniff, 'content-type: application/json'],
      result,
    ],
    [
      'a slow body',
      { kind: 'slow-body', bytesPerSecond: 1000 },
      ['HTTP/1.1 200 OK', nosniff, 'content-type: application/json'],
      result,
    ],
  ]
  for (const [name, fault, head, body] of cases) {
    t.test(name, async (t) => {
      const { emulator, token } = await armed(t, fault)
      const request = `GET ${statusPath('12345')} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`
      const raw = await sendRaw(Number(new URL(emulator.url).port), request)
      const lines = [...head, `content-length: ${Buffer.byteLength(body)}`]
      t.equal(
        raw.replace(/^Date: .*\r\n/m, ''),
        `${[...lines, ...ending].join('\r\n')}\r\n\r\n${body}`,
      )
    })
  }

  t.test('a status without a body', async (t) => {
    const { emulator, token } = await armed(t, { kind: 'status', status: 204 })
    const request = `GET ${statusPath('12345')} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`
    const raw = await sendRaw(Number(new URL(emulator.url).port), request)
    t.equal(
      raw.replace(/^Date: .*\r\n/m, ''),
      `HTTP/1.1 204 No Content\r\n${nosniff}\r\nConnection: close\r\n\r\n`,
    )
  })

  t.test('a truncated body ends before its length', async (t) => {
    const cases: [bytes: number | undefined, sent: number][] = [
      [undefined, result.length / 2],
      [0, 0],
      [10, 10],
      [9999, result.length - 1],
    ]
    for (const [bytes, sent] of cases) {
      const { emulator, token } = await armed(t, {
        kind: 'truncate',
        ...(bytes !== undefined && { bytes }),
      })
      const request = `GET ${statusPath('12345')} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`
      const [head = '', body] = (await sendRaw(Number(new URL(emulator.url).port), request)).split(
        '\r\n\r\n',
      )
      t.match(head, `content-length: ${result.length}`)
      t.equal(body, result.slice(0, sent), `${bytes} bytes`)
    }
  })

  t.test('a connection ends with or without a reset', async (t) => {
    const cases: [FaultDefinition, error: string | undefined][] = [
      [{ kind: 'reset' }, 'ECONNRESET'],
      [{ kind: 'empty' }, undefined],
      [{ kind: 'hang', atMost: '1ms' }, undefined],
    ]
    for (const [fault, expected] of cases) {
      const { emulator, token } = await armed(t, fault)
      const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1')
      let received = ''
      let error: NodeJS.ErrnoException | undefined
      socket.on('data', (chunk) => {
        received += chunk
      })
      socket.on('error', (cause) => {
        error = cause
      })
      socket.write(
        `GET ${statusPath('12345')} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      )
      await new Promise((resolve) => socket.once('close', resolve))
      t.strictSame([received, error?.code], ['', expected], fault.kind)
    }
  })
})

const readme = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8')
const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| [^|]* \| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, kind, byFetch, byCurl]) => ({ kind, byFetch, byCurl }),
)

t.test('real clients see the effects of the table', async (t) => {
  const describe = (error: unknown) => {
    const { name, cause } = error as Error
    return `${name} ${(cause as { code?: string } | undefined)?.code ?? ''}`.trim()
  }
  /** Describes the outcome of `fetch` in the words of the table. */
  const fetched = async (url: string, headers: Record<string, string>, timeoutMs: number) => {
    let response: Response
    try {
      response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
    } catch (error) {
      return `rejects: ${describe(error)}`
    }
    try {
      JSON.parse(await response.text())
      return response.ok ? 'resolves' : 'resolves, ok is false'
    } catch (error) {
      return `resolves; rejects: ${describe(error)}`
    }
  }
  const curled = (args: string[], timeoutMs: number) =>
    run('curl', ['-sS', '--max-time', String(timeoutMs / 1000), ...args]).then(
      () => 0,
      ({ code }) => code as number,
    )
  const expectations: Record<FaultKind, [FaultDefinition, byFetch: string, byCurl: number[]]> = {
    status: [{ kind: 'status', status: 503 }, 'resolves, ok is false', [0, 22]],
    html: [{ kind: 'html' }, 'resolves; rejects: SyntaxError', [0, 22]],
    delay: [{ kind: 'delay', delay: '200ms' }, 'resolves', [0, 0]],
    hang: [{ kind: 'hang' }, 'rejects: TimeoutError', [28, 28]],
    reset: [{ kind: 'reset' }, 'rejects: TypeError ECONNRESET', [56, 56]],
    empty: [{ kind: 'empty' }, 'rejects: TypeError UND_ERR_SOCKET', [52, 52]],
    truncate: [{ kind: 'truncate' }, 'resolves; rejects: TypeError UND_ERR_SOCKET', [18, 18]],
    malformed: [{ kind: 'malformed' }, 'resolves; rejects: SyntaxError', [0, 0]],
    'slow-body': [{ kind: 'slow-body', bytesPerSecond: 300 }, 'resolves', [0, 0]],
  }
  t.strictSame(
    rows.filter(({ kind = '' }) => Object.hasOwn(expectations, kind)).map(({ kind }) => kind),
    Object.keys(expectations),
    'the table has every kind',
  )
  for (const [kind, [fault, byFetch, byCurl]] of Object.entries(expectations)) {
    t.test(kind, async (t) => {
      const { emulator, token, url } = await armed(t, fault)
      const header = { authorization: `Bearer ${token}` }
      // Only a client of a request that hangs may lose its patience here.
      const timeoutMs = kind === 'hang' ? 300 : 60_000
      const startedAt = performance.now()
      t.equal(await fetched(url, header, timeoutMs), byFetch)
      const isLate = kind === 'delay' || kind === 'slow-body'
      if (isLate) t.ok(performance.now() - startedAt > 150, 'late')
      const curl = ['-H', `Authorization: ${header.authorization}`, url]
      const codes = [await curled(curl, timeoutMs), await curled(['--fail', ...curl], timeoutMs)]
      t.strictSame(codes, byCurl)
      const row = rows.find((it) => it.kind === kind)
      for (const word of byFetch.match(/\w+/g) ?? []) t.match(row?.byFetch, word)
      for (const code of byCurl.filter((code) => code !== 0)) t.match(row?.byCurl, String(code))

      await emulator.journal.waitFor({ fault: 'fault-1' }, { count: 3 })
      t.equal((await emulator.faults.list())[0]?.applied, 3)
    })
  }
})

t.test('the journal names the fault of a request, also of one without a response', async (t) => {
  const cases: [FaultDefinition, outcome: string, status: number | undefined, reason: string][] = [
    [{ kind: 'status', status: 503 }, 'served', 503, 'Fault "it": status'],
    [{ kind: 'malformed' }, 'served', 200, 'Fault "it": malformed; Served'],
    [{ kind: 'truncate' }, 'aborted', 200, 'Fault "it": truncate; Served'],
    [{ kind: 'reset', delay: '1ms' }, 'aborted', undefined, 'Fault "it": reset (1 ms late)'],
    [{ kind: 'empty' }, 'aborted', undefined, 'Fault "it": empty'],
    [{ kind: 'hang' }, 'aborted', undefined, 'Fault "it": hang'],
    [
      { kind: 'delay', delay: '10m' },
      'aborted',
      undefined,
      'Fault "it": delay (600000 ms late); Served',
    ],
    [{ kind: 'slow-body', bytesPerSecond: 1 }, 'aborted', 200, 'Fault "it": slow-body; Served'],
  ]
  for (const [fault, outcome, status, message] of cases) {
    t.test(fault.kind, async (t) => {
      const { emulator, token, url } = await armed(t, { id: 'it', ...fault })
      const headers = { authorization: `Bearer ${token}` }
      const isEndless = ['hang', 'delay', 'slow-body'].includes(fault.kind)
      await fetch(url, { headers, signal: AbortSignal.timeout(isEndless ? 200 : 60_000) })
        .then((response) => response.text())
        .catch(() => {})
      await emulator.journal.waitFor({ outcome: outcome as 'served' }, { count: 1 })
      const [entry] = (await emulator.journal.find({ fault: 'it' })).entries
      t.strictSame(
        [entry?.outcome, entry?.response?.status, entry?.reason, entry?.faults],
        [outcome, status, { code: 'fault', message }, ['it']],
      )
    })
  }
})

t.test('the journal names a fault and the delay beside it', async (t) => {
  const { emulator, token, url } = await armed(t, { id: 'late', kind: 'delay', delay: '1ms' })
  await emulator.faults.arm({ id: 'down', kind: 'status', status: 503 })
  await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const [entry] = (await emulator.journal.find({ fault: 'down' })).entries
  t.equal(entry?.reason.message, 'Faults "late" and "down": status (1 ms late)')
})

t.test('a request that the service never saw changes nothing', async (t) => {
  const polls = async (fault: FaultDefinition) => {
    const { emulator, token, url } = await armed(t, fault)
    await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(fault.kind === 'hang' ? 200 : 60_000),
    })
      .then((response) => response.text())
      .catch(() => {})
    return (await emulator.imports.get('12345')).polls
  }
  for (const kind of ['reset', 'empty', 'hang', 'html'] as const)
    t.equal(await polls({ kind }), 0, kind)
  for (const kind of ['malformed', 'truncate'] as const) t.equal(await polls({ kind }), 1, kind)
})

t.test('a fault applies to refusals as well, and to nothing but the API', async (t) => {
  const { app, emulator } = await buildApp(t)
  const token = await fetchToken(app)
  const authorization = `Bearer ${token}`
  const late = { 'content-type': 'application/x-www-form-urlencoded' }
  const tokenForm = (clientId: string) =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: 'no',
    }).toString()
  const cases: [string, fault: object, request: object, status: number][] = [
    ['a request without a token', {}, { url: statusPath('12345') }, 503],
    ['an unknown id', {}, { url: statusPath('nope'), headers: { authorization } }, 503],
    ['another method', {}, { method: 'DELETE', url: statusPath('12345') }, 503],
    [
      'a wrong secret',
      { client: 'demo-client' },
      { method: 'POST', url: tokenPath, headers: late, payload: tokenForm('demo-client') },
      503,
    ],
    [
      'another client',
      { client: 'demo-client' },
      { method: 'POST', url: tokenPath, headers: late, payload: tokenForm('x') },
      401,
    ],
    [
      'a form that cannot be read',
      { operation: 'token' },
      { method: 'POST', url: tokenPath, payload: { a: 1 } },
      503,
    ],
    ['a path of no operation', {}, { url: '/nope' }, 404],
    [
      'a preflight',
      {},
      {
        method: 'OPTIONS',
        url: statusPath('1'),
        headers: { origin: 'http://a', 'access-control-request-method': 'GET' },
      },
      204,
    ],
    ['the control API', {}, { url: '/__control/faults' }, 200],
  ]
  for (const [name, fault, request, status] of cases) {
    await t.test(name, async (t) => {
      emulator.main.faults.clear()
      emulator.main.faults.arm({ kind: 'status', status: 503, ...fault })
      t.equal((await app.inject(request)).statusCode, status)
    })
  }

  await t.test('the response of a refusal is damaged, too', async (t) => {
    emulator.main.faults.clear()
    emulator.main.faults.arm({ kind: 'malformed', times: 1 })
    const headers = { authorization }
    const answer = await app.inject({ url: statusPath('nope'), headers })
    t.strictSame(
      [answer.statusCode, answer.body],
      [404, '{"message":"Reference ID not found. File not found in pending bucket."'],
    )
    t.equal(emulator.main.faults.list()[0]?.matched, 1, 'drawn once')
    emulator.main.faults.clear()
    emulator.main.faults.arm({ kind: 'malformed' })
    const empty = await app.inject({ method: 'HEAD', url: statusPath('nope'), headers })
    t.equal(empty.statusCode, 404)
  })

  await t.test('an injected request has no connection to break', async (t) => {
    for (const kind of ['reset', 'empty', 'truncate', 'hang'] as const) {
      emulator.main.faults.clear()
      emulator.main.faults.arm(kind === 'hang' ? { kind, atMost: '1ms' } : { kind })
      await t.rejects(app.inject({ url: statusPath('12345'), headers: { authorization } }), kind)
    }
  })
})

t.test('workspaces have faults of their own', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const team = emulator.workspace('team')
  await team.faults.arm({ kind: 'status', status: 503, client: 'demo-client' })
  const status = async (clientId: string) => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: demo.clientSecret,
    })
    return (await fetch(emulator.url + tokenPath, { method: 'POST', body })).status
  }
  t.equal(await status('demo-client'), 200)
  t.equal(await status('demo-client@team'), 503)
  await team.reset()
  t.equal(await status('demo-client@team'), 200)
})

t.test('an upload in flight does not turn the end into a reset', async (t) => {
  const { emulator } = await armed(t, { kind: 'empty' })
  const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1')
  let error: Error | undefined
  socket.on('error', (cause) => {
    error = cause
  })
  socket.resume()
  socket.write(`GET ${statusPath('a')} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n`)
  await emulator.journal.waitFor({ fault: 'fault-1' })
  socket.write(Buffer.alloc(100_000))
  await once(socket, 'close')
  t.equal(error, undefined)

  const gone = connect(Number(new URL(emulator.url).port), '127.0.0.1')
  gone.write(`GET ${statusPath('a')} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n`)
  await emulator.journal.waitFor({ fault: 'fault-1' }, { count: 2 })
  gone.resetAndDestroy()
})

t.test('a thousand requests that hang leave nothing behind', async (t) => {
  const { emulator, port } = await listen(t)
  emulator.main.faults.arm({ kind: 'hang' })
  const handles = () =>
    process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocket/.test(name)).length
  const before = handles()
  const sockets = Array.from({ length: 1000 }, () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET ${statusPath('a')} HTTP/1.1\r\nHost: a\r\n\r\n`)
    return socket
  })
  await emulator.main.journal.waitFor({ fault: 'fault-1' }, 1000, 60_000)
  const heap = process.memoryUsage().heapUsed
  for (const socket of sockets) socket.destroy()
  while (handles() > before) await wait(10)
  t.ok(handles() <= before, 'no timer and no socket')
  t.ok(heap < 500e6, `memory is bounded: ${heap}`)
  const entries = emulator.main.journal.find().records.map(describeRecord)
  t.equal(entries.filter(({ outcome }) => outcome === 'aborted').length, 1000)
})

t.test('a wait that begins too late ends at once', async (t) => {
  const cases: [string, isClosing: boolean, isGone: boolean][] = [
    ['the server closes', true, false],
    ['the client has gone', false, true],
  ]
  for (const [name, isClosing, isGone] of cases) {
    const raw = new PassThrough()
    if (isGone) raw.destroy()
    const server = { isClosing, waits: new Set() }
    t.equal(await waitUnlessGone({ server, reply: { raw } } as never, 60_000), false, name)
    t.equal(server.waits.size, 0)
  }
})

t.test('a 401 is that of its operation', async (t) => {
  const { app, emulator } = await buildApp(t)
  emulator.main.faults.arm({ kind: 'status', status: 401 })
  const answers = [
    await app.inject({ method: 'POST', url: tokenPath }),
    await app.inject(statusPath('12345')),
  ]
  t.strictSame(
    answers.map(({ headers, body }) => [headers['content-type'], body]),
    [
      [
        'application/json',
        '{"error":"invalid_client","error_description":"Client authentication failed"}',
      ],
      ['text/plain', 'Access Denied'],
    ],
  )
})

t.test('closing does not wait for a fault', async (t) => {
  const faults: FaultDefinition[] = [
    { kind: 'hang' },
    { kind: 'delay', delay: '10m' },
    { kind: 'slow-body', bytesPerSecond: 1 },
  ]
  for (const fault of faults) {
    const { emulator, token, url } = await armed(t, fault)
    const asked = fetch(url, { headers: { authorization: `Bearer ${token}` } })
      .then((response) => response.text())
      .catch((error: Error) => error.name)
    const isHeld = async () => (await emulator.faults.list())[0]?.applied === 1
    while (!(await isHeld())) await wait(5)
    await emulator.close()
    t.ok([result, 'TypeError'].includes(await asked), fault.kind)
  }
})

t.test('a fault that is armed while an upload runs does not strike its refusal', async (t) => {
  const { app, emulator } = await buildApp(t)
  const authorization = `Bearer ${await fetchToken(app)}`
  async function* body() {
    yield '--b\r\nContent-Disposition: form-data; name="file"; filename="users.csv"\r\n\r\n'
    emulator.main.faults.arm({ kind: 'status', status: 503 })
    yield 'nothing that is known\r\n--b--\r\n'
  }
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/upload/api/v1/upload',
    headers: { authorization, 'content-type': 'multipart/form-data; boundary=b' },
    payload: Readable.from(body()),
  })
  t.equal(response.statusCode, 400)
  t.equal(emulator.main.faults.list()[0]?.applied, 0)
})
