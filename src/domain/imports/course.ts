import { lastInstant } from '../control/vocabulary.js'
import type { CourseStepView } from './history.js'
import type { CourseStep } from './import-state.js'

/** The facts about an import on which the steps of its definition depend. */
export interface CourseFacts {
  /** Epoch milliseconds; undefined before the start. */
  readonly startedAt: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
  readonly polls: number
  /** True if the definition ran to its end at once. */
  readonly finished: boolean
}

/** Tells of each step of a definition when it begins, and if it has begun. */
export function describeCourse(
  course: readonly CourseStep[],
  { startedAt, now, polls, finished }: CourseFacts,
): CourseStepView[] {
  const current = finished ? course.length - 1 : currentStep(course, startedAt, now, polls)
  return course.map(({ afterMs, afterPolls, state }, index) => {
    const byPolls = afterPolls >= 0
    const at = byPolls || startedAt === undefined ? Number.NaN : Math.ceil(startedAt + afterMs)
    return {
      state,
      at: at <= lastInstant ? new Date(at).toISOString() : null,
      afterPolls: byPolls ? afterPolls : null,
      reached: index <= current,
    }
  })
}

/** The index of the step that holds now; -1 before the start. */
function currentStep(
  course: readonly CourseStep[],
  startedAt: number | undefined,
  now: number,
  polls: number,
): number {
  if (startedAt === undefined) return -1
  const elapsedMs = now - startedAt
  const holds = ({ afterMs, afterPolls }: CourseStep) => elapsedMs >= afterMs && polls > afterPolls
  // The first step holds from the start, also under a clock that was set to a time before it.
  return Math.max(0, course.findLastIndex(holds))
}
