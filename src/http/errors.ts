import {
  ControlError,
  type ControlErrorCode,
  type OAuthError,
  VendorError,
  type VendorErrorCode,
} from '../domain/errors.js'
import { requiredScope } from '../domain/oauth.js'
import type { Reason, ReasonCode } from '../domain/reason.js'
import type {
  ControlErrorResponse,
  ErrorResponse,
  OAuthErrorResponse,
} from '../domain/response-bodies.js'
import { content, type HttpResponse, json } from './response.js'

/** The protection space that refusals name: decided. */
const realm = 'realm="tao-advance"'

/** RFC 6749 §5.1: of success and failure alike. */
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

/** The token endpoint's dialect: RFC 6749 §5.2. */
export function oauthResponse(error: OAuthError): HttpResponse {
  const { code, message, challenge } = error
  return json(
    code === 'invalid_client' ? 401 : 400,
    { error: code, error_description: message } satisfies OAuthErrorResponse,
    challenge ? { ...noStore, 'www-authenticate': `Basic ${realm}` } : noStore,
  )
}

/** The dialect of the vendor's other endpoints: contract §2. */
export function vendorResponse(error: VendorError): HttpResponse {
  return vendorResponses[error.code](error.reason, error)
}

const message = (status: number, text: string, headers?: Record<string, string>) =>
  json(status, { message: text } satisfies ErrorResponse, headers)

/** The rest of the request is not read. */
const close = { connection: 'close' } as const

const vendorResponses: Readonly<
  Record<VendorErrorCode, (reason: Reason, error: VendorError) => HttpResponse>
> = {
  'access-denied': (reason) =>
    content(401, 'text/plain', 'Access Denied', {
      'www-authenticate': bearerChallenge(reason.code),
    }),
  'insufficient-scope': () =>
    message(403, 'Insufficient scope', {
      'www-authenticate': `Bearer ${realm}, error="insufficient_scope", scope="${requiredScope}"`,
    }),
  'import-error': (reason) => message(500, reason.message),
  'reference-id-not-found': () =>
    message(404, 'Reference ID not found. File not found in pending bucket.'),
  'not-found': () => message(404, 'Not Found'),
  'method-not-allowed': (_reason, { allow }) =>
    message(405, 'Method Not Allowed', { allow: allow.join(', ') }),
  'bad-request': () => message(400, 'Bad Request'),
  'upload-refused': (reason) => message(400, reason.message),
  'content-too-large': (reason) => message(413, reason.message, close),
  'result-missing': (reason) => message(404, reason.message),
  'reference-id-not-uuid': () => message(400, 'Reference ID must be a valid UUID.'),
  'link-refused': () => message(403, 'Forbidden'),
  'request-timeout': () => message(408, 'Request Timeout', close),
  'content-encoding': (reason) => message(415, reason.message),
  'http-version': () => message(505, 'HTTP Version Not Supported', close),
  'expectation-failed': () => message(417, 'Expectation Failed'),
  'header-fields-too-large': () => message(431, 'Request Header Fields Too Large'),
}

/** RFC 6750 §3: the error is named only if a token was sent. */
function bearerChallenge(code: ReasonCode): string {
  const description = tokenErrors[code]
  return description === undefined
    ? `Bearer ${realm}`
    : `Bearer ${realm}, error="invalid_token", error_description="${description}"`
}

const tokenErrors: Partial<Record<ReasonCode, string>> = {
  'token-malformed': 'The access token is malformed',
  'token-algorithm': 'The access token is signed with another algorithm',
  'token-signature': 'The signature of the access token is wrong',
  'token-type': 'The token is not an access token',
  'token-issuer': 'The access token is of another issuer',
  'token-audience': 'The access token is for another audience',
  'token-claims': 'A claim of the access token is missing or malformed',
  'client-unknown': 'The client of the access token is unknown',
  'token-expired': 'The access token has expired',
  'token-not-yet-valid': 'The access token is not valid yet',
}

/** The control API's dialect. */
export function controlResponse({ code, message, path, mistakes }: ControlError): HttpResponse {
  const headers = code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : undefined
  const body = { error: code, message, path, mistakes } satisfies ControlErrorResponse
  return json(controlStatuses[code], body, headers)
}

const controlStatuses: Readonly<Record<ControlErrorCode, number>> = {
  invalid_input: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  internal_error: 500,
}

/** Whatever was thrown, as a refusal of the control API. */
export function toControlError(error: Error & { statusCode?: number }): ControlError {
  if (error instanceof ControlError) return error
  const { statusCode = 500, message } = error
  if (statusCode === 413) return new ControlError('too_large', 'The body is too large', 'body')
  return statusCode < 500
    ? new ControlError('invalid_input', message, 'body')
    : new ControlError('internal_error', message)
}

const otherContentType = { restsOn: ['token-content-type'] } as const

/** Turns an error of Fastify, such as a body that it cannot read, into a refusal of the rostering API. */
export function toVendorError(error: unknown): VendorError | undefined {
  if (error instanceof VendorError) return error
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined
  const isTooLarge = statusCode === 413
  const reason = {
    code: isTooLarge ? 'http-too-large' : 'http-malformed',
    message: isTooLarge ? 'The body is too large' : `The body cannot be read: ${code}`,
  } as const
  return new VendorError('bad-request', reason, statusCode === 415 ? otherContentType : {})
}
