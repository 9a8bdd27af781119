import type { ImportKind } from '../../domain/control/vocabulary.js'
import { type ImportState, importState } from '../../domain/imports/import-state.js'
import type { ImportDefinition } from '../../domain/imports/import-types.js'
import { isPattern } from '../../domain/reference-id.js'

/** The number of imports of each kind. */
export type Kinds = Record<ImportKind, number>

export function noKinds(): Kinds {
  return { processed: 0, pending: 0, processing: 0, failed: 0, error: 0, pattern: 0 }
}

export function kindOfState(state: ImportState): ImportKind {
  return 'error' in state ? 'error' : state.status
}

/** Returns whether the state of an import depends on time or polls. */
export function moves(definition: ImportDefinition): boolean {
  return 'timeline' in definition || 'progress' in definition
}

/** Running totals of definitions, each counted as it stands before it starts: nobody has to look at all of them. */
export class KindTotals {
  readonly kinds = noKinds()
  size = 0
  /** Those that start with the load of the scenario: their kind depends on the time. */
  readonly startsAtLoad = new Set<string>()

  add(referenceId: string, definition: ImportDefinition | undefined): void {
    if (definition === undefined) return
    this.#count(referenceId, definition, 1)
    if (startsAtLoad(definition) && !isPattern(referenceId)) this.startsAtLoad.add(referenceId)
  }

  remove(referenceId: string, definition: ImportDefinition | undefined): void {
    if (definition === undefined) return
    this.#count(referenceId, definition, -1)
    this.startsAtLoad.delete(referenceId)
  }

  copy(): KindTotals {
    const copy = new KindTotals()
    Object.assign(copy.kinds, this.kinds)
    copy.size = this.size
    for (const id of this.startsAtLoad) copy.startsAtLoad.add(id)
    return copy
  }

  #count(referenceId: string, definition: ImportDefinition, change: 1 | -1): void {
    this.size += change
    this.kinds[restingKind(referenceId, definition)] += change
  }
}

/** The kind of an import before it starts. */
export function restingKind(referenceId: string, definition: ImportDefinition): ImportKind {
  if (isPattern(referenceId)) return 'pattern'
  return kindOfState(importState(definition, { startedAt: 0, polls: 0 }, 0))
}

function startsAtLoad(definition: ImportDefinition): boolean {
  return 'startsAt' in definition && definition.startsAt === 'load'
}
