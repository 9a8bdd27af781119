import { base64url, CompactSign, type CryptoKey, generateKeyPair, type JWTPayload } from 'jose'
import { accessTokenType, type TokenFlaw } from '../../domain/access-token.js'
import type { SigningKey } from './signing-key.js'

/** By how much a token with a flaw of time misses, in seconds. */
const missBySeconds = 60

/** The claims of a token to make. */
export type Claims = JWTPayload & {
  readonly iat: number
  readonly nbf: number
  readonly exp: number
}

type Mint = (key: SigningKey, claims: Claims) => Promise<string>

/** Signs a token: RFC 9068 §2.1. `SignJWT` would copy the claims first, which takes a tenth of the time. */
const sign = (
  key: SigningKey,
  claims: JWTPayload,
  privateKey: SigningKey['privateKey'] | CryptoKey = key.privateKey,
) =>
  new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ typ: accessTokenType, alg: key.algorithm, kid: key.keyId })
    .sign(privateKey)

/** Each flaw is the only one that its token has. */
const flawed: Readonly<Record<TokenFlaw, Mint>> = {
  expired: (key, claims) => sign(key, shift(claims, claims.iat - claims.exp - missBySeconds)),
  'not-yet-valid': (key, claims) => sign(key, { ...shift(claims, missBySeconds), iat: claims.iat }),
  'wrong-signature': async (key, claims) => {
    const [token, other] = await Promise.all([sign(key, claims), sign(key, { ...claims, jti: '' })])
    return [...token.split('.').slice(0, 2), other.split('.')[2]].join('.')
  },
  'wrong-key': async (key, claims) => {
    const { privateKey } = await generateKeyPair(key.algorithm)
    return sign(key, claims, privateKey)
  },
  'wrong-issuer': (key, claims) => sign(key, { ...claims, iss: `${claims.iss}/another` }),
  'wrong-audience': (key, claims) => sign(key, { ...claims, aud: 'another-audience' }),
  unsigned: async (_key, claims) => {
    const header = { typ: accessTokenType, alg: 'none' }
    return `${encode(header)}.${encode(claims)}.`
  },
  malformed: async (key, claims) => (await sign(key, claims)).split('.').slice(0, 2).join('.'),
}

export function mintToken(
  key: SigningKey,
  claims: Claims,
  flaw: TokenFlaw | undefined,
): Promise<string> {
  return flaw === undefined ? sign(key, claims) : flawed[flaw](key, claims)
}

/** The same token at another time. */
function shift(claims: Claims, bySeconds: number): Claims {
  const { iat, nbf, exp } = claims
  return { ...claims, iat: iat + bySeconds, nbf: nbf + bySeconds, exp: exp + bySeconds }
}

function encode(value: unknown): string {
  return base64url.encode(JSON.stringify(value))
}
