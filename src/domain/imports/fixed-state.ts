import * as v from 'valibot'
import { list, mapping, oneOf, text, word } from '../schema.js'
import { lineNumber } from './fields.js'
import { type ImportStatus, importStatuses } from './import-status.js'

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

export const fixedStateFields = {
  status: word(importStatuses),
  fileLine: v.optional(lineNumber(0)),
  messages: v.optional(list(text)),
}

export const serverErrorFields = { error: text }

/** A state, without the id of an import. */
export const fixedStateSchema = oneOf({
  status: mapping(fixedStateFields),
  error: mapping(serverErrorFields),
}) satisfies v.GenericSchema<FixedState | ServerError>
