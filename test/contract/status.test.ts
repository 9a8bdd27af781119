import { METHODS } from 'node:http'
import { createRequire } from 'node:module'
import t from 'tap'
import { listen, parseAnswer, requestRaw, sendRaw, statusPath } from '../support.js'

const notFound = '{"message":"Reference ID not found. File not found in pending bucket."}'
const path = statusPath('12345')

/** Every header of an answer but the date. */
const headers = (contentType: string, body: string, more: Record<string, string> = {}) => ({
  'content-type': contentType,
  'x-content-type-options': 'nosniff',
  ...more,
  'content-length': String(Buffer.byteLength(body)),
  connection: 'close',
})

const bearer = 'Bearer realm="tao-advance"'

t.test('every row of the contract, byte for byte', async (t) => {
  const { emulator, port } = await listen(t)
  const { clock } = emulator.main
  const mint = (spec: object = {}) =>
    emulator.tokens.mint(
      { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60, ...spec },
      clock.now(),
    )
  const token = await mint()
  const authorized = `Authorization: Bearer ${token}`
  const get = `GET ${path} HTTP/1.1`
  const status = (id: string) => `GET ${statusPath(id)} HTTP/1.1`

  const unauthorized = (challenge = bearer) => ({
    statusLine: 'HTTP/1.1 401 Unauthorized',
    status: 401,
    headers: headers('text/plain', 'Access Denied', { 'www-authenticate': challenge }),
    body: 'Access Denied',
  })
  const invalid = (description: string) =>
    unauthorized(`${bearer}, error="invalid_token", error_description="${description}"`)
  const answer = (statusLine: string, body: string, more = {}) => ({
    statusLine: `HTTP/1.1 ${statusLine}`,
    status: Number(statusLine.split(' ')[0]),
    headers: headers('application/json', body, more),
    body,
  })
  const forbidden = answer('403 Forbidden', '{"message":"Insufficient scope"}', {
    'www-authenticate': `${bearer}, error="insufficient_scope", scope="rostering"`,
  })
  const unknown = answer('404 Not Found', notFound)
  const malformed = invalid('The access token is malformed')

  const cases: [string, head: string[], expected: object][] = [
    ['no token', [get], unauthorized()],
    ['another scheme', [get, 'Authorization: Basic ZGVtbzpkZW1v'], unauthorized()],
    ['an empty header', [get, 'Authorization:'], unauthorized()],
    ['a scheme that only starts alike', [get, `Authorization: Bearerx ${token}`], unauthorized()],
    ['a scheme without a token', [get, 'Authorization: Bearer'], malformed],
    ['two tokens', [get, `Authorization: Bearer ${token} ${token}`], malformed],
    ['a list of tokens', [get, `Authorization: Bearer ${token}, Bearer ${token}`], malformed],
    ['two headers', [get, authorized, authorized], malformed],
    ['two headers, in two cases', [get, authorized, authorized.toLowerCase()], malformed],
    ['a token that is no JWT', [get, 'Authorization: Bearer abc'], malformed],
    [
      'an expired token',
      [get, `Authorization: Bearer ${await mint({ flaw: 'expired' })}`],
      invalid('The access token has expired'),
    ],
    [
      'a token of the future',
      [get, `Authorization: Bearer ${await mint({ flaw: 'not-yet-valid' })}`],
      invalid('The access token is not valid yet'),
    ],
    [
      'a forged token',
      [get, `Authorization: Bearer ${await mint({ flaw: 'wrong-signature' })}`],
      invalid('The signature of the access token is wrong'),
    ],
    [
      'a token of another issuer',
      [get, `Authorization: Bearer ${await mint({ flaw: 'wrong-issuer' })}`],
      invalid('The access token is of another issuer'),
    ],
    [
      'a token of a client that is no more',
      [get, `Authorization: Bearer ${await mint({ clientId: 'gone' })}`],
      invalid('The client of the access token is unknown'),
    ],
    ['a token in the query', [`GET ${path}?access_token=${token} HTTP/1.1`], unauthorized()],
    ['no scope', [get, `Authorization: Bearer ${await mint({ scopes: [] })}`], forbidden],
    [
      'scopes that only contain the word',
      [get, `Authorization: Bearer ${await mint({ scopes: ['rostering-read', 'rosteringx'] })}`],
      forbidden,
    ],
    [
      'the scope in another case',
      [get, `Authorization: Bearer ${await mint({ scopes: ['Rostering'] })}`],
      forbidden,
    ],
    [
      'the scope among others',
      [get, `Authorization: Bearer ${await mint({ scopes: ['results', 'rostering'] })}`],
      answer('200 OK', '{"result":{"status":"processed","fileLine":2,"messages":[]}}'),
    ],
    ['an unknown id and no token: the token is looked at first', [status('nope')], unauthorized()],
    [
      'an unknown id and no scope: the scope is looked at first',
      [status('nope'), `Authorization: Bearer ${await mint({ scopes: [] })}`],
      forbidden,
    ],
    [
      'an import that fails',
      [status('server-error'), authorized],
      answer('500 Internal Server Error', '{"message":"Storage bucket is unavailable"}'),
    ],
    ['an unknown id', [status('nope'), authorized], unknown],
    [
      'a processed import',
      [get, authorized],
      answer('200 OK', '{"result":{"status":"processed","fileLine":2,"messages":[]}}'),
    ],
    [
      'a pending import',
      [status('pending'), authorized],
      answer('200 OK', '{"result":{"status":"pending","fileLine":120,"messages":[]}}'),
    ],
    [
      'a failed import',
      [status('failed-1'), authorized],
      answer(
        '200 OK',
        '{"result":{"status":"failed","fileLine":1,"messages":["Line 2: user_username is mandatory"]}}',
      ),
    ],
    [
      'the scheme in any case',
      [get, `authorization: bEARER ${token}`],
      answer('200 OK', '{"result":{"status":"processed","fileLine":2,"messages":[]}}'),
    ],
    [
      'a query is not looked at',
      [`GET ${path}?x=1 HTTP/1.1`, authorized],
      answer('200 OK', '{"result":{"status":"processed","fileLine":2,"messages":[]}}'),
    ],
    [
      'an absolute request target',
      [`GET http://tao.example${path} HTTP/1.1`, authorized],
      answer('200 OK', '{"result":{"status":"processed","fileLine":2,"messages":[]}}'),
    ],
    [
      'HEAD has no body',
      [`HEAD ${path} HTTP/1.1`, authorized],
      {
        ...answer('200 OK', '{"result":{"status":"processed","fileLine":2,"messages":[]}}'),
        body: '',
      },
    ],
    ['HEAD without a token', [`HEAD ${path} HTTP/1.1`], { ...unauthorized(), body: '' }],
    [
      'another method',
      [`DELETE ${path} HTTP/1.1`, authorized],
      answer('405 Method Not Allowed', '{"message":"Method Not Allowed"}', { allow: 'GET, HEAD' }),
    ],
    [
      'the path that the documentation misprints',
      ['GET /api/v1/uploadpi/v1/status/12345 HTTP/1.1', authorized],
      answer('404 Not Found', '{"message":"Not Found"}'),
    ],
    [
      'a path without an id',
      ['GET /api/v1/upload/api/v1/status HTTP/1.1', authorized],
      answer('404 Not Found', '{"message":"Not Found"}'),
    ],
    [
      'a path below an id',
      [`GET ${path}/more HTTP/1.1`, authorized],
      answer('404 Not Found', '{"message":"Not Found"}'),
    ],
    [
      'an absolute target without a path',
      ['POST http://tao.example HTTP/1.1'],
      answer('404 Not Found', '{"message":"Not Found"}'),
    ],
    ['a post to the root', ['POST / HTTP/1.1'], answer('404 Not Found', '{"message":"Not Found"}')],
    ['an asterisk', ['OPTIONS * HTTP/1.1'], answer('404 Not Found', '{"message":"Not Found"}')],
  ]
  for (const [name, head, expected] of cases) {
    t.test(name, async (t) => {
      const { headers: sent, ...told } = await requestRaw(port, head)
      const { headers: wanted, ...rest } = expected as { headers: object }
      t.strictSame(told, rest)
      t.strictSame(
        Object.fromEntries(Object.entries(sent).sort()),
        Object.fromEntries(Object.entries(wanted).sort()),
      )
    })
  }
})

