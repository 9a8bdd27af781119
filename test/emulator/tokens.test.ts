import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { base64url, type CryptoKey, exportJWK, SignJWT } from 'jose'
import t from 'tap'
import type { ReasonCode } from '../../src/domain/reason.js'
import { Tokens } from '../../src/emulator/tokens/jwt-tokens.js'
import { buildApp, listen, statusPath } from '../support.js'

const encode = (value: unknown) =>
  base64url.encode(typeof value === 'string' ? value : JSON.stringify(value))

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A character that differs from another in the lowest of its six bits. */
const rewritten = (character = '') => alphabet[alphabet.indexOf(character) ^ 1]

t.test('forged and odd tokens are 401, each for its own reason', async (t) => {
  const { app, emulator } = await buildApp(t)
  const { signingKey: key, issuer } = emulator
  const { clock } = emulator.main
  clock.freeze()
  const now = Math.floor(clock.now() / 1000)

  const header = { typ: 'at+jwt', alg: 'ES256', kid: key.keyId }
  const claims = {
    client_id: 'demo-client',
    sub: 'demo-client',
    scope: 'rostering',
    iss: issuer,
    aud: 'tao-advance',
    iat: now,
    nbf: now,
    exp: now + 60,
    jti: 'a',
  }
  const sign = (
    changes: object = {},
    headerChanges: object = {},
    privateKey: CryptoKey | typeof key.privateKey = key.privateKey,
  ) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ ...header, ...headerChanges })
      .sign(privateKey)

  /** Signs a payload that no serializer would write. */
  const signText = async (payload: string) => {
    const { CompactSign } = await import('jose')
    return new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader(header)
      .sign(key.privateKey)
  }
  const without = (name: keyof typeof claims) => sign({ [name]: undefined })
  const right = await sign()
  const [head = '', payload = '', signature = ''] = right.split('.')
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const foreignJwk = await exportJWK(foreign.publicKey)
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' })
  const hmac = (secret: string | Buffer) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${payload}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

  const cases: [string, token: string, reason: ReasonCode][] = [
    ['alg none', `${encode({ typ: 'at+jwt', alg: 'none' })}.${payload}.`, 'token-algorithm'],
    [
      'alg none, with the signature',
      `${encode({ ...header, alg: 'none' })}.${payload}.${signature}`,
      'token-algorithm',
    ],
    ['alg nOnE', `${encode({ ...header, alg: 'nOnE' })}.${payload}.`, 'token-algorithm'],
    ['no alg', `${encode({ typ: 'at+jwt' })}.${payload}.${signature}`, 'token-malformed'],
    ['the public key as an HMAC secret', hmac(pem), 'token-algorithm'],
    ['the public JWK as an HMAC secret', hmac(JSON.stringify(key.publicJwk)), 'token-algorithm'],
    ['another algorithm', await sign({}, { alg: 'RS256' }, rsa.privateKey), 'token-algorithm'],
    // 64 bytes leave four bits of the last character unused.
    [
      'another writing of the signature',
      `${right.slice(0, -1)}${rewritten(right.at(-1))}`,
      'token-signature',
    ],
    ['a signature that was stripped', `${head}.${payload}.`, 'token-signature'],
    ['no signature at all', `${head}.${payload}`, 'token-malformed'],
    [
      'another payload under the signature',
      `${head}.${encode({ ...claims, sub: 'x' })}.${signature}`,
      'token-signature',
    ],
    [
      'another header under the signature',
      `${encode({ ...header, x: 1 })}.${payload}.${signature}`,
      'token-signature',
    ],
    ['a foreign key', await sign({}, {}, foreign.privateKey), 'token-signature'],
    [
      'a foreign key in the header',
      await sign({}, { jwk: foreignJwk }, foreign.privateKey),
      'token-signature',
    ],
    [
      'the address of a foreign key',
      await sign({}, { jku: 'http://127.0.0.1:1/jwks.json', kid: 'x' }, foreign.privateKey),
      'token-signature',
    ],
    [
      'a foreign certificate',
      await sign({}, { x5c: ['AAAA'] }, foreign.privateKey),
      'token-signature',
    ],
    [
      'an extension that must be understood',
      `${encode({ ...header, crit: ['x'], x: 1 })}.${payload}.${signature}`,
      'token-malformed',
    ],
    ['another type', await sign({}, { typ: 'JWT' }), 'token-type'],
    ['no type', await sign({}, { typ: undefined }), 'token-type'],
    ['another issuer', await sign({ iss: `${issuer}/` }), 'token-issuer'],
    ['no issuer', await without('iss'), 'token-issuer'],
    ['another audience', await sign({ aud: 'tao' }), 'token-audience'],
    ['no audience', await without('aud'), 'token-audience'],
    ['expired just now', await sign({ iat: now - 60, nbf: now - 60, exp: now }), 'token-expired'],
    ['expired long ago', await sign({ iat: 1, nbf: 1, exp: 2 }), 'token-expired'],
    ['valid only in a second', await sign({ nbf: now + 1 }), 'token-not-yet-valid'],
    ['issued in the future', await sign({ iat: now + 1 }), 'token-not-yet-valid'],
    ['expired before it was issued', await sign({ iat: now, exp: now - 1 }), 'token-claims'],
    ['expired when it was issued', await sign({ iat: now + 60, exp: now + 60 }), 'token-claims'],
    ['no end', await without('exp'), 'token-claims'],
    ['an end in text', await sign({ exp: `${now + 60}` }), 'token-claims'],
    [
      'an end beyond all numbers',
      await signText(JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400')),
      'token-claims',
    ],
    ['an end below zero', await sign({ exp: -1 }), 'token-claims'],
    ['a kid that is not in the key set', await sign({}, { kid: 'x' }), 'token-signature'],
    ['a kid that is no text', await sign({}, { kid: 1 as never }), 'token-signature'],
    ['a start in text', await sign({ nbf: 'now' }), 'token-claims'],
    ['no issue', await without('iat'), 'token-claims'],
    [
      'an issue beyond all numbers',
      await signText(JSON.stringify(claims).replace(/"iat":\d+/, '"iat":-1e400')),
      'token-claims',
    ],
    ['no client', await without('client_id'), 'token-claims'],
    ['no subject', await without('sub'), 'token-claims'],
    ['another subject', await sign({ sub: 'unscoped-client' }), 'token-claims'],
    ['no id', await without('jti'), 'token-claims'],
    ['an id that is a number', await sign({ jti: 1 }), 'token-claims'],
    ['an unknown client', await sign({ sub: 'x', client_id: 'x' }), 'client-unknown'],
    ['a payload that is no JSON', await signText('nonsense'), 'token-malformed'],
    ['a payload that is a list', await signText('[]'), 'token-malformed'],
    ['a payload that is null', await signText('null'), 'token-malformed'],
    [
      'a header that is no JSON',
      `${encode('nonsense')}.${payload}.${signature}`,
      'token-malformed',
    ],
    ['one part', head, 'token-malformed'],
    ['four parts', `${right}.${signature}`, 'token-malformed'],
    ['five parts, as an encrypted one', `${right}.a.b`, 'token-malformed'],
    ['dots', '...', 'token-malformed'],
    ['a signature that is cut', right.slice(0, -2), 'token-signature'],
    ['a signature that is longer', `${right}AAAA`, 'token-signature'],
    ['12,000 characters', 'a'.repeat(12_000), 'token-malformed'],
    [
      '12,000 characters of a token',
      `${head}.${'a'.repeat(12_000)}.${signature}`,
      'token-signature',
    ],
  ]
  // Once by a fresh emulator, and once by one that remembers the right token.
  for (const memory of ['none', 'the right one']) {
    if (memory !== 'none') await emulator.tokens.verify(right)
    for (const [name, token, reason] of cases) {
      await t.test(`${name}, remembered: ${memory}`, async (t) => {
        const headers = { authorization: `Bearer ${token}` }
        for (const poll of ['first', 'second']) {
          const answer = await app.inject({ url: statusPath('12345'), headers })
          t.strictSame([answer.statusCode, answer.body], [401, 'Access Denied'], `${poll} poll`)
          t.equal(emulator.main.journal.find().records.at(-1)?.reason.code, reason)
        }
      })
    }
  }

  t.test('while the right one is let in, in whatever else it says', async (t) => {
    const tokens = [
      right,
      await sign({ aud: ['other', 'tao-advance'] }),
      await sign({ scope: ' results  rostering ' }),
      await sign({ extra: { deep: true } }),
      await sign({ iat: now - 1.5, exp: now + 0.5 }),
      await without('nbf'),
      await sign({}, { kid: undefined }),
      await sign({ scope: undefined, scopes: ['results', 'rostering'] }),
      await sign({ scope: 'rostering', scopes: ['results'] }),
      await sign({ scopes: ['rostering'] }),
    ]
    for (const token of tokens) {
      const headers = { authorization: `Bearer ${token}` }
      t.equal((await app.inject({ url: statusPath('12345'), headers })).statusCode, 200)
    }
  })

  t.test('scopes that are no text are none', async (t) => {
    const scopes = [
      ['rostering'],
      { rostering: true },
      true,
      null,
      undefined,
      'rosterings',
      'a,rostering',
    ]
    for (const scope of scopes) {
      const headers = { authorization: `Bearer ${await sign({ scope })}` }
      const answer = await app.inject({ url: statusPath('12345'), headers })
      t.equal(answer.statusCode, 403, JSON.stringify(scope))
    }
  })

  t.test('only whole words in a list of scopes grant', async (t) => {
    for (const scopes of ['rostering', ['rostering results'], [['rostering']], [1], {}, null]) {
      const headers = { authorization: `Bearer ${await sign({ scope: undefined, scopes })}` }
      const response = await app.inject({ url: statusPath('12345'), headers })
      t.equal(response.statusCode, 403, JSON.stringify(scopes))
    }
  })

  t.test('a token with a scope claim of its own has no other scope', async (t) => {
    const spec = { clientId: 'demo-client', scopes: ['rostering'], lifetime: 60 }
    const token = await emulator.tokens.mint({ ...spec, claims: { scope: 'x' } }, clock.now())
    const headers = { authorization: `Bearer ${token}` }
    t.equal((await app.inject({ url: statusPath('12345'), headers })).statusCode, 403)
  })
  t.ok(createPublicKey(key.privateKey).equals(key.publicKey))
})

