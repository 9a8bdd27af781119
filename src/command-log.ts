import type { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import { LogOutput } from './log-output.js'

/** How long the reader of the log may take for the last lines. */
const graceMs = 500

/** The log of a command. */
export interface CommandLog {
  readonly logger: Logger
  /** Resolves once the last lines are written, or nobody reads them. */
  drain(): Promise<void>
}

/** Writes JSON lines for machines; on a terminal, lines for a person. */
export async function createServeLog(level: string, out: NodeJS.WriteStream): Promise<CommandLog> {
  if (!out.isTTY) return createJsonLog(level, out)
  const { prettyLog } = await import('./pretty-log.js')
  return { logger: pino({ level, base: null }, prettyLog()), drain: async () => {} }
}

/** Writes JSON lines. */
export function createJsonLog(level: string, out: Writable): CommandLog {
  const output = new LogOutput(out, (dropped) =>
    logger.warn(
      { event: 'log-lines-dropped', dropped },
      `${dropped} log lines were dropped, because the reader of the log is too slow`,
    ),
  )
  const logger = pino({ level, base: null }, output)
  process.once('exit', () => output.flush())
  return { logger, drain: () => output.drain(graceMs) }
}
