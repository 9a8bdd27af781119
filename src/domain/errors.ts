import type { BehaviourId } from './behaviours.js'
import type { Reason } from './reason.js'
import { escapeInvisible } from './visible-text.js'

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

/** The refusals of the rostering API, apart from its token endpoint. */
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
  | 'result-missing'
  | 'reference-id-not-uuid'
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
  /** The rows of the ledger that the refusal rests on, besides that of its reason. */
  readonly restsOn: readonly BehaviourId[] | undefined
  /** The methods that the path allows, where the code is `method-not-allowed`. */
  readonly allow: readonly string[]

  constructor(
    code: VendorErrorCode,
    reason: Reason,
    {
      restsOn,
      allow = [],
    }: { restsOn?: readonly BehaviourId[] | undefined; allow?: readonly string[] } = {},
  ) {
    super(reason.message)
    this.code = code
    this.reason = reason
    this.restsOn = restsOn
    this.allow = allow
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
  /** The path of the mistake: `timeline[1].after`. */
  readonly path: string | undefined
  /** Every mistake with its place, if a scenario has some; of more than 100 the first. */
  readonly mistakes: readonly Mistake[] | undefined

  constructor(
    code: ControlErrorCode,
    message: string,
    path?: string,
    mistakes?: readonly Mistake[],
  ) {
    super(message)
    this.code = code
    this.path = path
    this.mistakes = mistakes
  }
}

/** The most mistakes that a message lists. It counts the others. */
export const maxMistakes = 100

/** All mistakes in a control request as one refusal, with the path of the first. */
export function invalidInput(mistakes: readonly Mistake[]): ControlError {
  const [first, ...others] = firstMistakes(mistakes) as [Mistake, ...Mistake[]]
  const message = [first.message, ...others.map(formatMistake)].join('; ')
  return new ControlError('invalid_input', message, first.path)
}

function firstMistakes(mistakes: readonly Mistake[], total = mistakes.length): readonly Mistake[] {
  const listed = mistakes.slice(0, maxMistakes)
  const more = total - listed.length
  if (more === 0) return listed
  return [...listed, { path: '', message: `and ${more} more mistake${more === 1 ? '' : 's'}` }]
}

/** One mistake in what a person wrote: an option, a fixture, a control request. */
export interface Mistake {
  /** The place in a file: `scenario.yaml:7:5`; absent for input without lines. */
  readonly location?: string | undefined
  /** The path of the value, or the flag: `imports[2].status`, `--port`. */
  readonly path: string
  /** The mistake, and how to fix it. */
  readonly message: string
}

/**
 * A mistake in one line: `scenario.yaml:7:5: imports[2].status: must be …`. The names in it are as a person
 * wrote them, so invisible characters are escaped.
 */
export function formatMistake({ location, path, message }: Mistake): string {
  return escapeInvisible([location, path, message].filter(Boolean).join(': '))
}

/** Bad input from the person who runs the emulator: the mistakes that were found, of many the first. */
export class InputError extends Error {
  override readonly name = 'InputError'
  /** At most 100; where there were more, one more says how many. */
  readonly mistakes: readonly Mistake[]
  /** The number of mistakes that were found. */
  readonly total: number

  constructor(mistakes: Mistake | readonly Mistake[], total?: number) {
    const all = [mistakes].flat() as readonly Mistake[]
    const listed = firstMistakes(all, total)
    super(listed.map(formatMistake).join('\n'))
    this.mistakes = listed
    this.total = total ?? all.length
  }
}
