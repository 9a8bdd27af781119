import { build, type PrettyStream } from 'pino-pretty'

/** Log lines for a person at a terminal. */
export function prettyLog(): PrettyStream {
  return build({
    sync: true,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: describeLine,
  })
}

/** The answer first, then what was asked, then why. */
export function describeLine(line: Readonly<Record<string, unknown>>): string {
  const { status, method, operation, path, referenceId, client, msg, event } = line
  // What we tell by ourselves may have several lines.
  if (event !== undefined) return String(msg).split('\n').map(escapeControls).join('\n')
  if (status === undefined) return escapeControls(String(msg))
  const asked = [method, operation ?? path, referenceId && JSON.stringify(referenceId), client]
  return escapeControls(`${[status, ...asked].filter(Boolean).join(' ')} - ${msg}`)
}

/** A request must neither steer the terminal nor make a line of its own. */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
