import fc from 'fast-check'
import { demo, statusPath, tokenPath } from '../support.js'

/* A grammar of HTTP/1.1 requests, and mutations of their bytes. */

const uploadPath = '/api/v1/upload/api/v1/upload'

const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE') },
  { weight: 1, arbitrary: fc.constantFrom('CONNECT', 'TRACE', 'PRI', 'PATCH', 'QUERY', 'get', '') },
)

const path = fc.oneof(
  fc.constantFrom(
    tokenPath,
    '/api/v1/oauth2/tokens',
    uploadPath,
    '/api/v1/upload',
    statusPath('12345'),
    statusPath('pending'),
    statusPath('../../x'),
    '/api/v1/upload/api/v1/download/12345',
    '/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server',
    '/__control/health',
    '/__control/imports',
    '/__control/imports/a',
    '/__control/clock/advance',
    '/__control/faults/none',
    '/__control/journal?limit=1',
    '/__sandbox/',
    '/__sandbox/app.js',
    '/',
    '*',
    '',
  ),
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .map(
      (text) => `/api/v1/upload/api/v1/status/${encodeURIComponent(Buffer.from(text).toString())}`,
    ),
  fc.string({ maxLength: 40 }).map((text) => `/${text}`),
  fc.integer({ min: 0, max: 9000 }).map((length) => statusPath('x'.repeat(length))),
)

const target = fc
  .tuple(
    fc.constantFrom(
      '',
      '',
      '',
      '',
      '/w/a',
      '/w/',
      '/w/%00',
      '//',
      'http://localhost',
      'https://x:1',
    ),
    path,
    fc.constantFrom('', '', '', '?a=b', '?access_token=x', '#frag', '%zz', '%', '/'),
  )
  .map((parts) => parts.join(''))

const version = fc.oneof(
  { weight: 12, arbitrary: fc.constant('HTTP/1.1') },
  { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.10', '') },
)

/** `Bearer <token>` stands for a token that is valid: the sender puts it in. */
export const validToken = '<token>'

const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')

const usualHeader = fc.constantFrom(
  `Authorization: Bearer ${validToken}`,
  `Authorization: Bearer ${validToken} ${validToken}`,
  `Authorization: Basic ${basic}`,
  'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Type: application/json',
  'Content-Type: multipart/form-data; boundary=b',
  'Content-Type: multipart/form-data',
  'Content-Type: ;;',
  'Content-Encoding: gzip',
  'Connection: close',
  'Connection: keep-alive, Upgrade',
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Expect: something',
  'Origin: http://localhost',
  'Origin: null',
  'Sec-Fetch-Site: same-site',
  'Access-Control-Request-Method: POST',
  'Accept: text/html',
  'Accept-Encoding: gzip',
  'If-None-Match: *',
  'Range: bytes=0-1',
  'Last-Event-ID: 1',
  'X-Forwarded-Host: evil',
  'Cookie: a=b',
)

const oddHeader = fc.oneof(
  fc.constantFrom(
    'Host: elsewhere',
    'Authorization:',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    ' folded: line',
    'no colon',
    ': no name',
  ),
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ maxLength: 40 }))
    .map((parts) => parts.join(': ')),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `X-Long: ${'x'.repeat(length)}`),
)

const header = fc.oneof({ weight: 12, arbitrary: usualHeader }, { weight: 1, arbitrary: oddHeader })

const form = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: demo.clientId,
  client_secret: demo.clientSecret,
}).toString()

const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="users.csv"\r\n\r\n'

const wholeUpload = `${part}user_username\r\nada\r\n--b--\r\n`

const body = fc.oneof(
  fc.constantFrom('', 'abcde', form, '{"by":"1s"}', '{', wholeUpload, part),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

const chunked = (text: string) =>
  text === '' ? '0\r\n\r\n' : `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`

/** One request. A length that fits the body comes most of the time, so that most requests reach a handler. */
const oddRequest = fc
  .record({
    line: fc.tuple(method, target, version).map((parts) => parts.join(' ')),
    headers: fc.array(header, { maxLength: 4 }),
    body,
    framing: fc.constantFrom('length', 'length', 'length', 'chunks', 'none'),
  })
  .map(({ line, headers, body, framing }) => {
    const lines = [line, 'Host: localhost', ...headers]
    if (framing === 'length') lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
    if (framing === 'chunks') lines.push('Transfer-Encoding: chunked')
    const content = framing === 'chunks' ? chunked(body) : body
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${content}`)
  })

/** A correct request with one more header. */
const rightRequest = fc
  .tuple(
    fc.constantFrom(
      ['POST', tokenPath, 'Content-Type: application/x-www-form-urlencoded', form],
      ['POST', uploadPath, 'Content-Type: multipart/form-data; boundary=b', wholeUpload],
      ['GET', statusPath('12345'), 'Accept: */*', ''],
      ['GET', '/api/v1/upload/api/v1/download/12345', 'Accept: */*', ''],
      ['POST', '/__control/clock/advance', 'Content-Type: application/json', '{"by":"1ms"}'],
      ['GET', '/__control/journal?limit=1', 'Accept: */*', ''],
    ),
    header,
  )
  .map(([[method, path, type, body = ''], more]) => {
    const head = [
      `${method} ${path} HTTP/1.1`,
      'Host: localhost',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `${type}`,
      ...(path === tokenPath ? [] : [`Authorization: Bearer ${validToken}`]),
      more,
    ]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
  })

const request = fc.oneof(rightRequest, oddRequest)

type Mutation = (bytes: Buffer) => Buffer

/** A place in the bytes, as a part of their length. */
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, at * bytes.length),
  ),
  fc.tuple(place, place).map(
    ([at, to]): Mutation =>
      (bytes) => {
        const [first, last] = [at * bytes.length, to * bytes.length].sort((a, b) => a - b)
        return Buffer.concat([bytes.subarray(0, first), bytes.subarray(last)])
      },
  ),
  fc.tuple(place, place).map(
    ([at, to]): Mutation =>
      (bytes) => {
        const [first, last] = [at * bytes.length, to * bytes.length].sort((a, b) => a - b)
        return Buffer.concat([bytes.subarray(0, last), bytes.subarray(first)])
      },
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(
    ([at, more]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * bytes.length)
        return Buffer.concat([bytes.subarray(0, index), more, bytes.subarray(index)])
      },
  ),
  fc.tuple(place, fc.constantFrom('\r', '\n', '\r\n\r\n', '\0', ' ', ':', '\u00a0')).map(
    ([at, text]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * bytes.length)
        return Buffer.concat([bytes.subarray(0, index), Buffer.from(text), bytes.subarray(index)])
      },
  ),
)

/** The bytes that a client writes on one connection, in the pieces in which it writes them. */
export const connectionInput: fc.Arbitrary<readonly Buffer[]> = fc
  .record({
    requests: fc.array(request, { minLength: 1, maxLength: 3 }),
    mutations: fc.oneof(fc.constant<Mutation[]>([]), fc.array(mutation, { maxLength: 2 })),
    cuts: fc.array(place, { maxLength: 2 }),
  })
  .map(({ requests, mutations, cuts }) => {
    const bytes = mutations.reduce<Buffer>(
      (before, mutate) => mutate(before),
      Buffer.concat(requests),
    )
    const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort(
      (a, b) => a - b,
    )
    return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
  })
