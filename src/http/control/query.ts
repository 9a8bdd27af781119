import type * as v from 'valibot'

/** A query has only text: what the schema has as a number is read as one. */
export function readQuery(
  schema: v.GenericSchema,
  query: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { entries } = schema as unknown as {
    entries: Record<string, { type: string; wrapped?: { type: string } }>
  }
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
      const isNumber = (entry?.wrapped ?? entry)?.type === 'number'
      return [name, isNumber && /^\d+$/.test(String(value)) ? Number(value) : value]
    }),
  )
}
