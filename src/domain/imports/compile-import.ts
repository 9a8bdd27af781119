import { toMs } from '../milliseconds.js'
import type { FixedState, ServerError } from './fixed-state.js'
import type { ImportDefinition } from './import-definition.js'
import type { CompiledImport, CourseStep, ImportState } from './import-state.js'
import type { Progress } from './progress.js'
import type { Timeline } from './timeline.js'

/** Reads the durations of a definition, once for all polls. */
export function compileImport(definition: ImportDefinition): CompiledImport {
  if ('timeline' in definition) return compileTimeline(definition.timeline)
  if ('progress' in definition) return compileProgress(definition.progress)
  return compileFixedState(definition)
}

function compileFixedState(fixed: FixedState | ServerError): CompiledImport {
  const state = toState(fixed)
  return { moves: false, course: [{ afterMs: 0, afterPolls: -1, state }], stateAt: () => state }
}

/** The state is that of the last step that has begun. The first step has begun from the start. */
function compileTimeline(timeline: Timeline): CompiledImport {
  const steps = timeline.map(
    (step): CourseStep => ({
      afterMs: step.after === undefined ? 0 : toMs(step.after),
      afterPolls: step.afterPolls ?? -1,
      state: toState(step),
    }),
  )
  const [first] = steps as [CourseStep]
  return {
    moves: true,
    course: steps,
    stateAt: (elapsedMs, polls) =>
      (
        steps.findLast(({ afterMs, afterPolls }) => elapsedMs >= afterMs && polls > afterPolls) ??
        first
      ).state,
  }
}

/**
 * The line grows evenly over the duration. An import that fails at a line has its outcome once it is there; a line
 * past the last one, which the numbers of an id can make, is the last.
 */
function compileProgress(progress: Progress): CompiledImport {
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

/** The state that a definition, or a step of a timeline, holds. */
export function toState(fixed: FixedState | ServerError): ImportState {
  if ('error' in fixed) return { error: fixed.error }
  const { status, fileLine = 0, messages = [] } = fixed
  return { status, fileLine, messages }
}
