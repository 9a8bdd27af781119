import { toMs } from '../duration.js'
import type { ImportDefinition, ImportResult, Progress, Timeline } from './import-types.js'

/** The state of an import: its result, or the error that the status endpoint returns instead. */
export type ImportState = ImportResult | { readonly error: string }

/** The progress of one import. */
export interface ImportLife {
  /** The start, in epoch milliseconds. */
  readonly startedAt: number
  /** The number of polls, the current one included. */
  readonly polls: number
}

/** The state of an import at `now` (epoch milliseconds): a pure function of its arguments. */
export function importState(
  definition: ImportDefinition,
  { startedAt, polls }: ImportLife,
  now: number,
): ImportState {
  const elapsedMs = Math.max(0, now - startedAt)
  if ('timeline' in definition) return timelineState(definition.timeline, elapsedMs, polls)
  if ('progress' in definition) return progressState(definition.progress, elapsedMs)
  return fixedState(definition)
}

function fixedState(
  state: Exclude<ImportDefinition, { timeline: unknown } | { progress: unknown }>,
) {
  if ('error' in state) return { error: state.error }
  const { status, fileLine = 0, messages = [] } = state
  return { status, fileLine, messages }
}

/** The last step whose condition holds; the first one has none. */
function timelineState(timeline: Timeline, elapsedMs: number, polls: number): ImportState {
  const step = timeline.findLast(({ after, afterPolls }) => {
    if (after !== undefined) return elapsedMs >= toMs(after)
    return polls > (afterPolls ?? -1)
  })
  return fixedState(step as Timeline[number])
}

/**
 * The line grows evenly over the duration. One that fails at a line has its outcome once it is there; a line
 * past the last one, which the numbers of an id can make, is the last.
 */
function progressState(progress: Progress, elapsedMs: number): ImportState {
  const { lines, duration, outcome, failsAt, messages = [], runningStatus = 'pending' } = progress
  const line = Math.floor((lines * elapsedMs) / toMs(duration))
  const hasFailed = failsAt !== undefined && line >= failsAt
  return elapsedMs >= toMs(duration) || hasFailed
    ? { status: outcome, fileLine: Math.min(failsAt ?? lines, lines), messages }
    : { status: runningStatus, fileLine: line, messages: [] }
}
