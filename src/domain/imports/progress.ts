import * as v from 'valibot'
import type { Duration } from '../milliseconds.js'
import { list, mapping, text, word } from '../schema.js'
import { duration, lineNumber } from './fields.js'
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
