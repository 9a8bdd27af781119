import type { ImportKind } from '../../domain/control/vocabulary.js'
import { compileImport } from '../../domain/imports/compile-import.js'
import type { ImportDefinition, ImportInput } from '../../domain/imports/import-definition.js'
import type { ImportState } from '../../domain/imports/import-state.js'
import { fillTemplate } from '../../domain/imports/template.js'
import { isPattern } from '../../domain/reference-id.js'

/** The number of imports of each kind. */
export type Kinds = Record<ImportKind, number>

export function noKinds(): Kinds {
  return { processed: 0, pending: 0, processing: 0, failed: 0, error: 0, pattern: 0 }
}

export function kindOfState(state: ImportState): ImportKind {
  return 'error' in state ? 'error' : state.status
}

/** Running totals of definitions, each counted as it stands before it starts: nobody has to look at all of them. */
export class KindTotals {
  readonly kinds = noKinds()
  size = 0
  /** Those that start with the load of the scenario: their kind depends on the time. */
  readonly startsAtLoad = new Set<string>()

  add(referenceId: string, definition: ImportInput | undefined): void {
    if (definition === undefined) return
    this.#count(referenceId, definition, 1)
    if (startsAtLoad(definition) && !isPattern(referenceId)) this.startsAtLoad.add(referenceId)
  }

  remove(referenceId: string, definition: ImportInput | undefined): void {
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

  #count(referenceId: string, definition: ImportInput, change: 1 | -1): void {
    this.size += change
    this.kinds[restingKind(referenceId, definition)] += change
  }
}

/** The kind of an import before it starts. */
export function restingKind(referenceId: string, definition: ImportInput): ImportKind {
  if (isPattern(referenceId)) return 'pattern'
  return kindOfState(compileImport(fillTemplate<ImportDefinition>(definition, {})).stateAt(0, 0))
}

function startsAtLoad(definition: ImportInput): boolean {
  return 'startsAt' in definition && definition.startsAt === 'load'
}
