import type { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import type { CommandContext } from './command-context.js'
import { escapeJson } from './domain/visible-text.js'
import { wallNow } from './emulator/real-time.js'
import { LogOutput } from './log-output.js'
import { isColoured, isTerminal } from './terminal/is-terminal.js'
import type { Terminal } from './terminal/terminal-format.js'

/** The time that the reader of the log has for the last lines, in milliseconds. */
const graceMs = 500

/** The log of a command. */
export interface CommandLog {
  readonly logger: Logger
  /** Writes a line for the person at the terminal, whatever the level. */
  print(text: string): void
  /** Resolves once the last lines are written, or nobody reads them. */
  drain(): Promise<void>
}

/**
 * Writes JSON lines for machines; on a terminal, lines for a person.
 *
 * @param linkTo - returns the link of a journal entry
 */
export async function createServeLog(
  level: string,
  { out, environment }: Pick<CommandContext, 'out' | 'environment'>,
  linkTo: Terminal['linkTo'],
): Promise<CommandLog> {
  if (!isTerminal(out, environment)) return createLog(level, out)
  const { terminalFormat } = await import('./terminal/index.js')
  writeWithoutWaiting(out)
  const format = terminalFormat({
    coloured: isColoured(out, environment),
    canGoBack: environment.TERM !== 'dumb',
    columns: () => out.columns || 80,
    linkTo,
  })
  return createLog(level, out, format)
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
  const print = (msg: string) => {
    const line = { level: 30, time: wallNow(), event: 'note', msg }
    output.write(format(JSON.stringify(line)))
  }
  return { logger, print, drain: () => output.drain(graceMs) }
}

/** The values come from requests: no control character of theirs reaches a terminal. */
function visibleJson(line: string): string {
  return `${escapeJson(line.trimEnd())}\n`
}
