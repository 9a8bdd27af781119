/** The greatest depth of a value that is shown. */
const maxDepth = 10

/** The most members and items of a value that are shown, over all its levels. */
const maxMembers = 500

/** The greatest length of a text that is shown, in characters. */
const maxLength = 2000

/**
 * A copy of a JSON value that is small enough to be shown and written: a client may send one that is nested so deep that
 * `JSON.stringify` fails. Texts in brackets stand for the parts that are left out.
 */
export function boundedJson(value: unknown): unknown {
  let left = maxMembers
  const copy = (part: unknown, depth: number): unknown => {
    if (typeof part === 'string') return cutText(part, maxLength)
    if (typeof part !== 'object' || part === null) return part
    if (depth === maxDepth) return `[nested more than ${maxDepth} deep]`
    const entries = Object.entries(part)
    const shown = entries.slice(0, left)
    left -= shown.length
    const rest = entries.length - shown.length
    const copies = shown.map(([key, member]) => [cutText(key, maxLength), copy(member, depth + 1)])
    if (Array.isArray(part)) {
      const items = copies.map(([, item]) => item)
      return rest === 0 ? items : [...items, `[${rest} more]`]
    }
    return Object.fromEntries(rest === 0 ? copies : [...copies, ['[cut]', `[${rest} more]`]])
  }
  return copy(value, 0)
}

/** A text, or its start with a mark that says how long it was. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  // A copy: a slice would keep the whole text in memory.
  const start = Buffer.from(text.slice(0, length)).toString()
  return `${start}… [${text.length} characters]`
}
