import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createVerifier } from 'fast-jwt'
import {
  type CryptoKey,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
} from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import * as oauth from 'oauth4webapi'
import t, { type Test } from 'tap'
import { startEmulator } from '../../src/index.js'
import { listen, requestRaw, tokenPath } from '../support.js'

const run = promisify(execFile)

const scenario = {
  clients: [
    { clientId: 'demo', clientSecret: 'hush', scopes: ['rostering', 'results'] },
    { clientId: 'none', clientSecret: 'hush' },
    { clientId: 'short', clientSecret: 'hush', scopes: ['rostering'], tokenLifetime: 5 },
    { clientId: 'odd: %+&é'.replace('é', 'e'), clientSecret: ': %+&=@', scopes: ['rostering'] },
  ],
}

const good = { grant_type: 'client_credentials', client_id: 'demo', client_secret: 'hush' }
const { client_id, client_secret, ...grantOnly } = good

type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[]

const urlencoded = (fields: Fields) => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields as [string, string][]).toString(),
})

const multipart = (fields: Fields) => {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields)
  const parts = pairs.map(
    ([name, value]) => `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return { type: 'multipart/form-data; boundary=X', body: `${parts.join('')}--X--\r\n` }
}

const json = (fields: object) => ({ type: 'application/json', body: JSON.stringify(fields) })

const basic = (id: string, secret: string) =>
  `Authorization: Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

interface Form {
  readonly type: string
  readonly body: string
}

function post(
  port: number,
  { type, body }: Form,
  headers: readonly string[] = [],
  path = tokenPath,
) {
  const length = Buffer.byteLength(body)
  const head = [`POST ${path} HTTP/1.1`, `Content-Type: ${type}`, `Content-Length: ${length}`]
  return requestRaw(port, [...head, ...headers], body)
}

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

function headersOf(body: string, more: object = {}) {
  return {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    ...noStore,
    ...more,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
}

function checkRefusal(
  t: Test,
  answer: Awaited<ReturnType<typeof post>>,
  code: string,
  description: string,
  challenge = false,
) {
  const body = JSON.stringify({ error: code, error_description: description })
  const more = challenge ? { 'www-authenticate': 'Basic realm="tao-advance"' } : {}
  t.equal(answer.body, body)
  t.equal(answer.status, code === 'invalid_client' ? 401 : 400)
  t.same(answer.headers, headersOf(body, more))
}

t.test('a token is issued', async (t) => {
  const { port } = await listen(t, { scenario })
  const all = 'rostering results'
  const cases: [string, Form, headers: string[], expiresIn: number, scope: string][] = [
    ['for a multipart form', multipart(good), [], 3600, all],
    ['for an urlencoded form', urlencoded(good), [], 3600, all],
    [
      'for an urlencoded form with a charset',
      { ...urlencoded(good), type: 'application/x-www-form-urlencoded; charset=utf-8' },
      [],
      3600,
      all,
    ],
    ['for Basic credentials', urlencoded(grantOnly), [basic('demo', 'hush')], 3600, all],
    [
      'for Basic credentials and a multipart form',
      multipart(grantOnly),
      [basic('demo', 'hush')],
      3600,
      all,
    ],
    [
      'for Basic credentials of which each half is form-encoded',
      urlencoded(grantOnly),
      [basic('odd%3A+%25%2B%26e', '%3A+%25%2B%26%3D%40')],
      3600,
      'rostering',
    ],
    [
      'for credentials with odd characters in a form',
      urlencoded({ ...good, client_id: 'odd: %+&e', client_secret: ': %+&=@' }),
      [],
      3600,
      'rostering',
    ],
    [
      'for Basic credentials and the same client in the form',
      urlencoded({ ...grantOnly, client_id: 'demo' }),
      [basic('demo', 'hush')],
      3600,
      all,
    ],
    [
      'for Basic credentials beside parameters without a value',
      urlencoded({ ...grantOnly, client_id: '', client_secret: '', scope: '' }),
      [basic('demo', 'hush')],
      3600,
      all,
    ],
    ['for a scope without a value', urlencoded({ ...good, scope: '' }), [], 3600, all],
    ['for JSON', json({ ...good, client_name: 1, list: [] }), [], 3600, all],
    [
      'for JSON with a charset and a scope',
      { ...json({ ...good, scope: 'results' }), type: 'application/json; charset=utf-8' },
      [],
      3600,
      'results',
    ],
    ['for JSON and Basic credentials', json(grantOnly), [basic('demo', 'hush')], 3600, all],
    [
      'with the lifetime of its client',
      urlencoded({ ...good, client_id: 'short' }),
      [],
      5,
      'rostering',
    ],
    [
      'with no scope for a client that has none',
      urlencoded({ ...good, client_id: 'none' }),
      [],
      3600,
      '',
    ],
    [
      'with the scope that was asked for',
      urlencoded({ ...good, scope: 'results' }),
      [],
      3600,
      'results',
    ],
    [
      'with scopes in the order that was asked for',
      urlencoded({ ...good, scope: 'results rostering results' }),
      [],
      3600,
      'results rostering',
    ],
    [
      'whatever else is in the form',
      urlencoded([
        ...Object.entries(good),
        ['audience', 'x'],
        ['__proto__', 'y'],
        ['constructor', 'z'],
        ['a', '1'],
        ['a', '2'],
      ]),
      [],
      3600,
      all,
    ],
    [
      'whatever else is in a multipart form',
      multipart([
        ...Object.entries(good),
        ['audience', 'x'],
        ['__proto__', 'y'],
        ['constructor', 'z'],
        ['a', '1'],
        ['a', '2'],
      ]),
      [],
      3600,
      all,
    ],
    [
      'for a multipart form as .NET writes it',
      {
        type: 'multipart/form-data; boundary="X"',
        body: multipart(good)
          .body.replace(/name="(\w+)"/g, 'name=$1')
          .replaceAll('form-data', 'form-data'),
      },
      [],
      3600,
      all,
    ],
    [
      'for a multipart form as Java clients write it',
      {
        type: 'multipart/form-data; boundary=X; charset=UTF-8',
        body: multipart(good).body.replaceAll(
          '\r\n\r\n',
          '\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n',
        ),
      },
      [],
      3600,
      all,
    ],
  ]
  for (const [name, form, headers, expiresIn, scope] of cases) {
    t.test(name, async (t) => {
      for (const path of [tokenPath, '/api/v1/oauth2/tokens']) {
        const answer = await post(port, form, headers, path)
        t.equal(answer.statusLine, 'HTTP/1.1 200 OK')
        const { access_token: token } = JSON.parse(answer.body)
        const body = `{"access_token":"${token}","token_type":"Bearer","expires_in":${expiresIn},"scope":"${scope}"}`
        t.equal(answer.body, body)
        t.same(answer.headers, headersOf(body))
      }
    })
  }
})

t.test('a request that cannot have a token is refused', async (t) => {
  const { port } = await listen(t, { scenario })
  const failed = 'Client authentication failed'
  const noAuthentication = 'The request has no client authentication'
  const unreadable = 'The request cannot be read as a form'
  const { grant_type: _, ...noGrant } = good
  const { client_id: __, ...noId } = good
  const { client_secret: ___, ...noSecret } = good
  const text = (type: string, body = '{}'): Form => ({ type, body })
  const cases: [
    string,
    Form,
    headers: string[],
    code: string,
    description: string,
    challenge?: boolean,
  ][] = [
    [
      'an unknown client',
      urlencoded({ ...good, client_id: 'nobody' }),
      [],
      'invalid_client',
      failed,
    ],
    [
      'a wrong secret',
      urlencoded({ ...good, client_secret: 'hush2' }),
      [],
      'invalid_client',
      failed,
    ],
    [
      'a secret with something before it',
      urlencoded({ ...good, client_secret: ' hush' }),
      [],
      'invalid_client',
      failed,
    ],
    [
      'an unknown client by Basic',
      urlencoded(grantOnly),
      [basic('nobody', 'hush')],
      'invalid_client',
      failed,
      true,
    ],
    [
      'a wrong secret by Basic',
      urlencoded(grantOnly),
      [basic('demo', 'x')],
      'invalid_client',
      failed,
      true,
    ],
    [
      'a client named like a property',
      urlencoded({ ...good, client_id: '__proto__' }),
      [],
      'invalid_client',
      failed,
    ],
    ...(
      [
        ['another scheme', 'Authorization: Bearer abc'],
        ['Basic without credentials', 'Authorization: Basic'],
        ['Basic that is no base64', 'Authorization: Basic ?!?'],
        ['Basic that is no UTF-8', 'Authorization: Basic /zo6/w=='],
        ['Basic without a colon', `Authorization: Basic ${Buffer.from('demo').toString('base64')}`],
        ['Basic with a malformed encoding', basic('demo', '%zz')],
      ] as const
    ).map(([name, header]): [string, Form, string[], string, string, boolean] => [
      name,
      urlencoded(grantOnly),
      [header],
      'invalid_client',
      'The Authorization header holds no Basic credentials',
      true,
    ]),
    [
      'credentials by header and in the form',
      urlencoded(good),
      [basic('demo', 'hush')],
      'invalid_request',
      'The client authenticates by header and by body at once',
    ],
    [
      'a secret by header and another client in the form',
      urlencoded({ ...grantOnly, client_id: 'short' }),
      [basic('demo', 'hush')],
      'invalid_request',
      'The client_id of the body is not the client of the Authorization header',
    ],
    [
      'two Authorization headers',
      urlencoded(grantOnly),
      [basic('demo', 'hush'), basic('demo', 'hush')],
      'invalid_request',
      'The request has more than one Authorization header',
    ],
    [
      'no grant type',
      urlencoded(noGrant),
      [],
      'invalid_request',
      'The parameter grant_type is missing',
    ],
    ['no client', urlencoded(noId), [], 'invalid_request', 'The parameter client_id is missing'],
    [
      'no secret',
      multipart(noSecret),
      [],
      'invalid_request',
      'The parameter client_secret is missing',
    ],
    [
      'an empty grant type',
      urlencoded({ ...good, grant_type: '' }),
      [],
      'invalid_request',
      'The parameter grant_type is missing',
    ],
    [
      'an empty secret',
      multipart({ ...good, client_secret: '' }),
      [],
      'invalid_request',
      'The parameter client_secret is missing',
    ],
    [
      'a repeated client',
      urlencoded([...Object.entries(good), ['client_id', 'demo']]),
      [],
      'invalid_request',
      'The parameter client_id is repeated',
    ],
    [
      'a repeated secret',
      multipart([...Object.entries(good), ['client_secret', 'hush']]),
      [],
      'invalid_request',
      'The parameter client_secret is repeated',
    ],
    [
      'an empty parameter beside one with a value',
      urlencoded([...Object.entries(good), ['scope', ''], ['scope', 'rostering']]),
      [],
      'invalid_request',
      'The parameter scope is repeated',
    ],
    ['an empty form', urlencoded({}), [], 'invalid_client', noAuthentication, true],
    [
      'a form without credentials',
      urlencoded(grantOnly),
      [],
      'invalid_client',
      noAuthentication,
      true,
    ],
    [
      'credentials without a value',
      multipart({ ...grantOnly, client_id: '', client_secret: '' }),
      [],
      'invalid_client',
      noAuthentication,
      true,
    ],
    ...(
      [
        ['malformed JSON', '{', 'The body is not a JSON object'],
        ['JSON that is an array', '[]', 'The body is not a JSON object'],
        ['JSON that is null', 'null', 'The body is not a JSON object'],
        ['deep JSON', '['.repeat(100_000), 'The body is not a JSON object'],
        [
          'a JSON member that is a number',
          JSON.stringify({ ...good, client_secret: 1 }),
          'The member client_secret must be a string',
        ],
        [
          'a JSON member that is null',
          JSON.stringify({ ...good, scope: null }),
          'The member scope must be a string',
        ],
        [
          'a JSON member that is a list',
          JSON.stringify({ ...good, grant_type: ['client_credentials'] }),
          'The member grant_type must be a string',
        ],
      ] as const
    ).map(([name, body, description]): [string, Form, string[], string, string] => [
      name,
      text('application/json', body),
      [],
      'invalid_request',
      description,
    ]),
    [
      'another grant',
      urlencoded({ ...good, grant_type: 'password' }),
      [],
      'unsupported_grant_type',
      'The grant type must be client_credentials',
    ],
    [
      'another grant of an unknown client',
      urlencoded({ ...good, grant_type: 'password', client_id: 'x' }),
      [],
      'invalid_client',
      failed,
    ],
    [
      'a scope that the client has not',
      urlencoded({ ...good, scope: 'rostering admin' }),
      [],
      'invalid_scope',
      'The client does not have a scope that it requested',
    ],
    [
      'a scope in another case',
      urlencoded({ ...good, scope: 'Rostering' }),
      [],
      'invalid_scope',
      'The client does not have a scope that it requested',
    ],
    [
      'any scope for a client that has none',
      urlencoded({ ...good, client_id: 'none', scope: 'rostering' }),
      [],
      'invalid_scope',
      'The client does not have a scope that it requested',
    ],
    [
      'a malformed scope',
      urlencoded({ ...good, scope: 'a"b' }),
      [],
      'invalid_scope',
      'The scope parameter is malformed',
    ],
    [
      'a blank scope',
      urlencoded({ ...good, scope: ' ' }),
      [],
      'invalid_scope',
      'The scope parameter is malformed',
    ],
    ['plain text', text('text/plain'), [], 'invalid_request', unreadable],
    ['XML', text('application/xml', '<a/>'), [], 'invalid_request', unreadable],
    ['a content type that is none', text('form'), [], 'invalid_request', unreadable],
  ]
  for (const [name, form, headers, code, description, challenge] of cases) {
    t.test(name, async (t) => {
      checkRefusal(t, await post(port, form, headers), code, description, challenge)
    })
  }
  t.test('no body and no content type', async (t) => {
    const answer = await requestRaw(port, [`POST ${tokenPath} HTTP/1.1`])
    checkRefusal(t, answer, 'invalid_client', noAuthentication, true)
  })
  t.test('JSON of nothing, in chunks', async (t) => {
    const head = [`POST ${tokenPath} HTTP/1.1`, 'Content-Type: application/json']
    const answer = await requestRaw(port, [...head, 'Transfer-Encoding: chunked'], '0\r\n\r\n')
    checkRefusal(t, answer, 'invalid_client', noAuthentication, true)
  })
  t.test('credentials in the query', async (t) => {
    const path = `${tokenPath}?${new URLSearchParams(good)}`
    const answer = await post(port, urlencoded(grantOnly), [], path)
    checkRefusal(t, answer, 'invalid_client', noAuthentication, true)
  })
})

t.test('query parameters change nothing', async (t) => {
  const { port } = await listen(t, { scenario })
  const path = `${tokenPath}?with-refresh-token=1&client_secret=wrong&grant_type=x`
  const answer = await post(port, json(good), [], path)
  t.equal(answer.status, 200)
})

t.test('a client adds its claims to every token', async (t) => {
  const claims = { tenant_id: 'school-7', nested: { list: [1, null] } }
  const client = { clientId: 'demo', clientSecret: 'hush', scopes: ['rostering'], claims }
  const { port } = await listen(t, { scenario: { clients: [client] } })
  const { body } = await post(port, urlencoded(good))
  t.match(decodeJwt(JSON.parse(body).access_token), claims)
})

t.test('the journal says why Basic credentials failed', async (t) => {
  const client = { clientId: 'demo', clientSecret: 'a+b%', scopes: ['rostering'] }
  const { port, emulator } = await listen(t, { scenario: { clients: [client] } })
  const hint =
    '. It is right before it is form-decoded: form-encode it for the header, with %2B for a + and %25 for a % (RFC 6749 §2.3.1)'
  const cases: [string, header: string, message: string][] = [
    ['a wrong secret', basic('demo', 'x'), 'Wrong secret for client "demo"'],
    [
      'a secret with a percent sign that is not encoded',
      basic('demo', 'a+b%'),
      'The Authorization header holds no Basic credentials; each half is form-encoded (RFC 6749 §2.3.1), with %25 for a %',
    ],
    [
      'no colon',
      basic('', '').replace(/\S+$/, 'YQ=='),
      'The Authorization header holds no Basic credentials',
    ],
  ]
  for (const [name, header, message] of cases) {
    t.test(name, async (t) => {
      t.equal((await post(port, urlencoded(grantOnly), [header])).status, 401)
      t.equal(emulator.main.journal.find().records.at(-1)?.reason.message, message)
    })
  }
  t.test('a secret with a plus sign that is not encoded', async (t) => {
    emulator.main.clients.put({ ...client, clientSecret: 'a+b', tokenLifetime: 60 })
    t.equal((await post(port, urlencoded(grantOnly), [basic('demo', 'a+b')])).status, 401)
    const message = `Wrong secret for client "demo"${hint}`
    t.equal(emulator.main.journal.find().records.at(-1)?.reason.message, message)
  })
})

t.test('clients that wait for a challenge get a token', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { stdout } = await run('curl', [
    ...['--silent', '--anyauth', '--user', 'demo-client:demo-secret'],
    ...['--data', 'grant_type=client_credentials', `${emulator.url}${tokenPath}`],
  ])
  t.match(JSON.parse(stdout), { token_type: 'Bearer' })
})

t.test('the metadata has the name of OpenID Connect, too', async (t) => {
  const { port } = await listen(t, { scenario })
  for (const prefix of ['', '/w/team']) {
    const get = (name: string) => requestRaw(port, [`GET ${prefix}/.well-known/${name} HTTP/1.1`])
    const expected = await get('oauth-authorization-server')
    t.equal(expected.status, 200)
    t.strictSame(await get('openid-configuration'), expected)
  }
})

t.test('the documented command works as printed', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { stdout } = await run('curl', [
    '--silent',
    '--location',
    `${emulator.url}/api/v1/upload/v1/oauth2/tokens`,
    '--form',
    'grant_type="client_credentials"',
    '--form',
    'client_id="demo-client"',
    '--form',
    'client_secret="demo-secret"',
  ])
  t.match(JSON.parse(stdout), { token_type: 'Bearer', expires_in: 3600, scope: 'rostering' })
})

