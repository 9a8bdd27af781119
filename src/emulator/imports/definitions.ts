import { isDeepStrictEqual } from 'node:util'
import type { ImportFixture } from '../../domain/fixture.js'
import type { ImportDefinition, ImportInput } from '../../domain/imports/import-definition.js'
import { fillTemplate } from '../../domain/imports/template.js'
import {
  isPattern,
  isPossibleReferenceId,
  type NamedNumbers,
  parsePattern,
} from '../../domain/reference-id.js'
import type { ImportsState } from '../../domain/state.js'
import type { Clock } from '../clock.js'
import { ImportSet } from './import-set.js'
import type { KindTotals } from './kind-totals.js'

/** The definition that an id matches. */
export interface FoundDefinition {
  /** The id or pattern under which the definition stands. */
  readonly source: string
  /** As it stands there. */
  readonly template: ImportInput
  /** With the numbers of this id. */
  readonly definition: ImportDefinition
}

type DefinitionsState = Pick<ImportsState, 'loadedAt' | 'put' | 'deleted' | 'laterLoads'>

/** The definitions of imports: those that were put stand above those of the scenario. */
export class Definitions {
  readonly #clock: Clock
  #scenario: ImportSet
  #overrides = new ImportSet()
  /** Ids that were deleted: those of the scenario, and those that only a pattern matches. */
  readonly #deleted = new Set<string>()
  #loadedAt: number
  /** The time of each definition that was put after the scenario was loaded. */
  readonly #loadedAtOf = new Map<string, number>()
  /** Counted when somebody first asks, and kept up to date from then on. */
  #totals: KindTotals | undefined

  constructor(clock: Clock, scenario: ImportSet) {
    this.#clock = clock
    this.#scenario = scenario
    this.#loadedAt = clock.now()
  }

  /** The number of definitions, patterns included. */
  get size(): number {
    return this.totals.size
  }

  /** The number of definitions of each kind, by their state before they start. */
  get totals(): KindTotals {
    this.#totals ??= this.#countAll()
    return this.#totals
  }

