import { VendorError } from './errors.js'
import { parseScope } from './oauth.js'
import type { ReasonCode } from './reason.js'

/** The audience of this emulator's tokens: the `aud` claim. */
export const audience = 'tao-advance'

/** The media type of the JWT in its header: RFC 9068 §2.1. */
export const accessTokenType = 'at+jwt'

/** The claims of an access token: RFC 9068 §2.2. Times are seconds since the epoch. */
export interface AccessToken {
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly validFromSeconds: number
  readonly expiresAtSeconds: number
}

/** The flaws that a token can have on purpose. Each is refused with 401. */
export const tokenFlaws = [
  'expired',
  'not-yet-valid',
  'wrong-signature',
  'wrong-key',
  'wrong-issuer',
  'wrong-audience',
  'unsigned',
  'malformed',
] as const

export type TokenFlaw = (typeof tokenFlaws)[number]

export function denied(code: ReasonCode, message: string): VendorError {
  return new VendorError('access-denied', { code, message })
}

/** The single token68 of an `Authorization: Bearer` header (RFC 6750 §2.1). */
const bearerPattern = /^bearer +([\w.~+/-]+=*) *$/i

/** The token that a request bears. Takes every `Authorization` value of it. */
export function parseBearer(authorization: readonly string[]): string {
  if (authorization.length === 0) {
    throw denied('token-missing', 'The request has no Authorization header')
  }
  if (authorization.length > 1) {
    throw denied('token-malformed', 'The request has more than one Authorization header')
  }
  const [value = ''] = authorization
  const token = bearerPattern.exec(value)?.[1]
  if (token !== undefined) return token
  if (/^bearer(?: |$)/i.test(value)) {
    throw denied('token-malformed', 'The Authorization header does not hold exactly one token')
  }
  throw denied('token-missing', 'The Authorization header is not of the Bearer scheme')
}

/** Reads the claims of a token whose signature, type, issuer and audience are right. */
export function parseAccessToken(claims: Readonly<Record<string, unknown>>): AccessToken {
  const { sub, client_id: clientId, jti, iat, nbf = 0, exp, scope, scopes } = claims
  if (typeof clientId !== 'string' || sub !== clientId || typeof jti !== 'string') {
    throw denied('token-claims', 'The token has no valid sub, client_id or jti claim')
  }
  if (!isInstant(iat) || !isInstant(nbf) || !isInstant(exp)) {
    throw denied('token-claims', 'The token has no valid iat, nbf or exp claim')
  }
  if (exp <= iat) {
    throw denied('token-claims', 'The token expires before it was issued')
  }
  return {
    clientId,
    scopes: grantedScopes(scope, scopes),
    validFromSeconds: Math.max(nbf, iat),
    expiresAtSeconds: exp,
  }
}

/** Both claims grant: `scope` as a string (RFC 9068 §2.2.3), `scopes` as an array (published). */
function grantedScopes(scope: unknown, scopes: unknown): string[] {
  const words = typeof scope === 'string' ? parseScope(scope) : []
  if (!Array.isArray(scopes)) return words
  const more = scopes.filter((word) => typeof word === 'string' && !words.includes(word))
  return more.length === 0 ? words : [...words, ...more]
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

/** Throws unless the token is valid at `now` (epoch milliseconds). At `exp` it has expired (RFC 7519 §4.1.4). */
export function requireValidAt(token: AccessToken, now: number): void {
  const nowSeconds = Math.floor(now / 1000)
  if (nowSeconds >= token.expiresAtSeconds) {
    throw denied('token-expired', `The token expired ${nowSeconds - token.expiresAtSeconds} s ago`)
  }
  if (nowSeconds < token.validFromSeconds) {
    const inSeconds = token.validFromSeconds - nowSeconds
    throw denied('token-not-yet-valid', `The token is not valid for another ${inSeconds} s`)
  }
}
