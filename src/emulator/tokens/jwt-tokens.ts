import { hash, type KeyObject, randomUUID } from 'node:crypto'
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose'
import type { LRUCache } from 'lru-cache'
import {
  type AccessToken,
  accessTokenType,
  audience,
  denied,
  parseAccessToken,
  type TokenFlaw,
} from '../../domain/access-token.js'
import { VendorError } from '../../domain/errors.js'
import { rememberLast } from '../remember-last.js'
import { type Claims, mintToken } from './mint-token.js'
import type { SigningKey } from './signing-key.js'

/** The number of verified tokens that are remembered: about 3 MB. */
const rememberedTokens = 12_000

/** A token to make. */
export interface TokenToMint {
  /** None for a token that no client was issued. */
  readonly clientId: string | undefined
  readonly scopes: readonly string[]
  /** In seconds. */
  readonly lifetime: number
  /** Claims to add, or to put in place of the usual ones. */
  readonly claims?: JWTPayload | undefined
  readonly flaw?: TokenFlaw | undefined
}

/** Issues access tokens and verifies them. Whether one is valid at a time, `requireValidAt` tells. */
export class Tokens {
  readonly #key: SigningKey
  readonly #issuer: () => string
  /** By digests, which are a tenth as long as their tokens. */
  readonly #remembered: LRUCache<string, AccessToken>
  readonly #beingVerified = new Map<string, Promise<AccessToken>>()

  constructor(key: SigningKey, issuer: () => string, remembered = rememberedTokens) {
    this.#key = key
    this.#issuer = issuer
    this.#remembered = rememberLast(remembered)
  }

  /** Makes a token that is issued `now` (epoch milliseconds): RFC 9068 §2, apart from the flaw that it is to have. */
  mint({ clientId, scopes, lifetime, claims, flaw }: TokenToMint, now: number): Promise<string> {
    const issuedAtSeconds = Math.floor(now / 1000)
    const usual: Claims = {
      scope: scopes.join(' '),
      scopes,
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
    if (claims === undefined) return mintToken(this.#key, usual, flaw)
    // A scope of its own is the only one that the token has.
    const { scopes: _, ...others } = usual
    const base = Object.hasOwn(claims, 'scope') ? others : usual
    return mintToken(this.#key, { ...base, ...claims } as Claims, flaw)
  }

  /**
   * Verifies everything of a token but its lifetime: signature, type, issuer, audience and claims. Throws 401.
   * The result of a token that was verified before is there at once, and one that comes on several connections
   * at once is verified once.
   */
  verify(token: string): AccessToken | Promise<AccessToken> {
    const digest = hash('sha256', token, 'base64url')
    const known = this.#remembered.get(digest) ?? this.#beingVerified.get(digest)
    if (known !== undefined) return known
    const verified = this.#check(token)
      .then((accessToken) => {
        this.#remembered.set(digest, accessToken)
        return accessToken
      })
      .finally(() => this.#beingVerified.delete(digest))
    this.#beingVerified.set(digest, verified)
    return verified
  }

  async #check(token: string): Promise<AccessToken> {
    const { payload } = await jwtVerify(token, (header) => this.#keyOf(header), {
      algorithms: [this.#key.algorithm],
      typ: accessTokenType,
      issuer: this.#issuer(),
      audience,
      // The lifetime is a matter of the workspace's clock, and checked at each use.
      clockTolerance: Number.MAX_SAFE_INTEGER,
    }).catch((error: unknown) => {
      throw refusal(error)
    })
    requireCanonical(token.slice(token.lastIndexOf('.') + 1))
    return parseAccessToken(payload)
  }

  /** The key that a token names; one that names none is signed with the only key there is. */
  #keyOf({ kid }: JWTHeaderParameters): KeyObject {
    if (kid === undefined || kid === this.#key.keyId) return this.#key.publicKey
    throw denied('token-signature', 'The kid of the token names no key of the JWKS')
  }
}

/** Base64url leaves bits of the last character unused, and jose does not look at them: a change there is one, too. */
function requireCanonical(signature: string): void {
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) throw forged()
}

const forged = () =>
  denied('token-signature', 'The token was not signed with the key of this emulator')

/** Why jose refused a token, in the emulator's words. */
function refusal(error: unknown): Error {
  if (error instanceof VendorError) return error
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'typ') {
      return denied('token-type', `The token is not of the type ${accessTokenType}`)
    }
    if (error.claim === 'iss') return denied('token-issuer', 'The token has another issuer')
    if (error.claim === 'aud') return denied('token-audience', 'The token is for another audience')
    return denied('token-claims', `The claim ${error.claim} of the token is missing or malformed`)
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return forged()
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return denied('token-algorithm', 'The token is not signed with the algorithm of the key')
  }
  return denied('token-malformed', 'The token is not a signed JWT')
}
