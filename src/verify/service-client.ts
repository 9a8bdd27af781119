import { InputError, type Mistake } from '../domain/errors.js'
import { clearTimeout, setTimeout } from '../emulator/real-time.js'
import type { ConnectionOptions } from './send.js'

/** A client of a service, and how it connects. */
export interface ServiceClient extends ConnectionOptions {
  /** The id of a client that has the scope `rostering`. */
  readonly clientId: string
  /** Its secret. It is sent to the token endpoint, and appears in no result. */
  readonly clientSecret: string
}

/** Throws an `InputError` with all mistakes if the client has no id or no secret. */
export function requireClient(client: ServiceClient, others: readonly Mistake[] = []): void {
  const mistakes = [
    ...missing('clientId', client.clientId, 'CLIENT_ID', '--client-id'),
    ...missing('clientSecret', client.clientSecret, 'CLIENT_SECRET', '--client-secret'),
    ...others,
  ]
  if (mistakes.length > 0) throw new InputError(mistakes)
}

function missing(path: string, value: string, variable: string, flag: string): Mistake[] {
  return value ? [] : [{ path, message: `needs a value: set ${variable}, or give ${flag}` }]
}

/** Waits in real time, and no longer once the signal is aborted. */
export function waitUnless(signal: AbortSignal | undefined, ms: number): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}

/** Returns the origin of a service. Throws an `InputError` for what is no URL of one. */
export function originOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    const message = 'must be the URL of a service, like https://example.org'
    throw new InputError({ path: url, message })
  }
  const { origin, pathname, username, password } = new URL(url)
  if (username !== '' || password !== '') {
    throw new InputError({ path: origin, message: 'must be a URL without a user and a password' })
  }
  if (pathname !== '/') {
    throw new InputError({ path: url, message: `must have no path: ${origin}` })
  }
  return origin
}