t.test('a token that was verified is remembered, and its end is not forgotten', async (t) => {
  const { emulator, port } = await listen(t)
  const { clock } = emulator.main
  clock.freeze()
  clock.set(Date.UTC(2026, 0, 31))
  const spec = { clientId: 'demo-client', scopes: ['rostering'], lifetime: 5 }
  const token = await emulator.tokens.mint(spec, clock.now())
  const tampered = `${token.slice(0, -4)}AAAA`
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const statuses = async (...bearers: string[]) => {
    const found: (number | undefined)[] = []
    for (const bearer of bearers) {
      const headers = { authorization: `Bearer ${bearer}` }
      const sent = get({ port, path: statusPath('12345'), headers, agent })
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      await once(answer.resume(), 'end')
      found.push(answer.statusCode)
    }
    return found
  }
  t.ok(emulator.tokens.verify(token) instanceof Promise)
  t.strictSame(await statuses(token, token, tampered, token), [200, 200, 401, 200])
  t.match(emulator.tokens.verify(token), { clientId: 'demo-client' })
  clock.advance(4999)
  t.strictSame(await statuses(token), [200])
  clock.advance(1)
  t.strictSame(await statuses(token, token), [401, 401])
  clock.advance(-5001)
  t.strictSame(await statuses(token), [401], 'nor its start')
  clock.advance(1)
  t.strictSame(await statuses(token), [200])
})

