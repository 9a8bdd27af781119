import { plural, spanOf } from './parts/text.js'

/** The facts of the emulator that may surprise somebody who looks at the page. */
export interface Facts {
  /** By how much the virtual clock is ahead of real time, in milliseconds. */
  readonly aheadMs: number
  readonly isFrozen: boolean
  readonly faults: number
  readonly workspace: string | undefined
  readonly isReachable: boolean
}

/** A fact that is not as it is at first. */
export type Unusual = 'offline' | 'workspace' | 'clock' | 'frozen' | 'faults'

/** Less than this may be the time that a request takes. */
const leastDifferenceMs = 2000

/** Everything that is unusual, in a few words each. */
export function unusualFacts({
  aheadMs,
  isFrozen,
  faults,
  workspace,
  isReachable,
}: Facts): readonly (readonly [Unusual, string])[] {
  const offMs = Math.floor(Math.abs(aheadMs) / 1000) * 1000
  const facts: (readonly [Unusual, string])[] = []
  if (!isReachable) facts.push(['offline', 'The emulator does not respond: retrying'])
  if (workspace !== undefined) facts.push(['workspace', `workspace ${workspace}`])
  if (isFrozen) facts.push(['frozen', 'clock frozen'])
  if (offMs >= leastDifferenceMs) {
    facts.push(['clock', `clock ${spanOf(offMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} real time`])
  }
  if (faults > 0) facts.push(['faults', `${plural(faults, 'fault')} armed`])
  return facts
}
