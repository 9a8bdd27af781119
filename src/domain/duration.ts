import ms, { type StringValue } from 'ms'
import * as v from 'valibot'

/** How a duration is written: a number and its unit, or a named number of the referenceId and a unit. */
const pattern = /^(?:\d+(?:\.\d+)?|\{\w+\})(?:ms|s|m|h|d)$/

const mistake = 'must be a duration with its unit, like 500ms, 5s, 2m or 1h'

/** A duration as it is written: `5s`. */
export const durationSchema = v.pipe(
  v.string(mistake),
  v.regex(pattern, mistake),
  v.check(
    (text) => unnamedNumber(text) === undefined,
    ({ input }) => unnamedNumber(input) as string,
  ),
  v.check((text) => toMs(text) !== 0, 'must be longer than zero'),
)

/** Milliseconds of a duration that `durationSchema` accepts. */
export function toMs(duration: string): number {
  return ms(duration as StringValue)
}

/** What to tell of `{n}` where the referenceId does not name it. */
export function unnamedNumber(input: unknown): string | undefined {
  const named = typeof input === 'string' ? /\{\w+\}/.exec(input)?.[0] : undefined
  return named && `there is no ${named} in the referenceId`
}
