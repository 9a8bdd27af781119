import * as v from 'valibot'
import { armedId, namePattern, times } from './armed.js'
import { importForms } from './import-definition.js'
import { mapping, oneOf } from './schema.js'

const selection = {
  id: v.optional(armedId),
  fileName: v.optional(namePattern),
  times: v.optional(times),
}

/** What becomes of uploads, as a fixture writes it, or `arm` takes it. */
export const uploadOutcomeSchema = oneOf({
  status: mapping({ ...selection, ...importForms.status }),
  error: mapping({ ...selection, ...importForms.error }),
  timeline: mapping({ ...selection, timeline: importForms.timeline.timeline }),
  progress: mapping({ ...selection, progress: importForms.progress.progress }),
})

/**
 * What becomes of uploads, whatever their files hold: any form of an import. It is for those with this
 * `fileName` (a pattern, if you like), or for all; for `times` of them at the most.
 */
export type UploadOutcome = v.InferInput<typeof uploadOutcomeSchema>

/** A planned outcome as it stands. */
export interface UploadOutcomeView {
  readonly id: string
  readonly definition: UploadOutcome
  /** How many uploads it was the outcome of. */
  readonly used: number
}

/** What is known of an uploaded file. */
export interface UploadedFile {
  readonly fileName: string
  readonly sizeBytes: number
  /** The template that its columns are of; null where they are of none. */
  readonly kind: string | null
  /** How many rows it has below its header. */
  readonly rows: number
}
