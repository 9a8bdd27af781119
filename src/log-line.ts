import { escapeInvisible } from './domain/visible-text.js'

/** A log line for a person: status, request, reason. No text of a request can forge a line or steer the terminal. */
export function describeLine(line: Readonly<Record<string, unknown>>): string {
  const { status, method, operation, path, referenceId, client, msg, event } = line
  // Lines of the emulator's own may be several.
  if (event !== undefined) return String(msg).split('\n').map(escapeInvisible).join('\n')
  if (status === undefined) return escapeInvisible(String(msg))
  const asked = [method, operation ?? path, referenceId && JSON.stringify(referenceId), client]
  return escapeInvisible(`${[status, ...asked].filter(Boolean).join(' ')} - ${msg}`)
}
