import * as v from 'valibot'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
}

const mistake = 'must be a size in bytes, or with its unit, like 500KB or 50MiB'

/** A size as it is written, `50MiB`, or in bytes; read, it is bytes. */
export const sizeSchema = v.pipe(
  v.union([v.string(), v.number()], mistake),
  v.transform((size) => (typeof size === 'number' ? size : toBytes(size))),
  v.number(mistake),
  v.integer(mistake),
  v.minValue(0, mistake),
)

function toBytes(size: string): number {
  const [, number, unit = ''] = /^(\d+) ?([kmg]?i?b)?$/i.exec(size.trim()) ?? []
  return Number(number) * (units[unit.toLowerCase()] ?? Number.NaN)
}
