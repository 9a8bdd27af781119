import * as v from 'valibot'
import { mapping, oneOf, word } from '../schema.js'
import {
  type FixedState,
  fixedStateFields,
  type ServerError,
  serverErrorFields,
} from './fixed-state.js'
import { type Progress, progressSchema } from './progress.js'
import type { AsWritten } from './template.js'
import { type Timeline, timelineSchema } from './timeline.js'

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

const startsAt = v.optional(word(['first-poll', 'load']))

/** The fields of each form in which an import can be written. */
export const importForms = {
  status: fixedStateFields,
  error: serverErrorFields,
  timeline: { timeline: timelineSchema, startsAt },
  progress: { progress: progressSchema, startsAt },
}

/** The definition of an import, without its id. */
export const importDefinitionSchema = oneOf({
  status: mapping(importForms.status),
  error: mapping(importForms.error),
  timeline: mapping(importForms.timeline),
  progress: mapping(importForms.progress),
}) satisfies v.GenericSchema<ImportDefinition>

/** An import to put: where its id is a pattern that names numbers, `'{n}'` stands for one. */
export type ImportInput = AsWritten<ImportDefinition>
