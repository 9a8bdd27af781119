/** The longest result of a tool, in characters: agents pay for each of them. */
export const maxResult = 16_000

/** The text of a result: JSON for everything but a text, and not longer than `maxResult`. */
export function resultText(result: unknown): string {
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  if (text.length <= maxResult) return text
  return `${text.slice(0, maxResult)}\n… cut after ${maxResult} of ${text.length} characters. Ask for less, such as one import or a smaller limit.`
}

/** A text of at most this many characters. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