t.test('a token that comes several times at once is verified once', async (t) => {
  const { emulator } = await buildApp(t)
  const { tokens } = emulator
  const spec = { clientId: 'demo-client', scopes: [], lifetime: 60 }
  const right = await tokens.mint(spec, 0)
  const first = tokens.verify(right)
  t.equal(tokens.verify(right), first)
  t.equal(await first, tokens.verify(right), 'and is remembered')

  const forged = await tokens.mint({ ...spec, flaw: 'wrong-key' }, 0)
  const refused = tokens.verify(forged)
  t.equal(tokens.verify(forged), refused)
  await t.rejects(refused as Promise<unknown>, { code: 'access-denied' })
  const again = tokens.verify(forged)
  t.not(again, refused, 'while one that was refused is not')
  await t.rejects(again as Promise<unknown>, { code: 'access-denied' })
})

t.test('only so many tokens are remembered', async (t) => {
  const { emulator } = await buildApp(t)
  const tokens = new Tokens(emulator.signingKey, () => emulator.issuer, 2)
  const spec = { clientId: 'demo-client', scopes: [], lifetime: 60 }
  const [first, second, third] = await Promise.all([
    tokens.mint(spec, 0),
    tokens.mint(spec, 0),
    tokens.mint(spec, 0),
  ])
  for (const token of [first, second, third]) await tokens.verify(token)
  const isRemembered = (token: string) => !(tokens.verify(token) instanceof Promise)
  t.ok(isRemembered(second))
  t.ok(isRemembered(third))
  t.notOk(isRemembered(first))
})
