import { durationSchema, unnamedNumber } from '../duration.js'
import { wholeNumber } from '../schema.js'
import { orTemplate } from './template.js'

/** A number of lines or polls; the pattern of the referenceId may name it: `{n}`. */
export function lineNumber(min: number) {
  const number = wholeNumber(min, 1_000_000_000, (input) => unnamedNumber(input))
  // A text that is more than a number stays a text, so that the message can quote it.
  return orTemplate(number, (text) => (Number.isNaN(Number(text)) ? text : Number(text)))
}

/** A time; the pattern of the referenceId may name its number: `{n}s`. */
export const duration = orTemplate(durationSchema, (text) => text)
