import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { parseCommandLine } from '../../src/command-line.js'
import { InputError } from '../../src/domain/errors.js'
import type { Service } from '../../src/domain/service.js'
import { Emulator } from '../../src/emulator/emulator.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import { createApp } from '../../src/http/app.js'
import { startEmulator, verifyService } from '../../src/index.js'
import { type CheckId, checks } from '../../src/verify/checks.js'
import { objectIn, type ReceivedResponse, type Send } from '../../src/verify/message.js'
import { toJunit } from '../../src/verify/report-junit.js'
import { toMarkdown } from '../../src/verify/report-markdown.js'
import { compared, toText } from '../../src/verify/report-text.js'
import { type Facts, type RequestSpec, requests } from '../../src/verify/requests.js'
import { isRagged, learnFromUpload } from '../../src/verify/result-rows.js'
import { createSend } from '../../src/verify/send.js'
import { maxPolls } from '../../src/verify/session.js'
import { runChecks, type Verification } from '../../src/verify/verify.js'
import { verifyCommand } from '../../src/verify-command.js'
import { runHere } from '../cli-support.js'

const file = {
  name: 'groups.csv',
  content: Buffer.from('group_name,group_active\nA,TRUE\nB,perhaps\nC,FALSE\n'),
}

const facts: Facts = {
  origin: 'http://127.0.0.1:4080',
  clientId: 'one',
  clientSecret: 'secret-one',
  unscopedClientId: 'two',
  unscopedClientSecret: 'secret-two',
  referenceId: 'done',
  file,
}

interface Verified {
  readonly app: FastifyInstance
  readonly emulator: Emulator
  readonly send: Send
}

async function startService(t: Test, service: Partial<Service> = {}): Promise<Verified> {
  const emulator = await Emulator.create({
    fixtures: [
      {
        service,
        clients: [
          { clientId: 'one', clientSecret: 'secret-one', scopes: ['rostering'] },
          { clientId: 'two', clientSecret: 'secret-two', scopes: [] },
        ],
        imports: [
          { referenceId: 'done', status: 'processed', fileLine: 2 },
          { referenceId: 'bbbbbbbb-0000-4000-8000-000000000000', status: 'processed', fileLine: 2 },
        ],
      },
    ],
  })
  const app = createApp(emulator)
  t.teardown(() => app.close())
  const send: Send = async ({ method, path, headers, body }) => {
    const response = await app.inject({
      method: method as 'GET',
      url: path,
      headers: { host: '127.0.0.1:4080', ...headers },
      ...(body !== undefined && { payload: body as string }),
    })
    return {
      status: response.statusCode,
      headers: Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      body: response.body,
    }
  }
  return { app, emulator, send }
}

const verify = ({ emulator, send }: Verified, more: Partial<Facts> = {}) =>
  runChecks({ ...facts, ...more }, send, async (ms) => emulator.main.clock.advance(ms))

const differing = ({ checks }: Verification) => checks.filter(({ result }) => result !== 'holds')

/** Fields of JSON, whose types the tests know. */
// biome-ignore lint/suspicious/noExplicitAny: a mutant changes any part of a response.
type Fields = any

type Change = (response: ReceivedResponse) => ReceivedResponse

const withStatus =
  (status: number): Change =>
  (response) => ({ ...response, status })
const withBody =
  (body: string): Change =>
  (response) => ({ ...response, body })
const withHeader =
  (name: string, value?: string): Change =>
  (response) => ({
    ...response,
    headers: [
      ...response.headers.filter(([it]) => it !== name),
      ...(value === undefined ? [] : [[name, value] as const]),
    ],
  })
/** Changes fields of the JSON body. */
const withFields =
  (change: (fields: Fields) => object): Change =>
  (response) => ({ ...response, body: JSON.stringify(change(JSON.parse(response.body))) })
const withResult = (changes: object) =>
  withFields(({ result }) => ({ result: { ...result, ...changes } }))
const withError = withFields((fields) => ({ ...fields, error: 'server_error' }))
/** Changes a part of the access token. */
const withToken = (part: 0 | 1, changes: object) =>
  withFields((fields) => {
    const parts = fields.access_token.split('.')
    const old = JSON.parse(Buffer.from(parts[part], 'base64url').toString())
    parts[part] = Buffer.from(JSON.stringify({ ...old, ...changes })).toString('base64url')
    return { ...fields, access_token: parts.join('.') }
  })
