const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** A span of time in its two largest units: `3 min 20 s`. */
export function spanOf(spanMs: number): string {
  // Rounded up, so that a countdown shows `1 s` during its last second.
  let restMs = Math.ceil(spanMs / 1000) * 1000
  const parts = units.flatMap(([unit, unitMs]) => {
    const amount = Math.floor(restMs / unitMs)
    restMs -= amount * unitMs
    return amount === 0 ? [] : [`${amount} ${unit}`]
  })
  return parts.slice(0, 2).join(' ') || '0 s'
}

/** `2026-01-31 12:00:00`, in UTC. */
export const instantOf = (at: number): string =>
  new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** `12:00:00.000`, in UTC. */
export const timeOf = (at: string): string => at.slice(11, 23)

export const numberOf = (number: number): string => number.toLocaleString('en')

/** `812 bytes`, `1.2 KB`, `3.4 MB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'KB'] : [bytes / 1e6, 'MB']
  return `${size.toFixed(1)} ${unit}`
}

export const plural = (number: number, noun: string): string =>
  `${numberOf(number)} ${noun}${number === 1 ? '' : 's'}`

/** A text of the ledger without the marks of its code. */
export const withoutMarks = (text: string): string => text.replaceAll('`', '')
