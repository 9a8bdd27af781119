/** The reason codes of responses, in log lines and journal entries. */
export const reasonCodes = [
  'served',
  'preflight',
  'client-gone',
  'fault',
  // The bearer token: RFC 6750, RFC 7519, RFC 9068.
  'token-missing',
  'token-malformed',
  'token-algorithm',
  'token-signature',
  'token-type',
  'token-issuer',
  'token-audience',
  'token-claims',
  'token-expired',
  'token-not-yet-valid',
  'scope-missing',
  'workspace-limit',
  // The token endpoint: RFC 6749.
  'request-invalid',
  'client-unauthenticated',
  'client-unknown',
  'client-secret-wrong',
  'grant-unsupported',
  'scope-not-granted',
  // The import.
  'reference-id-unknown',
  'reference-id-impossible',
  'import-error',
  // The upload and its result file.
  'upload-refused',
  'upload-too-large',
  'reference-id-not-uuid',
  'result-missing',
  'link-forged',
  'link-expired',
  // HTTP itself.
  'path-unknown',
  'method-not-allowed',
  'http-malformed',
  'http-too-large',
  'http-timeout',
  'internal-error',
] as const

/** The code of a reason. */
export type ReasonCode = (typeof reasonCodes)[number]

/** The reason of a response: a code for programs, and a sentence with the facts for people. */
export interface Reason {
  readonly code: ReasonCode
  readonly message: string
}
