import type { JournalEntry } from '../src/domain/journal.js'
import type { Call } from './calls.js'
import { secret } from './commands.js'
import { flawOf } from './test-snippet.js'

/*
 * A journal entry as a call that commands are made of. The journal has no secrets: commands get a token of the emulator, and
 * read the secret of a client from CLIENT_SECRET.
 */

/**
 * The request of an entry.
 * @param apiUrl - the base address of the rostering API, without a slash at its end
 */
export function callOfEntry(entry: JournalEntry, apiUrl: string): Call {
  const { operation, method, path, request } = entry
  return {
    method,
    url: new URL(apiUrl).origin + path,
    ...(isSigned(entry)
      ? { signedBy: linkUrl(entry, apiUrl), tokenArguments: tokenArguments(entry, apiUrl) }
      : authorizationOf(entry, apiUrl)),
    ...(operation === 'upload' && { fileName: 'roster.csv' }),
    ...(request.body !== null &&
      operation !== 'upload' && { fields: fieldsOf(entry, request.body) }),
  }
}

/**
 * True if the signature of a URL was right, which the journal does not keep. A fault that responds in place of the service comes
 * before the signature.
 */
export const isSigned = ({ operation, reason, response }: JournalEntry) =>
  operation === 'result' &&
  !reason.code.startsWith('link-') &&
  (reason.code !== 'fault' || response?.status === 200)

/** The address that returns the signed URL. */
export const linkUrl = ({ referenceId }: JournalEntry, apiUrl: string) =>
  `${apiUrl}/api/v1/upload/api/v1/download/${encodeURIComponent(String(referenceId))}`

function authorizationOf(entry: JournalEntry, apiUrl: string): Partial<Call> {
  const { operation, client, reason, request } = entry
  const { authorization } = request.headers
  if (authorization === undefined) return {}
  if (/^bearer./i.test(authorization) && reason.code !== 'token-missing') {
    return { tokenArguments: tokenArguments(entry, apiUrl) }
  }
  if (/^basic/i.test(authorization) && operation === 'token') {
    return { basic: [encodeURIComponent(String(client)), secretOf(entry)] }
  }
  return { authorization }
}

/** The arguments of the command that gets a token with the flaw that the token had. */
function tokenArguments(entry: JournalEntry, apiUrl: string): string[] {
  const { client, reason } = entry
  const flags = { url: apiUrl, client, ...tokenFaultOf(entry) }
  return reason.code === 'client-unknown'
    ? ['--url', apiUrl, '--flaw', 'malformed']
    : Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : []))
}

/** The flaw and the scope of a token that is refused for the same reason, or at least with the same status. */
export function tokenFaultOf({ reason: { code }, request }: JournalEntry) {
  const isRefused = code.startsWith('token-') && code !== 'token-missing'
  return {
    flaw: flawOf[code] ?? (isRefused ? 'malformed' : undefined),
    scope: code === 'scope-missing' ? String(Object(request.token).scope || 'none') : undefined,
  }
}

/** The fields of a token request, with a wrong secret in place of one that was wrong. */
export function fieldsOf(entry: JournalEntry, body: string): [name: string, value: string][] {
  return [...new URLSearchParams(body)].map(([name, value]) => [
    name,
    value === secret ? secretOf(entry) : value,
  ])
}

export const secretOf = ({ reason }: JournalEntry) =>
  reason.code === 'client-secret-wrong' ? 'wrong' : secret
