/*
 * Values as a person writes them in JavaScript.
 */

/** A text in single quotes. */
export function scriptQuote(text: string): string {
  const quoted = JSON.stringify(text).slice(1, -1)
  return `'${quoted.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** The name of a field. */
export const nameOf = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : scriptQuote(name))

/** Any value that JSON can hold. */
export function literalOf(value: unknown): string {
  if (typeof value === 'string') return scriptQuote(value)
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([name, it]) => `${nameOf(name)}: ${literalOf(it)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** A text between backticks. */
export function templateQuote(text: string): string {
  return text.replace(/[\\`]|\$\{/g, '\\$&')
}
