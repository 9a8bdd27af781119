/** Something that a person can do on the page. */
export interface Action {
  readonly label: string
  readonly run: () => void
}

/** The actions whose labels have the words of a text, in any order. Those that begin with it come first. */
export function findActions(actions: readonly Action[], text: string): readonly Action[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = actions.filter(({ label }) => {
    const lower = label.toLowerCase()
    return words.every((word) => lower.includes(word))
  })
  const begins = ({ label }: Action) => label.toLowerCase().startsWith(words[0] ?? '')
  return [...found.filter(begins), ...found.filter((it) => !begins(it))]
}

/** The place in a list to which a key moves. Undefined for a key that moves nowhere. */
export function placeAfter(key: string, place: number, count: number): number | undefined {
  if (count === 0) return undefined
  const last = count - 1
  switch (key) {
    case 'ArrowDown':
      return Math.min(place + 1, last)
    case 'ArrowUp':
      return Math.max(place - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
