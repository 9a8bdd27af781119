import { isDeepStrictEqual } from 'node:util'
import { ControlError } from '../domain/errors.js'
import {
  type FaultDefinition,
  type FaultFacts,
  type FaultView,
  faultMatcher,
  sampleDelayMs,
} from '../domain/fault.js'
import { createRandom, type Random } from './random.js'

/** What strikes a request: a fault of any kind, and perhaps a delay beside it. */
export interface Strike {
  /** The ids of the faults that strike. */
  readonly ids: readonly string[]
  readonly fault: FaultDefinition
  readonly delayMs: number
}

interface ArmedFault {
  readonly id: string
  readonly definition: FaultDefinition
  readonly matches: (facts: FaultFacts) => boolean
  readonly random: Random
  matched: number
  struck: number
}

/** The armed faults, in the order in which they were armed: those of the scenario first. */
export class Faults {
  readonly #seed: number
  #scenario: readonly FaultDefinition[]
  /** The ids of those that the scenario arms. */
  #ofScenario: ReadonlySet<string> = new Set()
  readonly #armed = new Map<string, ArmedFault>()

  constructor(scenario: readonly FaultDefinition[], seed: number) {
    this.#seed = seed
    this.#scenario = scenario
    this.reset()
  }

  get isArmed(): boolean {
    return this.#armed.size > 0
  }

  /** Throws `conflict` for an id that is armed already. */
  arm(definition: FaultDefinition): FaultView {
    const id = definition.id ?? this.#freeId()
    if (this.#armed.has(id)) {
      const message = `A fault ${JSON.stringify(id)} is armed already: disarm it first`
      throw new ControlError('conflict', message, 'id')
    }
    const fault: ArmedFault = {
      id,
      definition,
      matches: faultMatcher(definition),
      random: createRandom(this.#seed, `fault ${id}`),
      matched: 0,
      struck: 0,
    }
    this.#armed.set(id, fault)
    return view(fault)
  }

  list(): FaultView[] {
    return [...this.#armed.values()].map(view)
  }

  /** Answers whether there was one. */
  disarm(id: string): boolean {
    return this.#armed.delete(id)
  }

  clear(): void {
    this.#armed.clear()
  }

  /** Back to the scenario: its faults are armed anew, and chance starts over. */
  reset(): void {
    this.#armed.clear()
    this.#ofScenario = new Set(this.#scenario.map((fault) => this.arm(fault).id))
  }

  /** Takes the faults of an edited scenario. What did not change goes on; what was armed otherwise stays. */
  load(scenario: readonly FaultDefinition[]): void {
    if (isDeepStrictEqual(scenario, this.#scenario)) return
    const others = [...this.#armed.values()].filter(({ id }) => !this.#ofScenario.has(id))
    const before = new Map(this.#armed)
    this.#scenario = scenario
    this.reset()
    for (const [id, { definition }] of this.#armed) {
      const known = before.get(id)
      if (isDeepStrictEqual(known?.definition, definition)) this.#armed.set(id, known as ArmedFault)
    }
    for (const fault of others) this.#armed.set(fault.id, fault)
  }

  /** Draws what strikes a request: of the faults that match it the first, and the first delay beside it. */
  strike(facts: FaultFacts): Strike | null {
    let delay: ArmedFault | undefined
    let other: ArmedFault | undefined
    for (const armed of this.#armed.values()) {
      const isDelay = armed.definition.kind === 'delay'
      const isTaken = (isDelay ? delay : other) !== undefined
      if (isTaken || !armed.matches(facts) || !strikes(armed)) continue
      if (isDelay) delay = armed
      else other = armed
    }
    const struck = [delay, other].filter((armed) => armed !== undefined)
    const fault = struck.at(-1)?.definition
    if (fault === undefined) return null
    const delays = struck.map(({ definition, random }) =>
      definition.delay === undefined ? 0 : sampleDelayMs(definition.delay, random),
    )
    const delayMs = Math.round(delays.reduce((sum, ms) => sum + ms))
    return { ids: struck.map(({ id }) => id), fault, delayMs }
  }

  #freeId(): string {
    const taken = new Set([...this.#armed.keys(), ...this.#scenario.map(({ id }) => id)])
    let number = this.#armed.size + 1
    while (taken.has(`fault-${number}`)) number += 1
    return `fault-${number}`
  }
}

/** Counts a request that a fault matches, and tells whether it is struck. */
function strikes(armed: ArmedFault): boolean {
  const { skip = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = armed.definition
  armed.matched += 1
  if (armed.matched <= skip || armed.struck >= times) return false
  if (probability < 1 && armed.random() >= probability) return false
  armed.struck += 1
  return true
}

function view({ id, definition, matched, struck }: ArmedFault): FaultView {
  return { id, definition, matched, struck }
}
