import type { ImportKind } from '../src/domain/control/vocabulary.js'
import type { ImportState } from '../src/domain/imports/import-state.js'

/** Returns the kind of an import. The colour says the same. */
export function kindOf(state: ImportState | null): ImportKind {
  if (state === null) return 'pattern'
  return 'error' in state ? 'error' : state.status
}

export const kindWords = {
  processed: 'processed',
  pending: 'pending',
  processing: 'processing',
  failed: 'failed',
  error: 'server error',
  pattern: 'pattern',
} as const satisfies Record<ImportKind, string>
