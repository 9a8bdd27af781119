import { isDeepStrictEqual } from 'node:util'
import { ControlError } from '../domain/errors.js'

/** A definition that is armed, and what is known of it since. */
export interface Armed<D, S> {
  readonly id: string
  readonly definition: D
  readonly state: S
}

/** What can be armed: it may bring an id of its own. */
interface Armable {
  readonly id?: string | undefined
}

/** What is armed, in its order: what the scenario arms first, then what came by the control vocabulary. */
export class ArmedList<D extends Armable, S> {
  readonly #noun: string
  readonly #begin: (id: string, definition: D) => S
  #scenario: readonly D[]
  /** The ids of what the scenario arms. */
  #ofScenario: ReadonlySet<string> = new Set()
  readonly #armed = new Map<string, Armed<D, S>>()

  /**
   * @param noun - what is armed, for ids and errors
   * @param begin - makes what is known of a definition when it is armed
   */
  constructor(noun: string, scenario: readonly D[], begin: (id: string, definition: D) => S) {
    this.#noun = noun
    this.#begin = begin
    this.#scenario = scenario
    this.reset()
  }

  get size(): number {
    return this.#armed.size
  }

  values(): IterableIterator<Armed<D, S>> {
    return this.#armed.values()
  }

  /** Throws `conflict` for an id that is armed already. */
  arm(definition: D): Armed<D, S> {
    const id = definition.id ?? this.#freeId()
    if (this.#armed.has(id)) {
      const message = `The ${this.#noun} ${JSON.stringify(id)} is armed already: disarm it first`
      throw new ControlError('conflict', message, 'id')
    }
    const armed = { id, definition, state: this.#begin(id, definition) }
    this.#armed.set(id, armed)
    return armed
  }

  /** Answers whether there was one. */
  disarm(id: string): boolean {
    return this.#armed.delete(id)
  }

  clear(): void {
    this.#armed.clear()
  }

  /** Back to the scenario: what it arms is armed anew. */
  reset(): void {
    this.#armed.clear()
    this.#ofScenario = new Set(this.#scenario.map((definition) => this.arm(definition).id))
  }

  /** Takes an edited scenario. What did not change goes on; what was armed otherwise stays. */
  load(scenario: readonly D[]): void {
    if (isDeepStrictEqual(scenario, this.#scenario)) return
    const before = new Map(this.#armed)
    const others = [...before.values()].filter(({ id }) => !this.#ofScenario.has(id))
    this.#scenario = scenario
    this.reset()
    for (const [id, { definition }] of this.#armed) {
      const known = before.get(id)
      if (known !== undefined && isDeepStrictEqual(known.definition, definition)) {
        this.#armed.set(id, known)
      }
    }
    for (const armed of others) this.#armed.set(armed.id, armed)
  }

  #freeId(): string {
    const taken = new Set([...this.#armed.keys(), ...this.#scenario.map(({ id }) => id)])
    let number = this.#armed.size + 1
    while (taken.has(`${this.#noun}-${number}`)) number += 1
    return `${this.#noun}-${number}`
  }
}
