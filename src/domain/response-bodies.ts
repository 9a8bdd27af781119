import type { ControlErrorCode, Mistake, OAuthErrorCode } from './errors.js'
import type { ImportResult } from './imports/import-state.js'

/*
 * The bodies of the responses of the rostering API, and of the refusals of the control API. The OpenAPI documents are made
 * from these types.
 */

/** The status of an import (documented). */
export interface StatusResponse {
  /** The state of the import. */
  readonly result: ImportResult
}

/** The refusal of a request (documented). */
export interface ErrorResponse {
  /** The mistake, in words. */
  readonly message: string
}

/** The refusal of a token request: RFC 6749 §5.2. */
export interface OAuthErrorResponse {
  /** The code of the error. */
  readonly error: OAuthErrorCode
  /** The mistake, in words. */
  readonly error_description: string
}

/** The response to an upload (published). */
export interface UploadResponse {
  /** The import that began. */
  readonly result: {
    /** Always `File uploaded`. */
    readonly message: string
    /** The id of the new import, a UUID. Poll its status. */
    readonly referenceId: string
  }
}

/** The address of a result file (published). */
export interface DownloadResponse {
  /** An absolute URL that needs no token. It expires after 15 minutes. */
  readonly signedUrl: string
}

/** The keys that verify access tokens: RFC 7517 §5. */
export interface KeySetResponse {
  /** The public keys, each as a JWK. */
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** The metadata of the authorization server: RFC 8414 §2. */
export interface ServerMetadataResponse {
  /** The issuer of access tokens. */
  readonly issuer: string
  /** The URL of the token endpoint. */
  readonly token_endpoint: string
  /** The URL of the key set. */
  readonly jwks_uri: string
  /** The scopes of all clients. */
  readonly scopes_supported: readonly string[]
  /** Always empty: there is no authorization endpoint. */
  readonly response_types_supported: readonly string[]
  /** Always `client_credentials`. */
  readonly grant_types_supported: readonly string[]
  /** The ways in which a client may authenticate. */
  readonly token_endpoint_auth_methods_supported: readonly string[]
}

/** The refusal of a control request. */
export interface ControlErrorResponse {
  /** The code of the error. */
  readonly error: ControlErrorCode
  /** The mistake, in words. */
  readonly message: string
  /** The path of the mistake, such as `timeline[1].after`. Absent if it has none. */
  readonly path?: string | undefined
  /** The mistakes of a scenario, each with its place; of more than 100 the first. Absent for other requests. */
  readonly mistakes?: readonly Mistake[] | undefined
}
