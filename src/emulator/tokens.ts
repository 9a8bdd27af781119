import { randomUUID } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import {
  type AccessToken,
  accessTokenType,
  audience,
  denied,
  parseAccessToken,
  requireValidAt,
  type TokenFlaw,
} from '../domain/access-token.js'
import type { ClientDefinition } from '../domain/fixture.js'
import type { Clock } from './clock.js'
import { mintToken } from './mint-token.js'
import type { SigningKey } from './signing-key.js'

/** How many verified tokens are remembered: some 10 MB. */
const rememberedTokens = 16_384

/** A token to make. */
export interface TokenSpec {
  readonly clientId: string
  readonly scopes: readonly string[]
  /** In seconds. */
  readonly lifetime: number
  /** Claims to add, or to put in place of the usual ones. */
  readonly claims?: JWTPayload | undefined
  readonly flaw?: TokenFlaw | undefined
}

/** Issues access tokens and verifies them, both by the emulator's clock. */
export class Tokens {
  readonly #clock: Clock
  readonly #key: SigningKey
  readonly #issuer: () => string
  readonly #remembered = new LRUCache<string, AccessToken>({ max: rememberedTokens })

  constructor(clock: Clock, key: SigningKey, issuer: () => string) {
    this.#clock = clock
    this.#key = key
    this.#issuer = issuer
  }

  /** Issues an access token to a client. */
  issue(client: ClientDefinition, scopes: readonly string[]): Promise<string> {
    return this.mint({
      clientId: client.clientId,
      scopes,
      lifetime: client.tokenLifetime,
      flaw: client.tokenFlaw,
    })
  }

  /** Makes any token: RFC 9068 §2, apart from the flaw that it is to have. */
  mint({ clientId, scopes, lifetime, claims, flaw }: TokenSpec): Promise<string> {
    const nowSeconds = Math.floor(this.#clock.now() / 1000)
    return mintToken(
      this.#key,
      {
        client_id: clientId,
        scope: scopes.join(' '),
        iss: this.#issuer(),
        sub: clientId,
        aud: audience,
        iat: nowSeconds,
        nbf: nowSeconds,
        exp: nowSeconds + lifetime,
        jti: randomUUID(),
        ...claims,
      },
      flaw,
    )
  }

  /** A token that was verified before, if it is still valid: a polling client costs no signature check a poll. */
  recall(token: string): AccessToken | undefined {
    const remembered = this.#remembered.get(token)
    if (remembered !== undefined) requireValidAt(remembered, this.#clock.now())
    return remembered
  }

  /** Verifies a token: signature, type, issuer, audience, claims and lifetime. Throws 401. */
  async verify(token: string): Promise<AccessToken> {
    const now = this.#clock.now()
    const { payload } = await jwtVerify(token, this.#key.publicKey, {
      algorithms: [this.#key.algorithm],
      typ: accessTokenType,
      issuer: this.#issuer(),
      audience,
      currentDate: new Date(now),
    }).catch((error: unknown) => {
      throw refusal(error, now)
    })
    const accessToken = parseAccessToken(payload)
    requireValidAt(accessToken, now)
    this.#remembered.set(token, accessToken)
    return accessToken
  }
}

/** Why jose refused a token, in the emulator's words. */
function refusal(error: unknown, now: number): Error {
  if (error instanceof errors.JWTExpired || isEarly(error)) {
    // The signature is right, so the claims can be trusted to tell by how much it misses.
    try {
      requireValidAt(parseAccessToken(error.payload), now)
    } catch (cause) {
      return cause as Error
    }
  }
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

function isEarly(error: unknown): error is errors.JWTClaimValidationFailed {
  return (
    error instanceof errors.JWTClaimValidationFailed &&
    error.claim === 'nbf' &&
    error.reason === 'check_failed'
  )
}
