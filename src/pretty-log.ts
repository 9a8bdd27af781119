import { build, type PrettyStream } from 'pino-pretty'
import { escapeControls } from './domain/errors.js'

/** Log lines for a person at a terminal. */
export function prettyLog(): PrettyStream {
  return build({
    sync: true,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: describeLine,
  })
}

/** The answer first, then what was asked, then why: with nothing in it by which a request could forge a line. */
export function describeLine(line: Readonly<Record<string, unknown>>): string {
  const { status, method, operation, path, referenceId, client, msg, event } = line
  // What we tell by ourselves may have several lines.
  if (event !== undefined) return String(msg).split('\n').map(escapeControls).join('\n')
  if (status === undefined) return escapeControls(String(msg))
  const asked = [method, operation ?? path, referenceId && JSON.stringify(referenceId), client]
  return escapeControls(`${[status, ...asked].filter(Boolean).join(' ')} - ${msg}`)
}
