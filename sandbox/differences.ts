/** A line of a text, marked if the other text does not have it. */
export interface MarkedLine {
  readonly text: string
  readonly isDifferent: boolean
}

/** The lines of a text, with those marked that another text lacks. */
export function markDifferences(text: string, other: string): MarkedLine[] {
  const known = new Set(other.split('\n'))
  return text.split('\n').map((line) => ({ text: line, isDifferent: !known.has(line) }))
}

/** A status and a body, a field of JSON on each line. */
export function responseText(status: number, body: string): string {
  try {
    return `${status}\n${JSON.stringify(JSON.parse(body), null, 2)}`
  } catch {
    return `${status}\n${body}`
  }
}
