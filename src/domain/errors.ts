import type { Reason } from './reason.js'

/** The error codes of the token endpoint: RFC 6749 §5.2. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'

/** A refusal of the token endpoint. The message is its public `error_description`. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly reason: Reason
  /** The client authenticated by header, so the refusal names the scheme to use (RFC 6749 §5.2). */
  readonly challenge: boolean

  constructor(
    code: OAuthErrorCode,
    description: string,
    { reason, challenge = false }: { reason?: Reason; challenge?: boolean } = {},
  ) {
    super(description)
    this.code = code
    this.reason = reason ?? { code: 'request-invalid', message: description }
    this.challenge = challenge
  }
}

/** What the vendor's API refuses, apart from its token endpoint. */
export type VendorErrorCode =
  | 'access-denied'
  | 'insufficient-scope'
  | 'import-error'
  | 'reference-id-not-found'
  | 'not-found'
  | 'method-not-allowed'
  | 'bad-request'
  | 'upload-refused'
  | 'content-too-large'
  | 'import-pending'
  | 'link-refused'
  | 'request-timeout'
  | 'header-fields-too-large'
  | 'expectation-failed'
  | 'content-encoding'
  | 'http-version'

/**
 * A refusal of the vendor's API. The code decides status and body. The reason's message is for the log; clients
 * see it too where the code is `import-error`, `upload-refused`, `content-encoding` or `content-too-large`.
 */
export class VendorError extends Error {
  override readonly name = 'VendorError'
  readonly code: VendorErrorCode
  readonly reason: Reason

  constructor(code: VendorErrorCode, reason: Reason) {
    super(reason.message)
    this.code = code
    this.reason = reason
  }
}

/** Why the emulator's own API refuses a request. */
export type ControlErrorCode = (typeof controlErrorCodes)[number]

export const controlErrorCodes = [
  'invalid_input',
  'not_found',
  'conflict',
  'timeout',
  'too_large',
  'unauthorized',
  'forbidden',
  'internal_error',
] as const

/** A refusal of the control vocabulary, in process as over HTTP. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly code: ControlErrorCode
  /** What is wrong: `timeline[1].after`. */
  readonly path: string | undefined

  constructor(code: ControlErrorCode, message: string, path?: string) {
    super(message)
    this.code = code
    this.path = path
  }
}

/** All mistakes in a control request as one refusal, with the path of the first. */
export function invalidInput(mistakes: readonly Mistake[]): ControlError {
  const [first, ...others] = mistakes as [Mistake, ...Mistake[]]
  const message = [first.message, ...others.map(formatMistake)].join('; ')
  return new ControlError('invalid_input', message, first.path)
}

/** One mistake in what a person wrote: an option, a fixture, a control request. */
export interface Mistake {
  /** Where: `scenario.yaml:7:5`, for a file; absent for what has no lines. */
  readonly location?: string | undefined
  /** What: `imports[2].status`, `--port`. */
  readonly path: string
  /** What is wrong with it, and how to mend it. */
  readonly message: string
}

/** What ends a line, or steers a terminal. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/gu

/**
 * A mistake in one line: `scenario.yaml:7:5: imports[2].status: must be …`. The names in it are as a person
 * wrote them, so control characters are escaped.
 */
export function formatMistake({ location, path, message }: Mistake): string {
  return escapeControls([location, path, message].filter(Boolean).join(': '))
}

/** A text that neither steers a terminal nor makes a line of its own. */
export function escapeControls(text: string): string {
  return text.replace(
    control,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Bad input from the person who runs the emulator, with every mistake that was found. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: Mistake | readonly Mistake[]) {
    const all = [mistakes].flat() as readonly Mistake[]
    super(all.map(formatMistake).join('\n'))
    this.mistakes = all
  }
}
