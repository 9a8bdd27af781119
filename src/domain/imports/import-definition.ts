import * as v from 'valibot'
import { durationSchema, unnamedNumber } from '../duration.js'
import { list, mapping, oneOf, text, wholeNumber, word } from '../schema.js'
import { checkProgress, checkTimeline } from './import-rules.js'
import { importStatuses, runningStatuses } from './import-status.js'
import type { ImportDefinition } from './import-types.js'
import { type AsWritten, orTemplate } from './template.js'

/** A number of lines or polls; the pattern of the referenceId may name it: `{n}`. */
function lineNumber(min: number) {
  const number = wholeNumber(min, 1_000_000_000, (input) => unnamedNumber(input))
  // A text that is more than a number stays a text, so that the message can quote it.
  return orTemplate(number, (text) => (Number.isNaN(Number(text)) ? text : Number(text)))
}

/** A time; the pattern of the referenceId may name its number: `{n}s`. */
const duration = orTemplate(durationSchema, (text) => text)

const fixedState = {
  status: word(importStatuses),
  fileLine: v.optional(lineNumber(0)),
  messages: v.optional(list(text)),
}

const serverError = { error: text }

const condition = {
  after: v.optional(duration),
  afterPolls: v.optional(lineNumber(1)),
}

const timelineSchema = v.pipe(
  list(
    oneOf({
      status: mapping({ ...condition, ...fixedState }),
      error: mapping({ ...condition, ...serverError }),
    }),
  ),
  v.minLength(1, 'needs at least one step'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.issues === undefined) checkTimeline(dataset.value, addIssue)
  }),
)

const progressSchema = v.pipe(
  mapping({
    lines: lineNumber(0),
    duration,
    outcome: word(['processed', 'failed']),
    runningStatus: v.optional(word(runningStatuses)),
    messages: v.optional(list(text)),
    failsAt: v.optional(lineNumber(0)),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.issues === undefined) checkProgress(dataset.value, addIssue)
  }),
)

/** The start of an import's time: its first poll, the default, or the load of the scenario. */
const startsAt = v.optional(word(['first-poll', 'load']))

/** The fields of each form in which an import can be written. */
export const importForms = {
  status: fixedState,
  error: serverError,
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
