import { OAuthError, type VendorErrorCode } from '../../domain/errors.js'
import { oauthResponse, toVendorError, vendorResponse } from '../errors.js'
import { json } from '../response.js'
import type { Served } from './endpoint.js'
import type { Exchange } from './exchange.js'

/** Refusals of the rostering API that have words of their own at the token endpoint. */
const oauthErrors: Partial<Record<VendorErrorCode, OAuthError>> = {
  'bad-request': new OAuthError('invalid_request', 'The request cannot be read as a form'),
  'access-denied': new OAuthError('invalid_client', 'Client authentication failed'),
}

/** The result of an operation that threw. */
export function toRefusal(error: Error, { operation, server }: Exchange): Served {
  if (error instanceof OAuthError) return { response: oauthResponse(error), reason: error.reason }
  const refusal = toVendorError(error)
  if (refusal === undefined) {
    const { message } = error
    server.logger.error({ err: error, operation }, 'The emulator failed')
    return { response: json(500, { message }), reason: { code: 'internal-error', message } }
  }
  const { code, reason, restsOn } = refusal
  const oauthError = operation === 'token' ? oauthErrors[code] : undefined
  const response = oauthError ? oauthResponse(oauthError) : vendorResponse(refusal)
  // An import that is an error is refused by a poll that counted.
  const polled = code === 'import-error' ? { error: reason.message } : undefined
  return { response, reason, restsOn, polled }
}
