import type { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import { escapeJson } from './domain/visible-text.js'
import { LogOutput } from './log-output.js'

/** The time that the reader of the log has for the last lines, in milliseconds. */
const graceMs = 500

/** The log of a command. */
export interface CommandLog {
  readonly logger: Logger
  /** Resolves once the last lines are written, or nobody reads them. */
  drain(): Promise<void>
}

/** Writes JSON lines for machines; on a terminal, lines for a person. */
export async function createServeLog(level: string, out: NodeJS.WriteStream): Promise<CommandLog> {
  if (!out.isTTY) return createLog(level, out)
  const { prettyLine } = await import('./pretty-log.js')
  writeWithoutWaiting(out)
  return createLog(level, out, prettyLine)
}

/**
 * Node waits inside a write until a terminal takes it. A terminal that is paused (Ctrl-S) would hold up every request, and the
 * end of the process.
 */
function writeWithoutWaiting(out: NodeJS.WriteStream): void {
  const { _handle } = out as { _handle?: { setBlocking?(isBlocking: boolean): void } }
  _handle?.setBlocking?.(false)
}

/** Writes JSON lines, or each line as `format` returns it. */
export function createLog(level: string, out: Writable, format = visibleJson): CommandLog {
  const output = new LogOutput(out, (dropped) =>
    logger.warn(
      { event: 'log-lines-dropped', dropped },
      `${dropped} log lines were dropped, because the reader of the log is too slow`,
    ),
  )
  const logger = pino({ level, base: null }, { write: (line) => output.write(format(line)) })
  process.once('exit', () => output.flush())
  return { logger, drain: () => output.drain(graceMs) }
}

/** The values come from requests: no control character of theirs reaches a terminal. */
function visibleJson(line: string): string {
  return `${escapeJson(line.trimEnd())}\n`
}