const withHtml: Change = withHeader('content-type', 'text/html')

/** For each check, a service with the one mistake that it must find. */
const mutants: Readonly<Record<CheckId, Change>> = {
  'token-multipart': withStatus(201),
  'token-type': withFields((fields) => ({ ...fields, token_type: 'mac' })),
  'token-expires-in': withFields((fields) => ({ ...fields, expires_in: '3600' })),
  'token-content-type': withHtml,
  'token-no-store': withHeader('cache-control', 'public'),
  'token-jwt': withToken(0, { kid: undefined }),
  'token-claims': withToken(1, { jti: undefined }),
  'token-lifetime': withToken(1, { exp: 1 }),
  'token-scopes': withToken(1, { scopes: undefined }),
  'token-urlencoded': withStatus(415),
  'token-json': withStatus(415),
  'token-basic': withFields(({ access_token: _, ...fields }) => fields),
  'token-older-path': withStatus(404),
  'token-query': withStatus(401),
  'token-unknown-field': withStatus(400),
  'token-empty-scope': withStatus(400),
  'token-no-grant': withError,
  'token-other-grant': withError,
  'token-other-scope': withStatus(200),
  'token-no-client': withStatus(400),
  'token-challenge': withHeader('www-authenticate'),
  'token-wrong-secret': withStatus(200),
  'token-text': withStatus(415),
  metadata: withFields(({ issuer: _, ...fields }) => fields),
  'openid-metadata': withStatus(404),
  keys: withStatus(500),
  'keys-public': withFields(({ keys: [key] }) => ({ keys: [{ ...key, d: 'private' }] })),
  'status-no-token': withBody('Access denied'),
  'status-no-token-type': withHtml,
  'status-challenge': withHeader('www-authenticate'),
  'status-odd-token': withStatus(400),
  'status-altered-token': withStatus(200),
  'status-two-tokens': withStatus(404),
  'status-other-scheme': withStatus(404),
  'status-lower-case': withStatus(401),
  'status-unknown': withBody('{"message":"Reference ID not found."}'),
  'status-unknown-type': withHtml,
  'status-head': withStatus(405),
  'status-not-uuid': withStatus(400),
  'status-odd-id': withStatus(500),
  'status-long-id': withStatus(414),
  'status-post': withStatus(404),
  'status-allow': withHeader('allow'),
  'other-path': withBody('<h1>Not Found</h1>'),
  'misprinted-path': withStatus(200),
  'unscoped-token': withFields((fields) => ({ ...fields, access_token: '' })),
  'status-forbidden': withStatus(401),
  'status-forbidden-challenge': withHeader('www-authenticate', 'Bearer realm="x"'),
  'status-found': withResult({ progress: 1 }),
  'status-word': withResult({ status: 'done' }),
  'status-file-line': withResult({ fileLine: 1.5 }),
  'status-messages': withResult({ messages: [1] }),
  'status-processed-messages': withResult({ messages: ['Row 3: Jo is unknown'] }),
  'download-no-token': withStatus(404),
  'download-unknown': withStatus(403),
  'upload-no-token': withStatus(403),
  'upload-no-file': withStatus(422),
  'upload-other-name': withBody('{}'),
  upload: withResult({ message: 'ok' }),
  'upload-ends': withResult({ status: 'done' }),
  download: withFields(() => ({ signedUrl: '/relative' })),
  'result-type': withHtml,
  'result-columns': withBody('a,b\n1,2\n'),
}

/** A service with a mistake in the responses to one request. It knows the tokens that it has changed. */
function mutantOf({ send, ...service }: Verified, check: CheckId): Verified {
  const issued = new Map<string, string>()
  const mutant: Send = async ({ headers, ...request }, id) => {
    const { authorization = '' } = headers
    const [, token = ''] = authorization.split(' ')
    const original = authorization.replace(token, issued.get(token) ?? token)
    const known = authorization === '' ? headers : { ...headers, authorization: original }
    const response = await send({ ...request, headers: known }, id)
    if (id !== checks[check].request) return response
    const changed = mutants[check](response)
    const [before, after] = [response, changed].map((it) => objectIn(it).access_token)
    if (typeof after === 'string') issued.set(after, String(before))
    return changed
  }
  return { ...service, send: mutant }
}

