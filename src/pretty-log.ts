import { build, type PrettyStream } from 'pino-pretty'
import { describeLine } from './log-line.js'

/** Log lines for a person at a terminal. */
export function prettyLog(): PrettyStream {
  return build({
    sync: true,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: describeLine,
  })
}
