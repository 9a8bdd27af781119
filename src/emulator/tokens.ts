import { randomUUID } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { LRUCache } from 'lru-cache'
import {
  type AccessToken,
  accessTokenType,
  audience,
  denied,
  parseAccessToken,
  type TokenFlaw,
} from '../domain/access-token.js'
import { type Claims, mintToken } from './mint-token.js'
import { rememberLast } from './remember-last.js'
import type { SigningKey } from './signing-key.js'

/** How many verified tokens are remembered: some 10 MB. */
const rememberedTokens = 12_000

/** A token to make. */
export interface TokenSpec {
  /** None for a token that no client was issued. */
  readonly clientId: string | undefined
  readonly scopes: readonly string[]
  /** In seconds. */
  readonly lifetime: number
  /** Claims to add, or to put in place of the usual ones. */
  readonly claims?: JWTPayload | undefined
  readonly flaw?: TokenFlaw | undefined
}

interface Remembered {
  readonly token: string
  readonly accessToken: AccessToken
}

/** What tells a token from others: to hash all of it would take longer than the rest of a look-up. */
const endOf = (token: string) => token.slice(-32)

/** Issues access tokens and verifies them. Whether one is valid at a time, `requireValidAt` tells. */
export class Tokens {
  readonly #key: SigningKey
  readonly #issuer: () => string
  readonly #remembered: LRUCache<string, Remembered>

  constructor(key: SigningKey, issuer: () => string, remembered = rememberedTokens) {
    this.#key = key
    this.#issuer = issuer
    this.#remembered = rememberLast(remembered)
  }

  /** Makes a token that is issued `now` (epoch milliseconds): RFC 9068 §2, apart from the flaw that it is to have. */
  mint({ clientId, scopes, lifetime, claims, flaw }: TokenSpec, now: number): Promise<string> {
    const issuedAtSeconds = Math.floor(now / 1000)
    const usual: Claims = {
      scope: scopes.join(' '),
      iss: this.#issuer(),
      aud: audience,
      iat: issuedAtSeconds,
      nbf: issuedAtSeconds,
      exp: issuedAtSeconds + lifetime,
      jti: randomUUID(),
    }
    if (clientId !== undefined) {
      usual.sub = clientId
      usual.client_id = clientId
    }
    return mintToken(this.#key, claims === undefined ? usual : { ...usual, ...claims }, flaw)
  }

  /** A token that was verified before: a polling client costs no signature check a poll. */
  recall(token: string): AccessToken | undefined {
    const remembered = this.#remembered.get(endOf(token))
    return remembered?.token === token ? remembered.accessToken : undefined
  }

  /** Verifies everything of a token but its lifetime: signature, type, issuer, audience and claims. Throws 401. */
  async verify(token: string): Promise<AccessToken> {
    const { payload } = await jwtVerify(token, this.#key.publicKey, {
      algorithms: [this.#key.algorithm],
      typ: accessTokenType,
      issuer: this.#issuer(),
      audience,
      // The lifetime is a matter of the workspace's clock, and checked at each use.
      clockTolerance: Number.MAX_SAFE_INTEGER,
    }).catch((error: unknown) => {
      throw refusal(error)
    })
    // One that came on several connections at once is kept once.
    const known = this.recall(token)
    if (known !== undefined) return known
    const accessToken = parseAccessToken(payload)
    this.#remembered.set(endOf(token), { token, accessToken })
    return accessToken
  }
}

/** Why jose refused a token, in the emulator's words. */
function refusal(error: unknown): Error {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'typ') {
      return denied('token-type', `The token is not of the type ${accessTokenType}`)
    }
    if (error.claim === 'iss') return denied('token-issuer', 'The token is of another issuer')
    if (error.claim === 'aud') return denied('token-audience', 'The token is for another audience')
    return denied('token-claims', `The claim ${error.claim} of the token is missing or malformed`)
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return denied(
      'token-signature',
      'The signature of the token is not by the key of this emulator',
    )
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return denied('token-algorithm', 'The token is not signed with the algorithm of the key')
  }
  return denied('token-malformed', 'The token is no signed JWT')
}
