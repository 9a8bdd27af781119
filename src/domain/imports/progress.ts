import * as v from 'valibot'
import { type Duration, toMs } from '../duration.js'
import { list, mapping, text, word } from '../schema.js'
import { duration, lineNumber } from './fields.js'
import type { CompiledImport } from './import-state.js'
import { runningStatuses } from './import-status.js'
import { type AddIssue, pathItem } from './issues.js'
import { isTemplate } from './template.js'

/** An import whose `fileLine` grows evenly from 0. */
export interface Progress {
  /** The `fileLine` at the end of the import. */
  lines: number
  /** The time from the start of the import to its end, by the virtual clock, such as `30s`. */
  duration: Duration
  /** The status at the end of the import. */
  outcome: 'processed' | 'failed'
  /** The status until then. `processing` is published, not documented. @defaultValue `'pending'` */
  runningStatus?: 'pending' | 'processing' | undefined
  /** The messages at the end of the import. @defaultValue none */
  messages?: string[] | undefined
  /** The line at which the import fails, for the outcome `failed`. @defaultValue the value of `lines` */
  failsAt?: number | undefined
}

export const progressSchema = v.pipe(
  mapping({
    lines: lineNumber(0),
    duration,
    outcome: word(['processed', 'failed']),
    runningStatus: v.optional(word(runningStatuses)),
    messages: v.optional(list(text)),
    failsAt: v.optional(lineNumber(0)),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.issues === undefined) checkProgress(dataset.value, addIssue)
  }),
)

/** Named numbers are not compared: they differ for each id. */
function checkProgress(progress: Progress, addIssue: AddIssue): void {
  const { lines, outcome, failsAt } = progress
  if (failsAt === undefined) return
  const mistake = (message: string) =>
    addIssue({ message, path: [pathItem(progress, 'failsAt', failsAt)] })
  if (outcome !== 'failed') mistake('is only for the outcome failed')
  if (isTemplate(failsAt) || isTemplate(lines)) return
  if (failsAt > lines) mistake(`must be at most the number of lines, ${lines}`)
}

/**
 * The line grows evenly over the duration. An import that fails at a line has its outcome once it is there; a line
 * past the last one, which the numbers of an id can make, is the last.
 */
export function compileProgress(progress: Progress): CompiledImport {
  const { lines, outcome, failsAt, messages = [], runningStatus = 'pending' } = progress
  const durationMs = toMs(progress.duration)
  const endMs = endOf(lines, durationMs, failsAt)
  const running = (fileLine: number) => ({ status: runningStatus, fileLine, messages: [] })
  const end = { status: outcome, fileLine: Math.min(failsAt ?? lines, lines), messages }
  return {
    moves: true,
    course: [
      { afterMs: 0, afterPolls: -1, state: running(0) },
      { afterMs: endMs, afterPolls: -1, state: end },
    ],
    stateAt: (elapsedMs) =>
      elapsedMs >= endMs ? end : running(Math.floor((lines * elapsedMs) / durationMs)),
  }
}

/** The time from the start to the end, in milliseconds. */
function endOf(lines: number, durationMs: number, failsAt: number | undefined): number {
  if (failsAt === undefined || failsAt > lines) return durationMs
  return failsAt === 0 ? 0 : (failsAt * durationMs) / lines
}
