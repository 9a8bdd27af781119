import * as v from 'valibot'
import type { FixedState, ServerError } from './imports/fixed-state.js'
import type { ProgressingImport, TimedImport } from './imports/import-definition.js'
import { importForms } from './imports/import-definition.js'
import { armedId, namePattern, times } from './name-pattern.js'
import { mapping, oneOf } from './schema.js'

const selection = {
  id: v.optional(armedId),
  fileName: v.optional(namePattern),
  times: v.optional(times),
}

/** The planned outcome of uploads, as a fixture or `arm` has it. */
export const uploadOutcomeSchema = oneOf({
  status: mapping({ ...selection, ...importForms.status }),
  error: mapping({ ...selection, ...importForms.error }),
  timeline: mapping({ ...selection, timeline: importForms.timeline.timeline }),
  progress: mapping({ ...selection, progress: importForms.progress.progress }),
}) satisfies v.GenericSchema<UploadOutcome>

/**
 * The planned outcome of uploads, whatever their files hold: any form of an import. It applies to those with this
 * `fileName` (a pattern, if you like), or for all; for `times` of them at the most.
 */
export type UploadOutcome = UploadSelection &
  (FixedState | ServerError | Pick<TimedImport, 'timeline'> | Pick<ProgressingImport, 'progress'>)

/** The uploads that a planned outcome applies to, and how often. */
export interface UploadSelection {
  /** The name by which the outcome can be disarmed: 1 to 64 letters, digits, dots or dashes. @defaultValue `outcome-` and the next free number */
  id?: string | undefined
  /** The outcome applies only to files of this name, or of a pattern such as `school-*`. @defaultValue every file */
  fileName?: string | undefined
  /** The outcome applies to this many uploads, then it is used up. @defaultValue no limit */
  times?: number | undefined
}

/** A planned outcome as it stands. */
export interface UploadOutcomeView {
  /** The name by which the outcome can be disarmed. */
  readonly id: string
  /** The planned upload as in a scenario. */
  readonly definition: UploadOutcome
  /** The number of uploads that had this outcome. */
  readonly used: number
}

/** The facts of an uploaded file. */
export interface UploadedFile {
  /** The name of the file. */
  readonly fileName: string
  /** The size of the file, in bytes. */
  readonly sizeBytes: number
  /** The template that the columns belong to. Null if they belong to none. */
  readonly kind: string | null
  /** The number of rows below the header. */
  readonly rows: number
}
