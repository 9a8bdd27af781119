import type { ImportState } from '../../domain/imports/import-state.js'
import type { Alteration } from '../../domain/state.js'

/**
 * Imports that were finished or overridden, by referenceId. They are kept apart from the runs, because the run of an id
 * that a pattern matches can be evicted.
 */
export class Alterations {
  readonly #byId = new Map<string, Alteration>()

  keys(): IterableIterator<string> {
    return this.#byId.keys()
  }

  entries(): IterableIterator<[referenceId: string, alteration: Alteration]> {
    return this.#byId.entries()
  }

  /** Most workspaces have none, and a poll pays for each step. */
  get(referenceId: string): Alteration | undefined {
    return this.#byId.size === 0 ? undefined : this.#byId.get(referenceId)
  }

  finish(referenceId: string): void {
    const override = this.get(referenceId)?.override ?? null
    this.#byId.set(referenceId, { finished: true, override })
  }

  override(referenceId: string, override: ImportState): void {
    const finished = this.get(referenceId)?.finished ?? false
    this.#byId.set(referenceId, { finished, override })
  }

  clearOverride(referenceId: string): void {
    const alteration = this.get(referenceId)
    if (alteration?.finished) this.#byId.set(referenceId, { ...alteration, override: null })
    else this.#byId.delete(referenceId)
  }

  /** Keeps only the override: the import has another definition now. */
  unfinish(referenceId: string): void {
    const override = this.get(referenceId)?.override ?? null
    if (override === null) this.#byId.delete(referenceId)
    else this.#byId.set(referenceId, { finished: false, override })
  }

  delete(referenceId: string): void {
    this.#byId.delete(referenceId)
  }

  /** Removes an alteration. Returns a function that puts it back. */
  take(referenceId: string): () => void {
    const alteration = this.get(referenceId)
    this.delete(referenceId)
    return () => {
      if (alteration !== undefined) this.#byId.set(referenceId, alteration)
    }
  }

  restore(alterations: Iterable<readonly [referenceId: string, alteration: Alteration]>): void {
    this.clear()
    for (const [id, alteration] of alterations) this.#byId.set(id, alteration)
  }

  clear(): void {
    this.#byId.clear()
  }
}
