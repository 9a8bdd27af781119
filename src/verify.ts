import type { Verification } from './verify/verify.js'
import type { VerifyOptions } from './verify/verify-service.js'

/**
 * Checks a service that speaks the TAO Advance rostering API, the real one included, against the contract. It sends at most five
 * requests a second, and at most 100. It only reads unless `upload` is given.
 *
 * @param url - the address of the service, without a path: `https://example.org`
 * @returns each check with its result, and the switches that the service shows
 * @throws Error with the name `VerifyError` if the service cannot be reached, or issues no token
 * @throws InputError for a wrong option, or for a file that cannot be read
 *
 * @example
 * ```ts
 * const { holds, checks } = await verifyService('https://example.org', { clientId, clientSecret })
 * ```
 */
export async function verifyService(url: string, options: VerifyOptions): Promise<Verification> {
  // Loaded late: most programs check no service.
  const checks = await import('./verify/verify-service.js')
  return checks.verifyService(url, options)
}
