import type { ImportDefinition } from '../src/domain/imports/import-definition.js'
import type { UploadOutcome } from '../src/domain/upload-outcome.js'
import { definitionOf, draftOf, type ImportDraft, newDraft, numberOrText } from './import-draft.js'

/** A planned outcome of uploads as it is being written. */
export interface OutcomeDraft {
  readonly id: string
  readonly fileName: string
  readonly times: string
  readonly definition: ImportDraft
}

export const newOutcome: OutcomeDraft = {
  id: '',
  fileName: '',
  times: '',
  definition: { ...newDraft, status: 'failed' },
}

export function draftOfOutcome({
  id,
  fileName,
  times,
  ...definition
}: UploadOutcome): OutcomeDraft {
  return {
    id: id ?? '',
    fileName: fileName ?? '',
    times: times === undefined ? '' : String(times),
    definition: draftOf(definition as ImportDefinition),
  }
}

/** The outcome for the control API, which validates it. Blanks are left out. */
export function outcomeOf({ id, fileName, times, definition }: OutcomeDraft): UploadOutcome {
  const number = numberOrText(times) as number | undefined
  return {
    ...(id.trim() !== '' && { id: id.trim() }),
    ...(fileName.trim() !== '' && { fileName: fileName.trim() }),
    ...(number !== undefined && { times: number }),
    ...(definitionOf({ ...definition, startsAtLoad: false }) as UploadOutcome),
  }
}
