import type { ImportStatus } from './import-status.js'

/** The response of the status endpoint for an import (documented). */
export interface ImportResult {
  readonly status: ImportStatus
  /** The number of data rows of the CSV file that were imported or processed. */
  readonly fileLine: number
  /** A sentence for each mistake; empty on success. */
  readonly messages: readonly string[]
}

/** The state of an import: its result, or the error that the status endpoint returns instead. */
export type ImportState = ImportResult | { readonly error: string }

/** A definition that is ready for polls: its durations are milliseconds. */
export interface CompiledImport {
  /** True if the state depends on time or polls. */
  readonly moves: boolean
  /**
   * The state of the import: a pure function.
   *
   * @param elapsedMs - the time since the start, in milliseconds
   * @param polls - the number of polls, the current one included
   */
  stateAt(elapsedMs: number, polls: number): ImportState
}
