import * as v from 'valibot'
import { without } from './schema.js'

/** A duration: a text with its unit, such as `'500ms'`, `'5s'`, `'2m'`, `'1h'` or `'7d'`, or a number of milliseconds. */
export type Duration = `${number}${keyof typeof unitMs}` | number

/** The notation of a duration: a number, or a named number of the referenceId, and its unit. */
const pattern = /^(?:\d+(?:\.\d+)?|\{\w+\})(?:ms|s|m|h|d)$/

const mistake = 'must be a duration with its unit, like 500ms, 5s, 2m or 1h'

const tooShort = 'must be longer than zero'

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

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

/**
 * Milliseconds of a duration that `durationSchema` accepts, or that the numbers of a referenceId make, however
 * long those are.
 */
export function toMs(duration: Duration): number {
  if (typeof duration === 'number') return duration
  const unit = duration.replace(/^[\d.]+/, '') as keyof typeof unitMs
  return Number.parseFloat(duration) * unitMs[unit]
}

/** Returns the mistake of a `{n}` that the referenceId does not name. */
export function unnamedNumber(input: unknown): string | undefined {
  const named = typeof input === 'string' ? /\{\w+\}/.exec(input)?.[0] : undefined
  return named && `the referenceId does not contain ${named}`
}
