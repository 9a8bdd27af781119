import type { ImportDefinition, ImportResult } from './fixture.js'

/** What the status endpoint tells of an import: its result, or the error that stands in its place. */
export type ImportState = ImportResult | { readonly error: string }

/** The state of an import: a pure function of its definition. */
export function importState(definition: ImportDefinition): ImportState {
  if ('error' in definition) return { error: definition.error }
  const { status, fileLine, messages } = definition
  return { status, fileLine, messages }
}
