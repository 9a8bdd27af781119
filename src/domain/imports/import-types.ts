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
  status: ImportStatus
  /** @defaultValue 0 */
  fileLine?: number | undefined
  /** @defaultValue none */
  messages?: string[] | undefined
}

/** Responds with 500 and this text in place of a state. */
export interface ServerError {
  /** The `message` of the response. */
  error: string
}

/** Tells when a step of a timeline begins. Every step but the first has one of the two. */
export interface StepCondition {
  /** A duration since the import started, by the virtual clock: `5s`. */
  after?: string | undefined
  /** After this many polls: with 2, the third poll finds the step. */
  afterPolls?: number | undefined
}

/** One step of a timeline: a state or an error, and when it begins. */
export type TimelineStep = StepCondition & (FixedState | ServerError)

/** The steps of an import in their order, at least one. */
export type Timeline = TimelineStep[]

/** An import whose `fileLine` grows evenly from 0. */
export interface Progress {
  /** The number of lines at its end. */
  lines: number
  /** The duration until its end, by the virtual clock: `30s`. */
  duration: string
  /** Its state at its end. */
  outcome: 'processed' | 'failed'
  /** Its state until then. `processing` is published, not documented. @defaultValue `'pending'` */
  runningStatus?: 'pending' | 'processing' | undefined
  /** The messages at its end. @defaultValue none */
  messages?: string[] | undefined
  /** The line at which it fails, for the outcome `failed`. @defaultValue `lines` */
  failsAt?: number | undefined
}

/** Tells from when the time of an import counts. */
export interface Start {
  /** `first-poll`: from its first poll. `load`: from the load of the scenario. @defaultValue `'first-poll'` */
  startsAt?: 'first-poll' | 'load' | undefined
}

/** The definition of an import, without its id: one of four forms, each with a field that only it has. */
export type ImportDefinition =
  | FixedState
  | ServerError
  | (Start & { timeline: Timeline })
  | (Start & { progress: Progress })