t.test('every check holds against the emulator', async (t) => {
  const verification = await verify(await startService(t))
  t.strictSame(differing(verification), [])
  t.ok(verification.holds)
  t.strictSame(verification.service, {
    contentTypes: 'bare',
    referenceIds: 'any',
    rowErrors: 'fail',
    fileLine: 'handled',
  })
  t.equal(verification.requests, 44, 'less than 100 requests')
})

t.test('each mistake of a service is found by its check, and by no other', async (t) => {
  const service = await startService(t)
  for (const check of Object.keys(mutants) as CheckId[]) {
    const verification = await verify(mutantOf(service, check))
    const found = verification.checks.filter(({ result }) => result === 'differs')
    t.strictSame(
      found.map((it) => it.check),
      [check],
    )
    const isBinding = ['documented', 'published'].includes(checks[check].basis)
    t.equal(verification.holds, !isBinding)
  }
})

t.test(
  'every check holds, whatever the switches are, and the scenario that is written brings them back',
  async (t) => {
    const ragged = {
      name: 'groups.csv',
      content: Buffer.from('group_name,group_active\nA,TRUE\nB\n'),
    }
    const values = {
      rowErrors: ['fail', 'report'],
      fileLine: ['handled', 'imported'],
      raggedRows: ['check', 'refuse'],
      referenceIds: ['any', 'uuid'],
      contentTypes: ['bare', 'charset'],
    } as const
    const combinations = Object.entries(values).reduce<Partial<Service>[]>(
      (all, [name, options]) =>
        all.flatMap((it) => options.map((value) => ({ ...it, [name]: value }))),
      [{}],
    )
    for (const service of combinations) {
      const referenceId =
        service.referenceIds === 'uuid' ? 'bbbbbbbb-0000-4000-8000-000000000000' : 'done'
      const name = JSON.stringify(service)
      const { raggedRows, ...others } = service
      const verification = await verify(await startService(t, service), { referenceId })
      t.strictSame(differing(verification), [], name)
      t.strictSame(verification.service, others, name)
      // Only a ragged file shows that switch.
      const again = await verify(await startService(t, service), { referenceId, file: ragged })
      t.ok(again.holds, name)
      t.equal(again.service.raggedRows, raggedRows, name)
      const other = await verify(await startService(t, again.service), {
        referenceId,
        file: ragged,
      })
      const outcome = ({ checks }: Verification) =>
        checks.map(({ check, result }) => [check, result])
      t.strictSame([outcome(other), other.service], [outcome(again), again.service], name)
    }
  },
)

t.test('without flags it only reads, and says which flag allows more', async (t) => {
  const service = await startService(t)
  const only = { unscopedClientId: undefined, unscopedClientSecret: undefined }
  const verification = await verify(service, { ...only, referenceId: undefined, file: undefined })
  t.ok(verification.holds)
  const reasons = differing(verification).map(({ check, result, reason }) => [
    check,
    result,
    reason,
  ])
  const [unscoped, found, upload] = [
    'give the flags of a client without the scope',
    'give --reference-id',
    'give --upload FILE, which imports it',
  ]
  t.strictSame(
    reasons,
    [
      ...['unscoped-token', 'status-forbidden', 'status-forbidden-challenge'].map((it) => [
        it,
        unscoped,
      ]),
      ...['found', 'word', 'file-line', 'messages', 'processed-messages'].map((it) => [
        `status-${it}`,
        found,
      ]),
      ...[
        'upload-no-file',
        'upload-other-name',
        'upload',
        'upload-ends',
        'download',
        'result-type',
        'result-columns',
      ].map((it) => [it, upload]),
    ].map(([check, reason]) => [check, 'not tried', reason]),
  )
  t.strictSame(
    service.emulator.main.imports.count({ search: '-4' }).count,
    1,
    'nothing was uploaded',
  )
})