t.test('ids that no import has are unknown, after the checks of the token', async (t) => {
  const { emulator, port } = await listen(t, {
    scenario: {
      clients: [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }],
      imports: [{ referenceId: 'a*', status: 'pending' }],
    },
  })
  const spec = { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60 }
  const token = await emulator.tokens.mint(spec, emulator.main.clock.now())
  const naughty: string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')
  const segments: [string, string][] = [
    ['empty', ''],
    ['a malformed encoding', '%zz'],
    ['a malformed encoding of what a pattern would match', 'a%zz'],
    ['a lone percent sign', 'a%'],
    ['bytes that are not UTF-8', 'a%ff%fe'],
    ['half an emoji', 'a%F0%9F'],
    ['a NUL', 'a%00'],
    ['a line end', 'a%0D%0Ab'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a parent folder', '..%2Fx'],
    ['an emoji', '%F0%9F%92%A5'],
    ['2,000 characters', 'b'.repeat(2000)],
    ['2,000 characters of what a pattern would match', 'a'.repeat(2000)],
    ['8,000 characters', 'a'.repeat(8000)],
    ...naughty
      .filter((text) => text !== '' && !text.startsWith('a'))
      .map((text, index): [string, string] => [
        `naughty string ${index}`,
        encodeURIComponent(text),
      ]),
  ]
  const prefix = '/api/v1/upload/api/v1/status/'
  for (const [name, segment] of segments) {
    const head = `GET ${prefix}${segment} HTTP/1.1`
    const known = await requestRaw(port, [head, `Authorization: Bearer ${token}`])
    t.strictSame([known.status, known.body], [404, notFound], name)
    t.equal((await requestRaw(port, [head])).body, 'Access Denied', `${name}, without a token`)
  }
})

