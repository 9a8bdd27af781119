/** A duration: a text with its unit, such as `'500ms'`, `'5s'`, `'2m'`, `'1h'` or `'7d'`, or a number of milliseconds. */
export type Duration = `${number}${keyof typeof unitMs}` | number

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Milliseconds of a duration that `durationSchema` accepts, or that the numbers of a referenceId make, however
 * long those are.
 */
export function toMs(duration: Duration): number {
  if (typeof duration === 'number') return duration
  const unit = duration.replace(/^[\d.]+/, '') as keyof typeof unitMs
  return Number.parseFloat(duration) * unitMs[unit]
}
