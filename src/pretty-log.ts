import { build, type PrettyStream } from 'pino-pretty'

/** Log lines for a person at a terminal: the answer first, then what was asked, then why. */
export function prettyLog(): PrettyStream {
  return build({
    sync: true,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: ({ status, method, operation, path, referenceId, client, msg }) =>
      status === undefined
        ? String(msg)
        : [
            status,
            method,
            operation ?? path,
            referenceId && JSON.stringify(referenceId),
            client,
            '-',
            msg,
          ]
            .filter(Boolean)
            .join(' '),
  })
}
