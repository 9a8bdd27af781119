import { OAuthError, VendorError } from './errors.js'

/** The response of the token endpoint: RFC 6749 §5.1. */
export interface MintedToken {
  /** The access token, a signed JWT. */
  readonly access_token: string
  /** Always `Bearer`. */
  readonly token_type: 'Bearer'
  /** The lifetime of the token, in seconds. */
  readonly expires_in: number
  /** The scopes of the token, separated by spaces. */
  readonly scope: string
}

/** The scope that the rostering API asks for (documented). */
export const requiredScope = 'rostering'

/** RFC 6749 §3.3: any printable ASCII character but space, `"` and `\`. */
export const scopeTokenPattern = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The words of a space separated scope string. */
export function parseScope(scope: string): string[] {
  const words = scope.split(' ')
  // `filter` allocates arrays with spare room, which matters when thousands are kept.
  return words.includes('') ? words.filter((word) => word !== '') : words
}

/** Returns the scopes to grant: all that the client has, or those that it requested. */
export function grantScopes(requested: string | undefined, allowed: readonly string[]): string[] {
  if (requested === undefined) return [...allowed]
  const words = [...new Set(parseScope(requested))]
  if (words.length === 0 || !words.every((word) => scopeTokenPattern.test(word))) {
    throw new OAuthError('invalid_scope', 'The scope parameter is malformed', {
      reason: { code: 'scope-not-granted', message: 'The scope parameter is malformed' },
    })
  }
  const refused = words.filter((word) => !allowed.includes(word))
  if (refused.length > 0) {
    throw new OAuthError('invalid_scope', 'The client does not have a scope that it requested', {
      reason: {
        code: 'scope-not-granted',
        message: `The client has ${listScopes(allowed)}; it asked for ${refused.join(' ')}`,
      },
    })
  }
  return words
}

/** Throws 403 unless one of the scopes is the required one, whole and in its case. */
export function requireScope(scopes: readonly string[]): void {
  if (scopes.includes(requiredScope)) return
  throw new VendorError('insufficient-scope', {
    code: 'scope-missing',
    message: `The token has ${listScopes(scopes)}; ${requiredScope} is missing`,
  })
}

function listScopes(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'no scope' : `the scopes ${scopes.join(' ')}`
}

/** A successful response: RFC 6749 §5.1, and in this order (documented). */
export function tokenResponse(
  accessToken: string,
  lifetimeSeconds: number,
  scopes: readonly string[],
): MintedToken {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    scope: scopes.join(' '),
  }
}
