/** The longest id that an import may have. The vendor documents no limit: decided. */
export const maxReferenceIdLength = 255

/** How many wildcards a pattern may have: each multiplies the time that a match can take. */
const maxWildcards = 3

/** A control character, a lone surrogate, or what a decoder puts where bytes were not UTF-8. */
const impossible = /[\p{Cc}\p{Cs}\uFFFD]/u

/** Whether an import can have this id at all; one that can't is answered as one that is unknown. */
export function isPossibleReferenceId(id: string): boolean {
  return id.length > 0 && id.length <= maxReferenceIdLength && !impossible.test(id)
}

/** The numbers that a pattern names, as they stand in an id that matches it. */
export type NamedNumbers = Readonly<Record<string, number>>

/** A referenceId that stands for many: `*` is any text, `{n}` a number. */
export interface ReferenceIdPattern {
  readonly text: string
  /** What every id that matches starts with. */
  readonly prefix: string
  readonly names: readonly string[]
  /** The named numbers of an id that matches; undefined for one that does not. */
  match(id: string): NamedNumbers | undefined
}

const wildcard = /\*|\{(\w+)\}/g

export function isPattern(referenceId: string): boolean {
  return referenceId.search(wildcard) >= 0
}

const sideBySide = /(?:\*|\{\w+\}){2}/

/** What is wrong with a pattern; undefined for a right one, and for what is none. */
export function patternMistake(text: string): string | undefined {
  if (!isPattern(text)) return undefined
  // Which text is whose would be unclear, and every way to share it out would be tried.
  if (sideBySide.test(text)) return 'must have something between two wildcards, * or {n}'
  return [...text.matchAll(wildcard)].length > maxWildcards
    ? `must have no more than ${maxWildcards} wildcards, * or {n}`
    : undefined
}

/** The names of the numbers in what may be a pattern. */
export function namesIn(referenceId: unknown): string[] {
  // Most ids name none, and there can be very many of them.
  if (typeof referenceId !== 'string' || !referenceId.includes('{')) return []
  return [...referenceId.matchAll(wildcard)].flatMap(([, name]) => name ?? [])
}

export function parsePattern(text: string): ReferenceIdPattern {
  const names: string[] = []
  const source = text
    // The literals between the wildcards, and the name of every second one that is a number.
    .split(wildcard)
    .map((part = '*', index) => {
      if (index % 2 === 0) return escapeRegExp(part)
      if (part === '*') return '.*'
      names.push(part)
      // As many digits as a number holds exactly.
      return '(\\d{1,15})'
    })
  const regExp = new RegExp(`^${source.join('')}$`, 'su')
  return {
    text,
    prefix: text.slice(0, text.search(wildcard)),
    names,
    match(id) {
      const numbers = regExp.exec(id)?.slice(1).map(Number)
      return numbers && Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? 0]))
    },
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
