import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { CompactSign, calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import { InputError } from '../../domain/errors.js'
import { unreadable } from '../fixtures/read-failure.js'

/** The key that signs access tokens. The private half never leaves the process. */
export interface SigningKey {
  readonly algorithm: string
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** As the key set publishes it: the public members, `kid`, `alg` and `use`. */
  readonly publicJwk: JWK
}

/** A fresh ES256 key: made in less than a millisecond, unlike an RSA one. */
export function generateSigningKey(): Promise<SigningKey> {
  return createSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

/**
 * Reads a private key, PEM or JWK: the key itself, or the path of its file. Throws an `InputError` that tells how
 * to mend it.
 */
export async function loadSigningKey(source: string): Promise<SigningKey> {
  const isKey = /^\s*(?:\{|-----BEGIN )/.test(source)
  // A key must not be shown, not even a broken one, or one without the lines around it.
  const path = isKey || /^[\w+/=\s-]{100,}$/.test(source) ? 'signing key' : source
  const refused = (message: string) => new InputError({ path, message })
  const text = isKey ? source : await readFile(source, 'utf8').catch(unreadable(path))
  let jwk: JWK = {}
  let privateKey: KeyObject
  try {
    if (text.trimStart().startsWith('{')) {
      jwk = JSON.parse(text)
      privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    } else {
      privateKey = createPrivateKey(text)
    }
  } catch {
    throw refused('holds no private key: give an unencrypted PEM, or a JWK with its "d" member')
  }
  return createProvenKey(privateKey, jwk).catch(() => {
    throw refused(
      'cannot sign access tokens: give an RSA key of 2048 bits or more, an EC key on P-256, P-384 or P-521, or an Ed25519 key',
    )
  })
}

/** Signs once, so that a key that does not fit its algorithm is refused now, and not at the first token. */
async function createProvenKey(privateKey: KeyObject, jwk: JWK): Promise<SigningKey> {
  const key = await createSigningKey(privateKey, jwk)
  await new CompactSign(new Uint8Array())
    .setProtectedHeader({ alg: key.algorithm })
    .sign(privateKey)
  return key
}

async function createSigningKey(privateKey: KeyObject, jwk: JWK = {}): Promise<SigningKey> {
  const algorithm = jwk.alg ?? algorithmOf(privateKey)
  const publicKey = createPublicKey(privateKey)
  const publicMembers = await exportJWK(publicKey)
  const keyId = jwk.kid ?? (await calculateJwkThumbprint(publicMembers))
  return {
    algorithm,
    keyId,
    privateKey,
    publicKey,
    publicJwk: { ...publicMembers, kid: keyId, alg: algorithm, use: 'sig' },
  }
}

/** The usual JWS algorithm of a key that names none: RFC 7518 §3.1, RFC 8037, RFC 9964. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const algorithms: Record<string, string> = {
    prime256v1: 'ES256',
    secp384r1: 'ES384',
    secp521r1: 'ES512',
    rsa: 'RS256',
    ed25519: 'EdDSA',
    'ml-dsa-44': 'ML-DSA-44',
    'ml-dsa-65': 'ML-DSA-65',
    'ml-dsa-87': 'ML-DSA-87',
  }
  return algorithms[asymmetricKeyDetails?.namedCurve ?? String(asymmetricKeyType)] ?? 'none'
}
