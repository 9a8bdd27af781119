/** The target of a figure. */
export const atLeast = (limit) => ({ text: `≥ ${limit}`, isMet: (value) => value >= limit })
export const atMost = (limit) => ({ text: `≤ ${limit}`, isMet: (value) => value <= limit })

/** A figure with its target and a note, if it has them, and the measurements that it was made of. */
export function figure(what, value, { target, unit = '', note, from } = {}) {
  const rounded = Number(value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0))
  return { what, value: rounded, unit, target: target?.text, met: target?.isMet(value), note, from }
}

/** A figure that could not be measured, and the reason. */
export const missing = (what, why) => ({ what, missing: why })

export function formatFigure({ what, value, unit, target, met, note, missing }) {
  if (missing !== undefined) return `${what.padEnd(72)} ${missing}`
  const verdict = met === undefined ? '' : `${target?.padEnd(8)} ${met ? 'met' : 'MISSED'}`
  const remark = note === undefined ? '' : ` (${note})`
  return `${what.padEnd(72)} ${`${value}${unit}`.padStart(10)}  ${verdict}${remark}`.trimEnd()
}