t.test('what an earlier response does not have is not tried', async (t) => {
  const service = await startService(t)
  const without = async (id: string, change: Change) => {
    const send: Send = async (request, name) =>
      name === id ? change(await service.send(request, name)) : service.send(request, name)
    return verify({ ...service, send })
  }
  const cases: [string, Change, string[]][] = [
    [
      'metadata',
      withFields((it) => ({ ...it, jwks_uri: 'https://other.example/keys' })),
      ['keys', 'keys-public'],
    ],
    ['unscoped-token', withBody('{}'), ['status-forbidden', 'status-forbidden-challenge']],
    ['upload', withBody('{}'), ['upload-ends', 'download', 'result-type', 'result-columns']],
    ['download', withBody('{}'), ['result-type', 'result-columns']],
  ]
  for (const [id, change, expected] of cases) {
    const { checks } = await without(id, change)
    const found = checks.filter(({ result }) => result === 'not tried')
    t.strictSame(
      found.map(({ check }) => check),
      expected,
      id,
    )
    t.ok(found.every(({ reason }) => reason === 'an earlier response does not have what it needs'))
  }
})

t.test(
  'an upload that does not end is polled thirty times, and a run has at most 100 requests',
  async (t) => {
    const service = await startService(t)
    const running = withResult({ status: 'pending' })
    const send: Send = async (request, id) =>
      id === 'upload-status' ? running(await service.send(request, id)) : service.send(request, id)
    const verification = await verify({ ...service, send })
    t.equal(verification.requests, Object.keys(requests).length - 1 + maxPolls)
    t.ok(verification.requests <= 100)
    t.strictSame(
      differing(verification).map(({ check, difference }) => [check, difference?.received]),
      [
        [
          'upload-ends',
          '{"result":{"status":"pending","fileLine":3,"messages":["(57 characters)"]}}',
        ],
      ],
    )
  },
)

/** All that the command prints, for a service in this process. */
async function runVerify(
  url: string,
  args: readonly string[],
  env: object = {},
  isTTY = false,
  wait: (ms: number) => Promise<unknown> = async () => {},
) {
  const [out, err] = [new PassThrough(), new PassThrough()]
  Object.assign(out, { isTTY })
  const context = { out, err, environment: env } as never
  const code = await verifyCommand(
    parseCommandLine(['verify', url, ...args]),
    context,
    async (ms) => {
      await wait(ms)
    },
  )
  return { code, out: String(out.read() ?? ''), err: String(err.read() ?? '') }
}

const credentials = { CLIENT_ID: 'one', CLIENT_SECRET: 'secret-one' }

t.test('the command writes text, JSON, Markdown and JUnit, and the scenario', async (t) => {
  const emulator = await startEmulator({
    fixtures: [
      {
        service: { contentTypes: 'charset' },
        clients: [{ clientId: 'one', clientSecret: 'secret-one', scopes: ['rostering'] }],
        imports: [{ referenceId: 'done', status: 'failed', messages: ['Jo Doe is unknown'] }],
      },
    ],
  })
  t.teardown(() => emulator.close())
  const folder = t.testdir()
  const scenario = join(folder, 'scenario.yaml')
  const file = join(folder, 'out.xml')
  const { code, out } = await runVerify(emulator.url, ['--write-scenario', scenario], credentials)
  t.equal(code, 0)
  t.match(out, /^holds {6}documented {2}the documented curl command gets a token$/m)
  t.match(
    out,
    /^not tried {2}published {3}the result file is CSV\n {13}give --upload FILE, which imports it$/m,
  )
  t.match(out, /^switches seen: referenceIds: any, contentTypes: charset$/m)
  t.ok(
    out.split('\n').every((line) => line.length <= 80),
    '80 columns',
  )
  t.equal(
    readFileSync(scenario, 'utf8'),
    'service:\n  referenceIds: any\n  contentTypes: charset\n',
  )
  await loadFixtures([scenario], {})

  const json = await runVerify(emulator.url, ['--format', 'json'], credentials)
  t.match(JSON.parse(json.out), { url: emulator.url, holds: true })
  const markdown = await runVerify(emulator.url, ['--format', 'markdown'], credentials)
  t.match(
    markdown.out,
    /^\| upload \| published \| an upload gets its reference id, a UUID \| not tried \|/m,
  )
  const args = ['--reference-id', 'done', '--format', 'junit', '--output', file]
  t.strictSame(await runVerify(emulator.url, args, credentials), { code: 0, out: '', err: '' })
  const xml = readFileSync(file, 'utf8')
  t.match(xml, /<testsuite name="http:\/\/127[^"]*" tests="63" failures="0" skipped="\d+">/)
  t.match(xml, /<testcase classname="documented" name="status-word: [^"]*"\/>/)
})

