import * as v from 'valibot'
import { isPattern, parsePattern, patternMistake } from './reference-id.js'
import { text, wholeNumber, without } from './schema.js'
import { quotesMistake } from './visible-text.js'

/*
 * The parts that faults and planned outcomes of uploads share: they are armed under an id, for requests with a
 * certain name, for so many times.
 */

export const armedId = v.pipe(
  text,
  v.regex(/^[\w.-]{1,64}$/, 'must have 1 to 64 letters, digits, dots or dashes'),
)

/** A name, or a pattern for names: `school-*`. */
export const namePattern = v.pipe(
  text,
  v.minLength(1, 'must not be empty'),
  without(quotesMistake),
  without(patternMistake),
)

export const times = wholeNumber(1, 1_000_000_000)

/** Returns whether a name is the one that was asked for, or any where none was. */
export function nameMatcher(wanted: string | undefined): (name: string | undefined) => boolean {
  if (wanted === undefined) return () => true
  if (!isPattern(wanted)) return (name) => name === wanted
  const pattern = parsePattern(wanted)
  return (name) => name !== undefined && pattern.match(name) !== undefined
}
