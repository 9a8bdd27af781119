import type { Alterations } from './alterations.js'
import type { Definitions } from './definitions.js'
import type { ImportRuns } from './import-runs.js'

/** The ids of the imports that there are: defined ones, then those that are known only by a request or a change. */
export class ImportIds {
  readonly #definitions: Definitions
  readonly #runs: ImportRuns
  readonly #alterations: Alterations

  constructor(definitions: Definitions, runs: ImportRuns, alterations: Alterations) {
    this.#definitions = definitions
    this.#runs = runs
    this.#alterations = alterations
  }

  /** The ids that hold a text, whatever its case. */
  *search(text = ''): Generator<string> {
    const wanted = text.toLowerCase()
    for (const ids of [this.#definitions.ids(), this.further()]) {
      for (const id of ids) if (id.toLowerCase().includes(wanted)) yield id
    }
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
