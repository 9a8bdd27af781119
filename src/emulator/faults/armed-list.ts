import { isDeepStrictEqual } from 'node:util'
import { ControlError } from '../../domain/errors.js'
import type { ArmedListState } from '../../domain/state.js'
import { quoted } from '../../domain/visible-text.js'
import type { Removed } from '../removals.js'

/** A definition that is armed, and what is known of it since. */
export interface Armed<D, S> {
  readonly id: string
  readonly definition: D
  readonly state: S
}

/** A definition that can be armed. It may have an id of its own. */
interface Armable {
  readonly id?: string | undefined
}

/** The armed definitions in their order: those of the scenario first, then those of the control API. */
export class ArmedList<D extends Armable, S> {
  readonly #noun: string
  readonly #begin: (id: string, definition: D) => S
  #scenario: readonly D[]
  /** The definitions of the scenario, by their ids. */
  #ofScenario: ReadonlyMap<string, D> = new Map()
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
    const id = definition.id ?? this.#freeId(this.#armed.size, this.#armed, this.#ofScenario)
    if (this.#armed.has(id)) {
      const message = `The ${this.#noun} ${quoted(id)} is armed already: disarm it first`
      throw new ControlError('conflict', message, 'id')
    }
    return this.#put(id, definition)
  }

  /** Returns what was removed, or undefined if there was none. */
  disarm(id: string): Removed | undefined {
    const armed = this.#armed.get(id)
    return armed && this.#remove([armed])
  }

  /** Returns what was removed. */
  clear(): Removed {
    return this.#remove([...this.#armed.values()])
  }

  /** Puts removed items back, with their counts and their places in the order. */
  #remove(removed: readonly Armed<D, S>[]): Removed {
    const order = [...this.#armed.keys()]
    for (const { id } of removed) this.#armed.delete(id)
    return {
      putBack: () => {
        if (removed.some(({ id }) => this.#armed.has(id))) return false
        const byId = new Map([...this.#armed, ...removed.map((it) => [it.id, it] as const)])
        const ids = new Set([...order, ...this.#armed.keys()])
        this.#armed.clear()
        for (const id of ids) {
          const armed = byId.get(id)
          if (armed !== undefined) this.#armed.set(id, armed)
        }
        return true
      },
    }
  }

  /** Back to the scenario: what it arms is armed anew. */
  reset(): void {
    this.#armed.clear()
    this.#ofScenario = this.#nameAll(this.#scenario, new Map())
    for (const [id, definition] of this.#ofScenario) this.#put(id, definition)
  }

  /** @param saveState - saves what is known of a definition */
  save<T>(saveState: (state: S) => T): ArmedListState<D, T> {
    return {
      scenario: this.#scenario,
      ofScenario: [...this.#ofScenario],
      armed: [...this.#armed.values()].map(({ id, definition, state }) => ({
        id,
        definition: definition === this.#ofScenario.get(id) ? undefined : definition,
        state: saveState(state),
      })),
    }
  }

  /** @param resume - makes what is known of a definition from what was saved */
  restore<T>(
    { scenario, ofScenario, armed }: ArmedListState<D, T>,
    resume: (begun: S, saved: T) => S,
  ): void {
    this.#scenario = scenario
    this.#ofScenario = new Map(ofScenario)
    this.#armed.clear()
    for (const { id, definition = this.#ofScenario.get(id) as D, state } of armed) {
      this.#armed.set(id, { id, definition, state: resume(this.#begin(id, definition), state) })
    }
  }

  /**
   * Takes an edited scenario. What did not change goes on, or stays disarmed; what was armed otherwise stays. What is
   * `replaced` is armed as the scenario has it, and goes on if it was armed so.
   */
  load(scenario: readonly D[], replaced: ReadonlySet<string> = new Set()): void {
    if (replaced.size === 0 && isDeepStrictEqual(scenario, this.#scenario)) return
    const armedBefore = new Map(this.#armed)
    const scenarioBefore = this.#ofScenario
    const others = new Map(
      [...armedBefore].filter(
        ([id, { definition }]) => !replaced.has(id) && scenarioBefore.get(id) !== definition,
      ),
    )
    this.#scenario = scenario
    this.#armed.clear()
    this.#ofScenario = this.#nameAll(scenario, others)
    for (const [id, definition] of this.#ofScenario) {
      const known = armedBefore.get(id)
      const before = replaced.has(id) ? known?.definition : scenarioBefore.get(id)
      if (!isDeepStrictEqual(definition, before)) this.#put(id, definition)
      else if (known !== undefined) this.#armed.set(id, { ...known, definition })
    }
    for (const [id, armed] of others) this.#armed.set(id, armed)
  }

  #put(id: string, definition: D): Armed<D, S> {
    const armed = { id, definition, state: this.#begin(id, definition) }
    this.#armed.set(id, armed)
    return armed
  }

  /** Gives ids to what has none. An id that is taken stays with what has it. */
  #nameAll(scenario: readonly D[], taken: ReadonlyMap<string, unknown>): Map<string, D> {
    const ids = new Set(scenario.map(({ id }) => id ?? ''))
    const named = new Map<string, D>()
    for (const definition of scenario) {
      const id = definition.id ?? this.#freeId(named.size, named, ids, taken)
      if (!taken.has(id)) named.set(id, definition)
    }
    return named
  }

  /** The first number after `after` that makes an id which none of these have. */
  #freeId(after: number, ...taken: { has(id: string): boolean }[]): string {
    let number = after + 1
    while (taken.some((ids) => ids.has(`${this.#noun}-${number}`))) number += 1
    return `${this.#noun}-${number}`
  }
}
