import type { Operation } from '../operations.js'
import type { ReasonCode } from '../reason.js'
import type { ImportState } from './import-state.js'
import type { ImportStatus } from './import-status.js'

/** The history of one import since it was defined: its requests and changes, and the steps of its definition. */
export interface ImportHistory {
  /** The id of the import. */
  readonly referenceId: string
  /**
   * The marks in order of arrival: of the import the first 100 and the last 900, and of the workspace the last 100 changes
   * of its clock.
   */
  readonly marks: readonly HistoryMark[]
  /** The marks of the import between the first 100 and the last 900. Null if none are missing there. */
  readonly leftOut: LeftOut | null
  /** False if earlier marks may be missing: a workspace keeps 50,000 marks, and evicts those of imports without requests. */
  readonly complete: boolean
  /** The number of changes of the clock that were left out: all but the last 100. */
  readonly clockLeftOut: number
  /** The steps of the definition in their order. They go on beneath an override. */
  readonly course: readonly CourseStepView[]
  /** The step of the definition that comes next. Null at its end. */
  readonly next: CourseStepView | null
}

/** Marks that were left out. */
export interface LeftOut {
  /** The number of marks. */
  readonly count: number
  /** The time of the mark before them, in ISO 8601. */
  readonly from: string
  /** The time of the mark after them, in ISO 8601. */
  readonly to: string
}

/** One step of the definition of an import. */
export interface CourseStepView {
  /** The state in this step. The first state of a progress is that at its start. */
  readonly state: ImportState
  /** The time at which the step begins, in ISO 8601. Null before the start, where polls decide, and after the year 9999. */
  readonly at: string | null
  /** The step begins with the poll after this many. Null if polls do not decide. */
  readonly afterPolls: number | null
  /** True if the step, or a later one, has begun. */
  readonly reached: boolean
}

/** One event in the history of an import. */
export type HistoryMark =
  | PollMark
  | FaultMark
  | RefusalMark
  | DownloadMark
  | UploadMark
  | ClockMark
  | FinishMark
  | OverrideMark
  | ClearOverrideMark

/** The time of an event. */
interface Mark {
  /** The time of the virtual clock, in ISO 8601. */
  readonly at: string
}

/** A request for the import. */
interface RequestMark extends Mark {
  /** The id of the journal entry. */
  readonly entryId: number
  /** The client of the request. Null if it named none. */
  readonly client: string | null
  /** The HTTP status of the response. Null if there was no response. */
  readonly status: number | null
}

/** A poll that was counted. */
export interface PollMark extends RequestMark {
  /** The kind of the mark. */
  readonly kind: 'poll'
  /** The status of the import, or `error`. */
  readonly state: ImportStatus | 'error'
  /** The line of the import. Null for an error. */
  readonly fileLine: number | null
}

/** A request to which a fault was applied. If it was a poll that counted, its mark stands before. */
export interface FaultMark extends RequestMark {
  /** The kind of the mark. */
  readonly kind: 'fault'
  /** The operation that was requested. */
  readonly operation: Operation
  /** The ids of the faults. */
  readonly faults: readonly string[]
}

/** A request that was refused with 401 or 403. */
export interface RefusalMark extends RequestMark {
  /** The kind of the mark. */
  readonly kind: 'refusal'
  /** The operation that was requested. */
  readonly operation: Operation
  /** The code of the reason. */
  readonly reason: ReasonCode
}

/** A request for the result file. */
export interface DownloadMark extends RequestMark {
  /** The kind of the mark. */
  readonly kind: 'download'
  /** `download` for the signed URL, `result` for the file itself. */
  readonly operation: 'download' | 'result'
}

/** The upload that began the import. */
export interface UploadMark extends RequestMark {
  /** The kind of the mark. */
  readonly kind: 'upload'
}

/** A change of the virtual clock of the workspace. */
export interface ClockMark extends Mark {
  /** The kind of the mark. */
  readonly kind: 'clock'
  /** The change. */
  readonly change: ClockChange
  /** The time before the change, in ISO 8601. */
  readonly from: string
  /** The time after the change, in ISO 8601. */
  readonly to: string
}

export const clockChanges = ['freeze', 'resume', 'set', 'advance', 'reset'] as const

/** A change of the virtual clock. */
export type ClockChange = (typeof clockChanges)[number]

/** A call of `imports.finish`. */
export interface FinishMark extends Mark {
  /** The kind of the mark. */
  readonly kind: 'finish'
}

/** A call of `imports.override`. */
export interface OverrideMark extends Mark {
  /** The kind of the mark. */
  readonly kind: 'override'
  /** The status that was laid over the definition, or `error`. */
  readonly state: ImportStatus | 'error'
  /** The line that was laid over the definition. Null for an error. */
  readonly fileLine: number | null
}

/** A call of `imports.clearOverride`. */
export interface ClearOverrideMark extends Mark {
  /** The kind of the mark. */
  readonly kind: 'clearOverride'
}
