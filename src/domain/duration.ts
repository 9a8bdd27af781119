import * as v from 'valibot'
import { without } from './schema.js'

/** The notation of a duration: a number, or a named number of the referenceId, and its unit. */
const pattern = /^(?:\d+(?:\.\d+)?|\{\w+\})(?:ms|s|m|h|d)$/

const mistake = 'must be a duration with its unit, like 500ms, 5s, 2m or 1h'

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The longest duration, some hundred years: added to a time it is still a time. */
const longest = '36500d'

/** A duration as it is written, `5s`, that is no longer than `limit`. */
export function durationUpTo(limit: string) {
  return v.pipe(
    v.string(mistake),
    v.regex(pattern, mistake),
    without((text) => lengthMistake(text, limit)),
  )
}

/** A duration as it is written: `5s`. */
export const durationSchema = durationUpTo(longest)

function lengthMistake(text: string, limit: string): string | undefined {
  const unnamed = unnamedNumber(text)
  if (unnamed !== undefined) return unnamed
  if (toMs(text) === 0) return 'must be longer than zero'
  return toMs(text) > toMs(limit) ? `must be at most ${limit}` : undefined
}

/**
 * Milliseconds of a duration that `durationSchema` accepts, or that the numbers of a referenceId make, however
 * long those are.
 */
export function toMs(duration: string): number {
  const unit = duration.replace(/^[\d.]+/, '') as keyof typeof unitMs
  return Number.parseFloat(duration) * unitMs[unit]
}

/** Returns the mistake of a `{n}` that the referenceId does not name. */
export function unnamedNumber(input: unknown): string | undefined {
  const named = typeof input === 'string' ? /\{\w+\}/.exec(input)?.[0] : undefined
  return named && `the referenceId does not contain ${named}`
}
