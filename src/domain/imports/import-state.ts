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

/** One step of an import: its state, and the time and the polls after which it begins. */
export interface CourseStep {
  /** The time from the start of the import, in milliseconds. */
  readonly afterMs: number
  /** The step begins with the poll after this many; -1 if polls do not decide. */
  readonly afterPolls: number
  readonly state: ImportState
}

/** A definition that is ready for polls: its durations are milliseconds. */
export interface CompiledImport {
  /** True if the state depends on time or polls. */
  readonly moves: boolean
  /** The steps in their order, at least one. The first holds from the start, the last is the end. */
  readonly course: readonly CourseStep[]
  /**
   * The state of the import: a pure function.
   *
   * @param elapsedMs - the time since the start, in milliseconds
   * @param polls - the number of polls, the current one included
   */
  stateAt(elapsedMs: number, polls: number): ImportState
}