  *ids(): Generator<string> {
    for (const id of this.#scenario.ids()) if (!this.#deleted.has(id)) yield id
    for (const id of this.#overrides.ids()) if (this.#scenario.get(id) === undefined) yield id
  }

  /** Up to `count` of those that were put, and as many of the scenario. */
  firstIds(count: number): string[] {
    return [...this.#overrides.firstIds(count), ...this.#scenario.firstIds(count)].filter(
      (id) => this.get(id) !== undefined,
    )
  }

  /** Returns the definition under exactly this id or pattern. */
  get(referenceId: string): ImportInput | undefined {
    const override = this.#overrides.get(referenceId)
    if (override !== undefined || this.#deleted.has(referenceId)) return override
    return this.#scenario.get(referenceId)
  }

  /** Returns the definition that an id matches: an exact id wins, then the longest pattern. */
  find(referenceId: string): FoundDefinition | undefined {
    if (!isPossibleReferenceId(referenceId)) return undefined
    if (!isPattern(referenceId)) {
      const exact = this.get(referenceId)
      if (exact !== undefined) return filled(referenceId, exact, {})
      if (this.#deleted.has(referenceId)) return undefined
    }
    const [match] = [
      ...this.#overrides.matches(referenceId),
      ...this.#scenario.matches(referenceId),
    ]
      .filter(({ pattern }) => this.get(pattern) !== undefined)
      .sort((a, b) => b.pattern.length - a.pattern.length)
    if (match === undefined) return undefined
    return filled(match.pattern, this.get(match.pattern) as ImportInput, match.numbers)
  }

  /** Returns the time at which the definition of this id or pattern was loaded or put. */
  loadedAt(referenceId: string): number {
    return this.#loadedAtOf.get(referenceId) ?? this.#loadedAt
  }

  put(referenceId: string, definition: ImportInput): void {
    this.#totals?.remove(referenceId, this.get(referenceId))
    this.#overrides.set(referenceId, definition)
    this.#deleted.delete(referenceId)
    this.#totals?.add(referenceId, definition)
    this.#loadedAtOf.set(referenceId, this.#clock.now())
  }

  /**
   * Returns a function that puts the definition back, or undefined if there was none. An id that a pattern matches goes too,
   * and the pattern stays.
   */
  take(referenceId: string): (() => void) | undefined {
    if (!this.#isKnown(referenceId)) return undefined
    const override = this.#overrides.get(referenceId)
    const loadedAt = this.#loadedAtOf.get(referenceId)
    this.#totals?.remove(referenceId, this.get(referenceId))
    this.#overrides.delete(referenceId)
    this.#loadedAtOf.delete(referenceId)
    if (this.#isKnown(referenceId)) this.#deleted.add(referenceId)
    this.#totals?.add(referenceId, this.get(referenceId))
    return () => {
      this.#deleted.delete(referenceId)
      if (override !== undefined) this.#overrides.set(referenceId, override)
      if (loadedAt !== undefined) this.#loadedAtOf.set(referenceId, loadedAt)
      this.#totals?.add(referenceId, this.get(referenceId))
    }
  }

  /** Back to the scenario: what was put or deleted is undone. */
  reset(): void {
    this.#overrides = new ImportSet()
    this.#deleted.clear()
    this.#loadedAt = this.#clock.now()
    this.#loadedAtOf.clear()
    this.#totals = undefined
  }

  /** Takes an edited scenario; what was put or deleted stays so, unless it is `replaced`. */
  load(scenario: ImportSet, replaced: ReadonlySet<string> = new Set()): void {
    const scenarioBefore = this.#scenario
    const replacedBefore = new Map([...replaced].map((id) => [id, this.get(id)]))
    const now = this.#clock.now()
    this.#scenario = scenario
    for (const id of replaced) this.#overrides.delete(id)
    const deleted = [...this.#deleted].filter((id) => !replaced.has(id))
    this.#deleted.clear()
    for (const id of deleted) if (this.#isKnown(id)) this.#deleted.add(id)
    for (const [id, definition] of scenario.entries()) {
      if (this.#overrides.get(id) !== undefined) continue
      const before = replaced.has(id) ? replacedBefore.get(id) : scenarioBefore.get(id)
      if (!isDeepStrictEqual(definition, before)) this.#loadedAtOf.set(id, now)
    }
    this.#totals = undefined
  }

  /** The number of definitions that were put. */
  get putCount(): number {
    return this.#overrides.size
  }

  save(): DefinitionsState {
    return {
      loadedAt: this.#loadedAt,
      put: [...this.#overrides.entries()].map(([id, definition]) => named(id, definition)),
      deleted: [...this.#deleted],
      laterLoads: [...this.#loadedAtOf],
    }
  }

  restore(scenario: ImportSet, { loadedAt, put, deleted, laterLoads }: DefinitionsState): void {
    this.reset()
    this.#scenario = scenario
    this.#loadedAt = loadedAt
    for (const { referenceId, ...definition } of put) this.#overrides.set(referenceId, definition)
    for (const id of deleted) this.#deleted.add(id)
    for (const [id, at] of laterLoads) this.#loadedAtOf.set(id, at)
  }

  #countAll(): KindTotals {
    const totals = this.#scenario.totals.copy()
    for (const id of this.#deleted) totals.remove(id, this.#scenario.get(id))
    for (const [id, definition] of this.#overrides.entries()) {
      // One that was put and deleted is deleted alone.
      totals.remove(id, this.#scenario.get(id))
      totals.add(id, definition)
    }
    return totals
  }

  #isKnown(referenceId: string): boolean {
    return this.get(referenceId) !== undefined || this.find(referenceId) !== undefined
  }
}

/** A definition as a scenario has it. */
export function named(referenceId: string, definition: ImportInput): ImportFixture {
  return { referenceId, ...definition }
}

/** The definition that a run follows, which may be another one by now. */
export function resumeDefinition(referenceId: string, fixture: ImportFixture): FoundDefinition {
  const { referenceId: source, ...template } = fixture
  const numbers = source === referenceId ? {} : parsePattern(source).match(referenceId)
  return filled(source, template, numbers ?? {})
}

function filled(source: string, template: ImportInput, numbers: NamedNumbers): FoundDefinition {
  return { source, template, definition: fillTemplate<ImportDefinition>(template, numbers) }
}
