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
  const { status, method, operation, path, referenceId, client, msg } = line
  if (status === undefined) return String(msg)
  const asked = [method, operation ?? path, referenceId && JSON.stringify(referenceId), client]
  return `${[status, ...asked].filter(Boolean).join(' ')} - ${msg}`
}