t.test('every other method is 405, and the response lists the allowed ones', async (t) => {
  const { port } = await listen(t)
  const paths: [string, allow: string][] = [
    [path, 'GET, HEAD'],
    ['/api/v1/upload/v1/oauth2/tokens', 'POST'],
    ['/api/v1/oauth2/tokens', 'POST'],
    ['/.well-known/jwks.json', 'GET, HEAD'],
    ['/.well-known/oauth-authorization-server', 'GET, HEAD'],
  ]
  for (const [url, allow] of paths) {
    for (const method of METHODS) {
      // CONNECT has no path.
      if (allow.split(', ').includes(method) || method === 'CONNECT') continue
      const answer = await requestRaw(
        port,
        [`${method} ${url} HTTP/1.1`, 'Content-Length: 2'],
        '{}',
      )
      const body = method === 'HEAD' ? '' : '{"message":"Method Not Allowed"}'
      t.strictSame(
        [answer.status, answer.headers.allow, answer.body],
        [405, allow, body],
        `${method} ${url}`,
      )
    }
  }
})

t.test('a connection that is kept alive serves one request after the other', async (t) => {
  const { emulator, port } = await listen(t)
  const spec = { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60 }
  const token = await emulator.tokens.mint(spec, emulator.main.clock.now())
  const request = (id: string, connection: string) =>
    `GET ${statusPath(id)} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: ${connection}\r\n\r\n`
  const raw = await sendRaw(port, request('12345', 'keep-alive') + request('pending', 'close'))
  const [, first, second] = raw.split('HTTP/1.1 ')
  t.match(parseAnswer(`HTTP/1.1 ${first}`).body, '"processed"')
  t.match(parseAnswer(`HTTP/1.1 ${second}`).body, '"pending"')
})
