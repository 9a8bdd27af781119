import type { ImportFixture } from '../domain/fixture.js'
import type { ServerError } from '../domain/imports/fixed-state.js'
import type { ImportStatus } from '../domain/imports/import-status.js'
import type { TimelineStep } from '../domain/imports/timeline.js'

/** A state that a poll found, and when. */
export interface Observation {
  /** The time since the first poll, in milliseconds. */
  readonly atMs: number
  readonly state: ObservedState | ServerError
}

interface ObservedState {
  readonly status: ImportStatus
  readonly fileLine: number
  readonly messages: string[]
}

/**
 * Returns the import that goes through the states which were observed, in whole seconds. A scenario cannot let lines fall, so a
 * line number that fell keeps its highest value.
 */
export function importOf(
  referenceId: string,
  observations: readonly Observation[],
  keepsMessages: boolean,
): ImportFixture {
  const steps: TimelineStep[] = []
  let second = 0
  let line = 0
  let last = ''
  for (const { atMs, state } of observations) {
    const written = keepsMessages ? state : withoutTexts(state)
    if ('fileLine' in written) line = Math.max(line, written.fileLine)
    const step = 'fileLine' in written ? { ...written, fileLine: line } : written
    const text = JSON.stringify(step)
    if (text === last) continue
    last = text
    if (steps.length === 0) {
      steps.push(step)
      continue
    }
    // Two changes within a second are a second apart, so that none is lost.
    second = Math.max(second + 1, Math.round(atMs / 1000))
    steps.push({ after: `${second}s`, ...step })
  }
  const [first, ...more] = steps as [TimelineStep, ...TimelineStep[]]
  return more.length === 0 ? { referenceId, ...first } : { referenceId, timeline: steps }
}

/** Messages may name people. Their number stays. */
function withoutTexts(state: Observation['state']): Observation['state'] {
  if ('error' in state) return { error: 'Internal Server Error' }
  return { ...state, messages: state.messages.map((_, index) => `Message ${index + 1}`) }
}
