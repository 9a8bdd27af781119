/** The number of characters that stay at the end of a long text. */
const tailLength = 8

/** The least length of a text that is clipped in its middle. */
const leastLength = 24

/**
 * Splits a text into its start, which may be clipped, and its end. A short text has no end, and neither has one with
 * characters that may run from right to left: there, two parts would change places.
 */
export function splitMiddle(text: string): readonly [start: string, end: string] {
  if (text.length < leastLength || !/^[\x20-\x7e]*$/.test(text)) return [text, '']
  return [text.slice(0, -tailLength), text.slice(-tailLength)]
}
