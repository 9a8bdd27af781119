import { prettyFactory } from 'pino-pretty'
import { describeLine } from './log-line.js'

const format = prettyFactory({
  hideObject: true,
  translateTime: 'SYS:HH:MM:ss',
  messageFormat: describeLine,
})

/** Formats a line of JSON for a person at a terminal. */
export function prettyLine(line: string): string {
  return String(format(line))
}