t.test(
  'the token is a JWT as RFC 9068 has it, and verified by who reads the published keys',
  async (t) => {
    const emulator = await startEmulator()
    t.teardown(() => emulator.close())
    const { now } = await emulator.clock.freeze()
    const answer = await fetch(emulator.url + tokenPath, {
      method: 'POST',
      body: new URLSearchParams({
        ...good,
        client_id: 'demo-client',
        client_secret: 'demo-secret',
      }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const metadata = (await (
      await fetch(`${emulator.url}/.well-known/oauth-authorization-server`)
    ).json()) as Record<string, string>
    t.strictSame(metadata, {
      issuer: emulator.url,
      token_endpoint: emulator.url + tokenPath,
      jwks_uri: `${emulator.url}/.well-known/jwks.json`,
      scopes_supported: ['results', 'rostering'],
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    })
    const { keys } = (await (await fetch(metadata.jwks_uri as string)).json()) as {
      keys: [Record<string, string>]
    }
    t.strictSame(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])

    const issuedAt = Math.floor(Date.parse(now) / 1000)
    const { jti, ...claims } = decodeJwt(token)
    t.match(jti, /^[\da-f-]{36}$/)
    t.strictSame(claims, {
      client_id: 'demo-client',
      sub: 'demo-client',
      scope: 'rostering',
      scopes: ['rostering'],
      iss: emulator.url,
      aud: 'tao-advance',
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 3600,
    })
    t.strictSame(decodeProtectedHeader(token), { typ: 'at+jwt', alg: 'ES256', kid: keys[0].kid })

    t.test('jose', async (t) => {
      const keySet = createRemoteJWKSet(new URL(metadata.jwks_uri as string))
      const expected = { issuer: emulator.url, audience: 'tao-advance', typ: 'at+jwt' }
      await t.resolves(jwtVerify(token, keySet, expected))
    })
    const key = (await importJWK(keys[0], 'ES256')) as CryptoKey
    const pem = (await import('node:crypto')).KeyObject.from(key as never)
      .export({ type: 'spki', format: 'pem' })
      .toString()
    t.test('jsonwebtoken', async (t) => {
      const expected = {
        algorithms: ['ES256' as const],
        issuer: emulator.url,
        audience: 'tao-advance',
      }
      t.match(jsonwebtoken.verify(token, pem, expected), { client_id: 'demo-client' })
    })
    t.test('fast-jwt', async (t) => {
      const verify = createVerifier({ key: pem, algorithms: ['ES256'], allowedIss: emulator.url })
      t.match(verify(token), { client_id: 'demo-client' })
    })
  },
)

t.test('the metadata of a workspace leads into it', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const team = emulator.workspace('team')
  await team.clients.put('team-client', { clientSecret: 'hush', scopes: ['rostering'] })
  const answer = await fetch(`${team.url}/.well-known/oauth-authorization-server`)
  const metadata = (await answer.json()) as Record<string, string>
  t.match(metadata, { issuer: emulator.url, jwks_uri: `${emulator.url}/.well-known/jwks.json` })
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'team-client',
    client_secret: 'hush',
  })
  const { status } = await fetch(metadata.token_endpoint as string, { method: 'POST', body })
  t.equal(status, 200)
})

t.test('a strict OAuth client is content', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const insecure = { [oauth.allowInsecureRequests]: true }
  const issuer = new URL(emulator.url)
  const discovered = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(issuer, discovered)
  const client = { client_id: 'demo-client' }
  const methods: [string, oauth.ClientAuth][] = [
    ['client_secret_post', oauth.ClientSecretPost('demo-secret')],
    ['client_secret_basic', oauth.ClientSecretBasic('demo-secret')],
  ]
  for (const [name, authentication] of methods) {
    t.test(name, async (t) => {
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        authentication,
        { scope: 'rostering' },
        insecure,
      )
      const result = await oauth.processClientCredentialsResponse(server, client, response)
      t.match(result, { token_type: 'bearer', expires_in: 3600, scope: 'rostering' })
    })
  }
  t.test('and understands a refusal', async (t) => {
    const wrong = oauth.ClientSecretBasic('wrong')
    const response = await oauth.clientCredentialsGrantRequest(server, client, wrong, {}, insecure)
    await t.rejects(oauth.processClientCredentialsResponse(server, client, response), {
      name: 'WWWAuthenticateChallengeError',
    })
  })
})
