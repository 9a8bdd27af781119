import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { Emulator } from '../../src/emulator/emulator.js'
import { loadSigningKey } from '../../src/emulator/tokens/signing-key.js'

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength }).privateKey
const ed25519 = () => generateKeyPairSync('ed25519').privateKey

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  key.export({ type, format: 'pem' }) as string
const jwk = (key: KeyObject, more: object = {}) =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })

t.test('a private key of every usual kind signs tokens', async (t) => {
  const cases: [string, text: string, algorithm: string][] = [
    ['P-256, PKCS#8', pem(ec('P-256')), 'ES256'],
    ['P-256, SEC 1', pem(ec('P-256'), 'sec1'), 'ES256'],
    ['P-384, PKCS#8', pem(ec('P-384')), 'ES384'],
    ['P-521, PKCS#8', pem(ec('P-521')), 'ES512'],
    ['RSA, PKCS#8', pem(rsa()), 'RS256'],
    ['RSA, PKCS#1', pem(rsa(), 'pkcs1'), 'RS256'],
    ['Ed25519, PKCS#8', pem(ed25519()), 'EdDSA'],
    ['P-256, JWK', jwk(ec('P-256')), 'ES256'],
    ['RSA, JWK', jwk(rsa()), 'RS256'],
    ['RSA, JWK of another algorithm', jwk(rsa(), { alg: 'PS384' }), 'PS384'],
    ['Ed25519, JWK', jwk(ed25519()), 'EdDSA'],
    ['Ed25519, JWK of its newer name', jwk(ed25519(), { alg: 'Ed25519' }), 'Ed25519'],
    [
      'P-256, JWK over several lines',
      `\n${JSON.stringify(JSON.parse(jwk(ec('P-256'))), null, 2)}`,
      'ES256',
    ],
  ]
  for (const [name, text, algorithm] of cases) {
    t.test(name, async (t) => {
      const signingKey = join(t.testdir({ key: text }), 'key')
      const emulator = await Emulator.create({ fixtures: [{}], signingKey })
      const { publicJwk, keyId } = emulator.signingKey
      t.equal(publicJwk.alg, algorithm)
      t.equal(publicJwk.use, 'sig')
      t.equal(keyId, await calculateJwkThumbprint(publicJwk))
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv']) {
        t.notOk(member in publicJwk, `the published key has no ${member}`)
      }
      const spec = { clientId: 'a', scopes: [], lifetime: 60 }
      const token = await emulator.tokens.mint(spec, Date.now())
      const { protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [publicJwk] }))
      t.strictSame(protectedHeader, { typ: 'at+jwt', alg: algorithm, kid: keyId })
      t.match(await emulator.tokens.verify(token), { clientId: 'a' })
      const foreign = await emulator.tokens.mint({ ...spec, flaw: 'wrong-key' }, Date.now())
      await t.rejects(async () => emulator.tokens.verify(foreign), { code: 'access-denied' })
    })
  }

  t.test('the key itself takes the place of its file', async (t) => {
    for (const text of [pem(rsa()), `\n${jwk(rsa())}`]) {
      t.equal((await loadSigningKey(text)).algorithm, 'RS256')
    }
    const broken = pem(rsa()).replace(/^M.*$/m, 'MII')
    const told = await loadSigningKey(broken).catch((error) => error)
    t.equal(
      told.message,
      'signing key: holds no private key: give an unencrypted PEM, or a JWK with its "d" member',
    )
  })

  t.test('a JWK keeps the id that it has', async (t) => {
    const path = join(t.testdir({ key: jwk(ec('P-256'), { kid: 'mine' }) }), 'key')
    t.match(await loadSigningKey(path), { keyId: 'mine', publicJwk: { kid: 'mine' } })
  })
})

t.test('anything else is refused with what would be right', async (t) => {
  const none = 'holds no private key: give an unencrypted PEM, or a JWK with its "d" member'
  const useless =
    'cannot sign access tokens: give an RSA key of 2048 bits or more, an EC key on P-256, P-384 or P-521, or an Ed25519 key'
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const encrypted = ec('P-256').export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  })
  const cases: [string, text: string | Buffer, message: string][] = [
    ['nothing', '', none],
    ['garbage', 'garbage', none],
    ['binary', Buffer.from([0, 1, 2, 255]), none],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }) as string, none],
    ['a public JWK', JSON.stringify(publicKey.export({ format: 'jwk' })), none],
    ['a symmetric JWK', JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }), none],
    ['a key set', JSON.stringify({ keys: [] }), none],
    ['JSON that is cut', '{"kty":', none],
    ['an encrypted key', encrypted as string, none],
    ['a short RSA key', pem(rsa(1024)), useless],
    ['a curve of another trade', pem(ec('secp256k1')), useless],
    ['a key that agrees but does not sign', pem(generateKeyPairSync('x25519').privateKey), useless],
    ['an algorithm that does not fit', jwk(ec('P-256'), { alg: 'RS256' }), useless],
    ['an algorithm that there is not', jwk(ec('P-256'), { alg: 'XS256' }), useless],
    ['an algorithm that is a number', jwk(ec('P-256'), { alg: 5 }), useless],
    ['an algorithm that is none', jwk(ec('P-256'), { alg: 'none' }), useless],
  ]
  for (const [name, text, message] of cases) {
    t.test(name, async (t) => {
      const path = join(t.testdir(), 'key')
      writeFileSync(path, text)
      await t.rejects(loadSigningKey(path), { name: 'InputError', mistakes: [{ path, message }] })
    })
  }
  t.test('a file that there is not', async (t) => {
    const path = join(t.testdir(), 'key')
    await t.rejects(loadSigningKey(path), { message: `${path}: there is no such file or folder` })
    mkdirSync(path)
    await t.rejects(loadSigningKey(path), { message: `${path}: is a folder` })
  })
})
