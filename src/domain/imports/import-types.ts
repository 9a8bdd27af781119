import type { ImportStatus } from './import-status.js'

/** The response of the status endpoint for an import (documented). */
export interface ImportResult {
  readonly status: ImportStatus
  /** The number of data rows of the CSV file that were imported or processed. */
  readonly fileLine: number
  /** A sentence for each mistake; empty on success. */
  readonly messages: readonly string[]
}

/** A state that stays. */
export interface FixedState {
  /** The status that polls find. `processing` is published, not documented. */
  status: ImportStatus
  /** The number of data rows that were imported or processed. @defaultValue 0 */
  fileLine?: number | undefined
  /** A sentence for each mistake in the roster. @defaultValue none */
  messages?: string[] | undefined
}

/** An import that the service cannot report on: polls get 500. */
export interface ServerError {
  /** Polls get 500 with this text as the `message` of the response. */
  error: string
}

/** The begin of a step of a timeline. Every step but the first has one of the two fields. */
export interface StepCondition {
  /** The step begins this long after the import started, by the virtual clock, such as `5s`. */
  after?: string | undefined
  /** The step begins after this many polls: with 2, the third poll finds it. */
  afterPolls?: number | undefined
}

/** One step of a timeline: a state or an error, and when it begins. */
export type TimelineStep = StepCondition & (FixedState | ServerError)

/** The steps of an import in their order, at least one. */
export type Timeline = TimelineStep[]

/** An import whose `fileLine` grows evenly from 0. */
export interface Progress {
  /** The `fileLine` at the end of the import. */
  lines: number
  /** The time from the start of the import to its end, by the virtual clock, such as `30s`. */
  duration: string
  /** The status at the end of the import. */
  outcome: 'processed' | 'failed'
  /** The status until then. `processing` is published, not documented. @defaultValue `'pending'` */
  runningStatus?: 'pending' | 'processing' | undefined
  /** The messages at the end of the import. @defaultValue none */
  messages?: string[] | undefined
  /** The line at which the import fails, for the outcome `failed`. @defaultValue the value of `lines` */
  failsAt?: number | undefined
}

/** The start of an import's time. */
export interface Start {
  /** The import starts at its first poll (`first-poll`), or when the scenario is loaded (`load`). @defaultValue `'first-poll'` */
  startsAt?: 'first-poll' | 'load' | undefined
}

/** The definition of an import, without its id: one of four forms, each with a field that only it has. */
export type ImportDefinition = FixedState | ServerError | TimedImport | ProgressingImport

/** An import that goes through the steps of a timeline. */
export interface TimedImport extends Start {
  /** The steps in their order, at least one. A poll finds the last step that has begun. */
  timeline: Timeline
}

/** An import whose `fileLine` grows evenly from 0 to its end. */
export interface ProgressingImport extends Start {
  /** The size, the duration and the end of the import. Its `fileLine` grows evenly from 0. */
  progress: Progress
}
