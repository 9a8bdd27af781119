import type { ImportPage } from '../../domain/control/vocabulary.js'
import type { Alterations } from './alterations.js'
import type { Definitions } from './definitions.js'
import type { ImportRuns } from './import-runs.js'

/** The number of ids whose change is remembered. */
const rememberedChanges = 10_000

/** The ids of the imports that there are: defined ones, then those that are known only by a request or a change. */
export class ImportIds {
  readonly #definitions: Definitions
  readonly #runs: ImportRuns
  readonly #alterations: Alterations
  /** The ids that were changed, the latest last. */
  readonly #changed = new Set<string>()

  constructor(definitions: Definitions, runs: ImportRuns, alterations: Alterations) {
    this.#definitions = definitions
    this.#runs = runs
    this.#alterations = alterations
  }

  /** Remembers that an import was changed last. */
  touch(referenceId: string): void {
    this.#changed.delete(referenceId)
    this.#changed.add(referenceId)
    if (this.#changed.size <= rememberedChanges) return
    const [oldest] = this.#changed
    this.#changed.delete(oldest as string)
  }

  forgetChanges(): void {
    this.#changed.clear()
  }

  /** The ids that hold a text, whatever its case, or whose uploaded file does. */
  *search(text = '', order: ImportPage['order'] = 'defined'): Generator<string> {
    const wanted = text.toLowerCase()
    const holds = (part: string | undefined) => part?.toLowerCase().includes(wanted)
    for (const id of order === 'defined' ? this.#all() : this.#changedFirst()) {
      if (holds(id) || holds(this.#runs.findUpload(id)?.upload?.fileName)) yield id
    }
  }

  *#all(): Generator<string> {
    yield* this.#definitions.ids()
    yield* this.further()
  }

  *#changedFirst(): Generator<string> {
    for (const id of [...this.#changed].reverse()) if (this.#isListed(id)) yield id
    for (const id of this.#all()) if (!this.#changed.has(id)) yield id
  }

  #isListed(referenceId: string): boolean {
    return (
      this.#isDefined(referenceId) ||
      this.#runs.hasMatched(referenceId) ||
      this.#runs.hasUpload(referenceId) ||
      this.#alterations.get(referenceId) !== undefined
    )
  }

  /** Defined ids whose state may not be the one before their start. */
  *moving(): Generator<string> {
    const moving = this.#runs.movingIds()
    const { startsAtLoad } = this.#definitions.totals
    for (const id of startsAtLoad) if (!moving.has(id)) yield id
    yield* moving
    for (const id of this.#alterations.keys()) {
      const isCounted = moving.has(id) || startsAtLoad.has(id)
      if (!isCounted && this.#isDefined(id)) yield id
    }
  }

  /** Ids that a pattern has matched, in a poll or where one was altered, or that an upload began. */
  *further(): Generator<string> {
    for (const id of this.#runs.matchedIds()) if (!this.#isDefined(id)) yield id
    yield* this.#runs.uploadIds()
    for (const id of this.#alterations.keys()) {
      const isListed = this.#runs.hasMatched(id) || this.#runs.hasUpload(id)
      if (!isListed && !this.#isDefined(id)) yield id
    }
  }

  #isDefined(referenceId: string): boolean {
    return this.#definitions.get(referenceId) !== undefined
  }
}
