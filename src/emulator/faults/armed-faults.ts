import {
  compileDelay,
  type FaultDefinition,
  type FaultFacts,
  type FaultView,
  faultMatcher,
} from '../../domain/fault.js'
import type { ArmedListState, FaultState } from '../../domain/state.js'
import { createRandom, type Random, resumeRandom, type SeededRandom } from '../random.js'
import type { Removed } from '../removals.js'
import { type Armed, ArmedList } from './armed-list.js'

/** The faults of one request: one of any kind, and possibly a delay beside it. */
export interface DrawnFault {
  /** The ids of the fault, and of the delay beside it. */
  readonly ids: readonly string[]
  readonly fault: FaultDefinition
  readonly delayMs: number
}

interface FaultProgress {
  readonly matches: (facts: FaultFacts) => boolean
  readonly random: SeededRandom
  /** Draws the delay, in milliseconds; undefined for a fault without one. */
  readonly drawDelayMs: ((random: Random) => number) | undefined
  matched: number
  applied: number
}

type ArmedFault = Armed<FaultDefinition, FaultProgress>

/** The armed faults, in the order in which they are tried. */
export class Faults {
  readonly #armed: ArmedList<FaultDefinition, FaultProgress>

  constructor(scenario: readonly FaultDefinition[], seed: number) {
    this.#armed = new ArmedList('fault', scenario, (id, definition) => ({
      matches: faultMatcher(definition),
      random: createRandom(seed, `fault ${id}`),
      drawDelayMs: definition.delay === undefined ? undefined : compileDelay(definition.delay),
      matched: 0,
      applied: 0,
    }))
  }

  get isArmed(): boolean {
    return this.#armed.size > 0
  }

  /** Throws `conflict` for an id that is armed already. */
  arm(definition: FaultDefinition): FaultView {
    return view(this.#armed.arm(definition))
  }

  list(): FaultView[] {
    return [...this.#armed.values()].map(view)
  }

  /** Returns what was removed, or undefined if there was none. */
  disarm(id: string): Removed | undefined {
    return this.#armed.disarm(id)
  }

  /** Returns what was removed. */
  clear(): Removed {
    return this.#armed.clear()
  }

  /** Back to the scenario: its faults are armed anew, and chance starts over. */
  reset(): void {
    this.#armed.reset()
  }

  load(scenario: readonly FaultDefinition[], replaced?: ReadonlySet<string>): void {
    this.#armed.load(scenario, replaced)
  }

  save(): ArmedListState<FaultDefinition, FaultState> {
    return this.#armed.save(({ matched, applied, random }) => ({
      matched,
      applied,
      random: random.save(),
    }))
  }

  restore(state: ArmedListState<FaultDefinition, FaultState>): void {
    this.#armed.restore(state, (begun, { random, ...counts }) => ({
      ...begun,
      ...counts,
      random: resumeRandom(random),
    }))
  }

  /** Draws the fault of a request: the first that matches it, and the first delay beside it. */
  draw(facts: FaultFacts): DrawnFault | undefined {
    let delay: ArmedFault | undefined
    let other: ArmedFault | undefined
    for (const armed of this.#armed.values()) {
      const isDelay = armed.definition.kind === 'delay'
      const isTaken = (isDelay ? delay : other) !== undefined
      if (isTaken || !armed.state.matches(facts) || !applies(armed)) continue
      if (isDelay) delay = armed
      else other = armed
    }
    const drawn = [delay, other].filter((armed) => armed !== undefined)
    const fault = drawn.at(-1)?.definition
    if (fault === undefined) return undefined
    const delays = drawn.map(({ state }) => state.drawDelayMs?.(state.random.next) ?? 0)
    const delayMs = Math.round(delays.reduce((sum, ms) => sum + ms))
    return { ids: drawn.map(({ id }) => id), fault, delayMs }
  }
}

/** Counts a request that a fault matches. Returns true if the fault applies to it. */
function applies({ definition, state }: ArmedFault): boolean {
  const { skip = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = definition
  state.matched += 1
  if (state.matched <= skip || state.applied >= times) return false
  if (probability < 1 && state.random.next() >= probability) return false
  state.applied += 1
  return true
}

function view({ id, definition, state }: ArmedFault): FaultView {
  return { id, definition, matched: state.matched, applied: state.applied }
}
