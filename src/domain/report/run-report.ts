import type { Basis } from '../behaviours.js'
import type { FindingCode } from './findings.js'
import type { OutcomeInfo } from './outcomes.js'
import type { UnexpectedKind } from './unexpected.js'

/** All that a run met, counted since the emulator started or `report.reset()`. It is exact for a run of any length. */
export interface RunReport {
  /** The version of this shape. */
  readonly version: 1
  /** The name of the workspace, `main` if it has none. Null for all workspaces together. */
  readonly workspace: string | null
  /** The real time at which the count began, in ISO 8601. */
  readonly since: string
  /** The number of requests, those without a response included. */
  readonly requests: number
  /** Every outcome that is known, with those that no request met. */
  readonly outcomes: readonly OutcomeCount[]
  /** The requests that no integration should make. Kinds that were not seen are left out. */
  readonly unexpected: readonly UnexpectedRequests[]
  /** The findings about clients, those that were made. */
  readonly findings: readonly Finding[]
  /** The number of responses that rest on each basis, by the weakest evidence of each response. */
  readonly basis: Readonly<Record<Basis, number>>
  /** The definitions that no request used. */
  readonly unused: UnusedDefinitions
  /** A sentence for each kind of detail that was left out, because memory is bounded. The counts above stay exact. */
  readonly cut: readonly string[]
}

/** An outcome, and how often the run met it. */
export interface OutcomeCount extends OutcomeInfo {
  /** The number of requests that met the outcome. */
  readonly count: number
}

/** Requests of one kind that no integration should make. */
export interface UnexpectedRequests {
  /** The kind of the requests. */
  readonly kind: UnexpectedKind
  /** The mistake in a few words. */
  readonly title: string
  /** The number of the requests. */
  readonly count: number
  /** The ids of the first five journal entries. An entry may be evicted by now. */
  readonly entries: readonly number[]
}

/** A finding about how a client treats the service. */
export interface Finding {
  /** The code of the finding. */
  readonly finding: FindingCode
  /** The number of requests that show it. */
  readonly count: number
  /** The facts in one sentence. */
  readonly sentence: string
  /** The ids of the first five journal entries. An entry may be evicted by now. */
  readonly entries: readonly number[]
  /** The path of the explanation, which the emulator serves. */
  readonly link: string
}

/** The definitions that no request used. */
export interface UnusedDefinitions {
  /** Imports and patterns of the scenario that no request asked for. */
  readonly imports: UnusedList
  /** Armed faults that were applied to no request. */
  readonly faults: UnusedList
  /** Planned uploads that no upload used. */
  readonly uploads: UnusedList
}

/** Ids of definitions. */
export interface UnusedList {
  /** The first 20 ids. */
  readonly ids: readonly string[]
  /** The number of further ids. */
  readonly more: number
}