const sample: Verification = {
  url: 'https://example.org',
  requests: 3,
  holds: false,
  service: {},
  checks: [
    { check: 'a', basis: 'documented', title: 'A', request: 'GET /a', result: 'holds' },
    {
      ...{ check: 'b', basis: 'decided', title: 'B', result: 'differs' },
      request: `GET /${'x'.repeat(100)}`,
      difference: {
        part: 'body',
        expected: `{"message":"Not Found"}`,
        received: '{"message":"Not | `found`\u001B"}',
      },
    },
    {
      check: 'c',
      basis: 'published',
      title: 'C',
      request: 'GET /c',
      result: 'not tried',
      reason: 'give --c',
    },
  ],
}

t.test('a difference is shown byte for byte, with a caret', async (t) => {
  t.strictSame(toText(sample, true).split('\n'), [
    'https://example.org: 3 requests',
    '',
    '\u001B[32mholds    \u001B[0m  documented  A',
    '\u001B[31mdiffers  \u001B[0m  decided     B',
    `             b: GET /${'x'.repeat(58)}…`,
    '             body',
    '               expected {"message":"Not Found"}',
    '               received {"message":"Not | `found`·"}',
    '                                        ^',
    '\u001B[90mnot tried\u001B[0m  published   C',
    '             give --c',
    '',
    '1 hold, 1 differ, 1 not tried',
    'Something differs that is documented or published.',
    '',
  ])
  t.strictSame(compared('x'.repeat(200), `${'x'.repeat(120)}y`), [
    `expected …${'x'.repeat(54)}…`,
    `received …${'x'.repeat(27)}y`,
    `${' '.repeat(37)}^`,
  ])
  t.equal(
    toMarkdown(sample),
    `# https://example.org

Something differs that is documented or published.
1 of 3 checks hold, by 3 requests.

| Check | Basis | | Result | |
| --- | --- | --- | --- | --- |
| b | decided | B | differs | body: expected \`{"message":"Not Found"}\`, received \`{"message":"Not \\| 'found'\u001B"}\` |
| c | published | C | not tried | give --c |

`,
  )
  t.equal(
    toMarkdown({
      ...sample,
      holds: true,
      checks: sample.checks.slice(0, 1),
      service: { fileLine: 'handled' },
    }),
    `# https://example.org

Everything holds that is documented or published.
1 of 1 checks hold, by 3 requests.


Switches seen: \`fileLine: handled\`.
`,
  )
  t.equal(
    toJunit(sample),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="https://example.org" tests="3" failures="1" skipped="1">
    <testcase classname="documented" name="a: A"/>
    <testcase classname="decided" name="b: B"><failure message="body">body
expected {&#34;message&#34;:&#34;Not Found&#34;}
received {&#34;message&#34;:&#34;Not | \`found\`\uFFFD&#34;}</failure></testcase>
    <testcase classname="published" name="c: C"><skipped message="give --c"/></testcase>
  </testsuite>
</testsuites>
`,
  )
})

t.test('no output holds a secret, a token, or a message of an import', async (t) => {
  const service = await startService(t)
  const hidden: string[] = ['secret-one', 'secret-two', 'Jo Doe']
  const leaky: Send = async (request, id) => {
    const response = await service.send(request, id)
    const { access_token: token } = objectIn(response)
    if (typeof token === 'string') hidden.push(token)
    const sent = JSON.stringify([request.headers, String(request.body)])
    // Each response shows what was sent, and the message of an import.
    const body = id.startsWith('token-') ? response.body : `Jo ${sent} ${token}`
    const result = { result: { status: 'Jo Doe', messages: ['Jo Doe'] } }
    return { ...response, status: 299, body: id === 'status-found' ? JSON.stringify(result) : body }
  }
  const learn: Send = async (request, id) =>
    id === 'token-multipart' || id === 'unscoped-token'
      ? service.send(request, id).then((response) => {
          hidden.push(String(objectIn(response).access_token))
          return response
        })
      : leaky(request, id)
  const verification = await verify({ ...service, send: learn })
  t.notOk(verification.holds)
  const outputs = [
    JSON.stringify(verification),
    toText(verification, false),
    toMarkdown(verification),
    toJunit(verification),
  ]
  for (const secret of hidden)
    t.notOk(
      outputs.some((text) => text.includes(secret)),
      secret.slice(0, 9),
    )
})

t.test('a service that gives no token is described in words, with exit code 2', async (t) => {
  const servers: [string, RequestListener, RegExp][] = [
    [
      'HTML',
      (_, response) => response.end('<html>Welcome</html>'),
      /: 200 <html>Welcome<\/html>; .*with JSON/,
    ],
    [
      'a reset',
      (request) => request.socket.destroy(),
      /the connection was closed without a response/,
    ],
    [
      'a flood',
      (_, response) => response.end(Buffer.alloc(17 * 1024 ** 2)),
      /the body is larger than 16 MiB/,
    ],
    [
      'half a body',
      (_, response) => {
        response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy())
      },
      /the connection was closed without a response|aborted/,
    ],
  ]
  for (const [name, listener, expected] of servers) {
    const { code, err } = await runVerify(await serve(t, listener), [], credentials)
    t.equal(code, 2, name)
    t.match(err, expected, name)
  }
  const emulator = await startEmulator()
  const wrong = await runVerify(emulator.url, [], credentials)
  t.strictSame([wrong.code, wrong.out], [2, ''])
  t.match(wrong.err, /No token was issued\. \/api\S+ as the documented curl command sends it: 401 /)
  t.equal((await emulator.journal.count()).count, 1, 'it is asked once')
  await emulator.close()
  const closed = await runVerify(emulator.url, [], credentials)
  t.strictSame(closed, {
    code: 2,
    out: '',
    err: `${emulator.url}: No token was issued. /api/v1/upload/v1/oauth2/tokens as the documented curl command sends it: nothing listens there\n`,
  })
})

t.test('a service that hangs is given up', async (t) => {
  const send = await createSend(await serve(t, () => {}), {}, 50)
  await t.rejects(send({ method: 'GET', path: '/', headers: {} }, 'any'), {
    message: 'no response within 0.05 s',
  })
})

t.test('HTTPS is verified, unless somebody says otherwise', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const url = emulator.url.replace('http:', 'https:')
  const folder = t.testdir({ 'ca.pem': await emulator.settings.caCertificate, 'empty.pem': '' })
  const request = { method: 'GET', path: '/__control/health', headers: {} }
  const ask = async (options: object) =>
    (await (await createSend(url, options))(request, 'any')).status
  await t.rejects(ask({}), {
    message: 'its certificate is not trusted: give --ca FILE, or --insecure',
  })
  t.equal(await ask({ insecure: true }), 200)
  t.equal(await ask({ ca: join(folder, 'ca.pem') }), 200)
  await t.rejects(ask({ ca: join(folder, 'empty.pem') }), InputError)
  await t.rejects(ask({ ca: join(folder, 'none.pem') }), InputError)
})

t.test('requests go by way of the proxy of the environment', async (t) => {
  const seen: string[] = []
  const proxy = createServer((request, response) => {
    seen.push(String(request.url))
    response.end('by proxy')
  })
  proxy.on('connect', (request, socket) => {
    seen.push(String(request.url))
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const url = await serve(t, proxy)
  const before = { ...process.env }
  Object.assign(process.env, { http_proxy: url, https_proxy: url, no_proxy: '' })
  t.teardown(() => {
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })
  const request = { method: 'GET', path: '/a', headers: {} }
  const plain = await createSend('http://service.example', {})
  t.equal((await plain(request, 'any')).body, 'by proxy')
  const secure = await createSend('https://service.example', {})
  t.equal((await secure(request, 'any')).status, 502)
  t.strictSame(seen, ['http://service.example/a', 'service.example:443'])
})

t.test('bad input is refused before anything is sent', async (t) => {
  const folder = t.testdir()
  const url = 'https://service.example'
  const cases: [string, string, string[], object, string][] = [
    ['no client', url, [], {}, 'clientId'],
    ['another format', url, ['--format', 'jso'], credentials, '--format'],
    ['half a client', url, ['--unscoped-client-id', 'two'], credentials, '--unscoped-client-id'],
    ['no URL', 'service.example', [], credentials, 'service.example'],
    ['a path', `${url}/api`, [], credentials, `${url}/api`],
    ['a password', 'https://a:b@service.example', [], credentials, url],
    ['no such file', url, ['--upload', join(folder, 'none.csv')], credentials, '--upload'],
    ['two URLs', url, ['http://other'], credentials, 'verify'],
  ]
  for (const [name, given, args, env, path] of cases) {
    const error = (await runVerify(given, args, env).catch((it) => it)) as InputError
    t.equal(error.name, 'InputError', name)
    t.equal(error.mistakes[0]?.path.replace(/^--client-id$/, 'clientId'), path, name)
    t.notMatch(error.message, /a:b@/)
  }
  t.match(
    (await runVerify(url, ['--format', 'zzzzzzz'], credentials).catch((it) => it)).message,
    /must be text, json, markdown or junit$/,
  )
  t.match(await runHere(['verify']), { code: 2, err: /needs one URL/ })
  t.match(await runHere(['verify', url, '--insecure'], { CLIENT_ID: '', CLIENT_SECRET: '' }), {
    code: 2,
    err: /CLIENT_SECRET/,
  })
  await t.rejects(verifyService('x', { clientId: 'a', clientSecret: 'b' }), InputError)
})

t.test('no check fails on a body that it does not expect', async (t) => {
  const bodies = [
    '',
    '<html>',
    'null',
    '[]',
    '7',
    '{}',
    '{"result":null}',
    '{"result":[]}',
    '{"access_token":"a.b"}',
    '{"keys":7}',
    '{"keys":[7]}',
    '{"signedUrl":7}',
  ]
  for (const body of bodies) {
    const response = { status: 200, headers: [], body }
    for (const check of Object.values(checks)) {
      t.doesNotThrow(() => check.expect(response, {}, {}))
    }
    for (const spec of Object.values<RequestSpec>(requests)) {
      const learned = body.includes('a.b') ? {} : spec.learn?.(response, facts)
      t.strictSame(learned ?? {}, {})
      t.notOk(spec.isRunning?.(response))
    }
    t.strictSame(learnFromUpload(response, response), {})
  }
  t.notOk(isRagged(Buffer.from('a,b\n"')), 'a file that is no CSV')
  const outcome = checks['status-unknown-type'].expect(
    { status: 404, headers: [['content-type', 'application/json']], body: '' },
    { contentTypes: 'charset' },
    {},
  )
  t.match(outcome, { difference: { expected: 'application/json; charset=utf-8' } }, 'all alike')
})

t.test('the library waits between requests', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(404).end())
  await t.rejects(verifyService(url, { clientId: 'a', clientSecret: 'b' }), { name: 'VerifyError' })
})

t.test('files that cannot be written are named', async (t) => {
  const emulator = await startEmulator({
    fixtures: [
      { clients: [{ clientId: 'one', clientSecret: 'secret-one', scopes: ['rostering'] }] },
    ],
  })
  t.teardown(() => emulator.close())
  const error = await runVerify(emulator.url, ['--output', '/none/there'], credentials).catch(
    (it) => it,
  )
  t.match(error.mistakes, [{ path: '--output' }])
  const folder = t.testdir({ 'groups.csv': 'group_name\nA\n' })
  const args = ['--upload', join(folder, 'groups.csv')]
  t.equal((await runVerify(emulator.url, args, credentials)).code, 1, 'its import does not end')
  const wait = (ms: number) => emulator.clock.advance(ms)
  const coloured = await runVerify(emulator.url, args, credentials, true, wait)
  t.ok(coloured.out.includes('\u001B[32mholds    \u001B[0m  published   the result file is CSV\n'))
  const plain = await runVerify(emulator.url, args, { ...credentials, NO_COLOR: '1' }, true, wait)
  t.notOk(plain.out.includes('\u001B'))
  const out = {
    write() {
      throw new RangeError('no room')
    },
  }
  const line = parseCommandLine(['verify', emulator.url])
  const context = { out, err: out, environment: credentials } as never
  await t.rejects(
    verifyCommand(line, context, async () => {}),
    { message: 'no room' },
  )
})

t.test('JUnit has one failure for a service that breaks off', async (t) => {
  const service = await startService(t)
  const send: Send = async (request, id) => {
    if (id === 'status-head') throw new Error('the connection was closed without a response')
    return service.send(request, id)
  }
  t.strictSame(
    differing(await verify({ ...service, send })).map(({ check, difference }) => [
      check,
      difference,
    ]),
    [
      [
        'status-head',
        {
          part: 'response',
          expected: 'a response',
          received: 'the connection was closed without a response',
        },
      ],
    ],
  )
})

async function serve(t: Test, listener: RequestListener | Server): Promise<string> {
  const server = typeof listener === 'function' ? createServer(listener) : listener
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
