import type { ImportInput } from '../../domain/imports/import-definition.js'
import {
  isPattern,
  type NamedNumbers,
  parsePattern,
  type ReferenceIdPattern,
} from '../../domain/reference-id.js'
import { KindTotals } from './kind-totals.js'

/** A pattern that matches an id, and the numbers that it names there. */
export interface PatternMatch {
  readonly pattern: string
  readonly numbers: NamedNumbers
}

/** Import definitions by referenceId, of which some are patterns. */
export class ImportSet {
  readonly #definitions = new Map<string, ImportInput>()
  /** Patterns by what their ids start with. */
  readonly #patterns = new Map<string, ReferenceIdPattern[]>()
  #prefixLengths = new Set<number>()
  /** Made when somebody first asks. */
  #totals: KindTotals | undefined

  constructor(entries: Iterable<readonly [string, ImportInput]> = []) {
    for (const [referenceId, definition] of entries) this.set(referenceId, definition)
  }

  /** Totals of all definitions. Copy them before you change them. */
  get totals(): KindTotals {
    if (this.#totals === undefined) {
      this.#totals = new KindTotals()
      for (const [id, definition] of this.#definitions) this.#totals.add(id, definition)
    }
    return this.#totals
  }

  get size(): number {
    return this.#definitions.size
  }

  entries(): IterableIterator<[referenceId: string, definition: ImportInput]> {
    return this.#definitions.entries()
  }

  ids(): IterableIterator<string> {
    return this.#definitions.keys()
  }

  firstIds(count: number): string[] {
    const ids: string[] = []
    for (const id of this.#definitions.keys()) {
      if (ids.length === count) break
      ids.push(id)
    }
    return ids
  }

  get(referenceId: string): ImportInput | undefined {
    return this.#definitions.get(referenceId)
  }

  set(referenceId: string, definition: ImportInput): void {
    if (isPattern(referenceId) && !this.#definitions.has(referenceId)) {
      const pattern = parsePattern(referenceId)
      const bucket = this.#patterns.get(pattern.prefix) ?? []
      this.#patterns.set(pattern.prefix, [...bucket, pattern])
      this.#prefixLengths.add(pattern.prefix.length)
    }
    this.#totals = undefined
    this.#definitions.set(referenceId, definition)
  }

  delete(referenceId: string): void {
    this.#totals = undefined
    if (!this.#definitions.delete(referenceId) || !isPattern(referenceId)) return
    const { prefix } = parsePattern(referenceId)
    const bucket = this.#patterns.get(prefix) as ReferenceIdPattern[]
    const rest = bucket.filter(({ text }) => text !== referenceId)
    if (rest.length > 0) {
      this.#patterns.set(prefix, rest)
      return
    }
    this.#patterns.delete(prefix)
    this.#prefixLengths = new Set([...this.#patterns.keys()].map(({ length }) => length))
  }

  /** The patterns that match an id. However many others there are, it costs the same. */
  matches(referenceId: string): PatternMatch[] {
    return [...this.#prefixLengths]
      .flatMap((length) => this.#patterns.get(referenceId.slice(0, length)) ?? [])
      .flatMap(({ text, match }) => {
        const numbers = match(referenceId)
        return numbers === undefined ? [] : [{ pattern: text, numbers }]
      })
  }
}
