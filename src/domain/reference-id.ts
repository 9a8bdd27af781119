/** The longest id that an import may have. The vendor documents no limit: decided. */
export const maxReferenceIdLength = 255

/** The most wildcards that a pattern may have: each multiplies the time of a match. */
const maxWildcards = 3

/** A control character, a lone surrogate, or what a decoder puts where bytes were not UTF-8. */
const impossible = /[\p{Cc}\p{Cs}\uFFFD]/u

/** Returns whether an import can have this id. An id that cannot exist gets the response of an unknown one. */
export function isPossibleReferenceId(id: string): boolean {
  return id.length > 0 && id.length <= maxReferenceIdLength && !impossible.test(id)
}

/** The numbers that a pattern names, as they stand in an id that matches it. */
export type NamedNumbers = Readonly<Record<string, number>>

/** A referenceId that stands for many: `*` is any text, `{n}` a number. */
export interface ReferenceIdPattern {
  readonly text: string
  /** The text that every matching id starts with. */
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

/** Returns the mistake of a pattern; undefined for a correct pattern, and for a text that is no pattern. */
export function patternMistake(text: string): string | undefined {
  if (!isPattern(text)) return undefined
  // It would be unclear which wildcard takes which text, and a match would try every division.
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
  // The literals, and between each two of them a wildcard: the name of a number, or undefined for any text.
  const parts = text.split(wildcard)
  const literals = parts.filter((_, index) => index % 2 === 0) as string[]
  const wildcards = parts.filter((_, index) => index % 2 === 1)
  const names = wildcards.filter((name) => name !== undefined)
  return {
    text,
    prefix: literals[0] as string,
    names,
    match(id) {
      const numbers = numbersOf(id, literals, wildcards)
      return (
        numbers && Object.fromEntries(names.map((name, index) => [name, numbers[index] as number]))
      )
    },
  }
}

/**
 * The numbers of an id that matches; undefined for one that does not. A wildcard takes as much as it can, from left to
 * right, as in a regular expression, but no choice is tried twice: the work grows with the length of the id alone.
 */
function numbersOf(
  id: string,
  literals: readonly string[],
  wildcards: readonly (string | undefined)[],
): number[] | undefined {
  if (!id.startsWith(literals[0] as string) || !id.endsWith(literals.at(-1) as string)) {
    return undefined
  }
  const starts = startsOfRests(id, literals, wildcards)
  if (starts[0]?.[0] !== 1) return undefined
  const numbers: number[] = []
  let position = (literals[0] as string).length
  for (const [index, name] of wildcards.entries()) {
    const next = starts[index + 1] as Uint8Array
    const end = next.lastIndexOf(1, name === undefined ? id.length : digitsEnd(id, position))
    if (name !== undefined) numbers.push(Number(id.slice(position, end)))
    position = end + (literals[index + 1] as string).length
  }
  return numbers
}

/** For each literal, the positions where it can start so that it and all that follows matches: 1 at each. */
function startsOfRests(
  id: string,
  literals: readonly string[],
  wildcards: readonly (string | undefined)[],
): Uint8Array[] {
  const starts: Uint8Array[] = []
  // The positions at which the rest may start: at first only the end of the id.
  let next: Uint8Array = new Uint8Array(id.length + 1)
  next[id.length] = 1
  for (let index = literals.length - 1; index >= 0; index -= 1) {
    const literal = literals[index] as string
    const start = new Uint8Array(id.length + 1)
    for (let at = 0; at + literal.length <= id.length; at += 1) {
      if (next[at + literal.length] === 1 && id.startsWith(literal, at)) start[at] = 1
    }
    starts.unshift(start)
    next = startsOfWildcard(id, wildcards[index - 1], start)
  }
  return starts
}

function startsOfWildcard(id: string, name: string | undefined, next: Uint8Array): Uint8Array {
  const start = new Uint8Array(id.length + 1)
  const last = next.lastIndexOf(1)
  if (name === undefined) return start.fill(1, 0, last + 1)
  for (let at = 0; at < id.length; at += 1) {
    if (next.subarray(at + 1, digitsEnd(id, at) + 1).includes(1)) start[at] = 1
  }
  return start
}

/** As many digits as a number holds exactly. */
const maxDigits = 15

/** Returns the end of the digits that start at a position. */
function digitsEnd(id: string, start: number): number {
  let end = start
  while (end < id.length && end - start < maxDigits && isDigit(id.charCodeAt(end))) end += 1
  return end
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
