import * as v from 'valibot'
import { type Duration, toMs } from './milliseconds.js'
import { without } from './schema.js'

/** The notation of a duration: a number, or a named number of the referenceId, and its unit. */
const pattern = /^(?:\d+(?:\.\d+)?|\{\w+\})(?:ms|s|m|h|d)$/

const mistake = 'must be a duration with its unit, like 500ms, 5s, 2m or 1h'

const tooShort = 'must be longer than zero'

/** The longest duration, some hundred years: added to a time it is still a time. */
const longest = '36500d'

/** A duration as a person writes it, not longer than `limit`. */
export function durationUpTo(limit: Duration) {
  const written = v.union(
    [v.pipe(v.string(), v.regex(pattern, mistake)), v.pipe(v.number(), v.gtValue(0, tooShort))],
    mistake,
  )
  const schema = v.pipe(
    written,
    without((duration) => lengthMistake(duration, limit)),
  )
  // The pattern says what the type says.
  return schema as unknown as v.GenericSchema<Duration>
}

/** A duration as a person writes it: `5s`. */
export const durationSchema = durationUpTo(longest)

/** A duration, read as milliseconds. */
export const durationMs = v.pipe(durationSchema, v.transform(toMs))

function lengthMistake(duration: string | number, limit: Duration): string | undefined {
  const unnamed = unnamedNumber(duration)
  if (unnamed !== undefined) return unnamed
  const ms = toMs(duration as Duration)
  if (ms === 0) return tooShort
  return ms > toMs(limit) ? `must be at most ${limit}` : undefined
}

/** Returns the mistake of a `{n}` that the referenceId does not name. */
export function unnamedNumber(input: unknown): string | undefined {
  const named = typeof input === 'string' ? /\{\w+\}/.exec(input)?.[0] : undefined
  return named && `the referenceId does not contain ${named}`
}
