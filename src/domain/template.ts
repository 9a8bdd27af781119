import { isPattern, type NamedNumbers, parsePattern } from './reference-id.js'

/** The fields in which `"{n}"` stands for the number itself. Elsewhere it is a part of a text. */
const numberFields: readonly string[] = ['fileLine', 'afterPolls', 'lines', 'failsAt']

/** Puts the numbers of a referenceId where a definition names them. */
export function fillTemplate<T>(template: T, numbers: NamedNumbers): T {
  const isNamed = Object.keys(numbers).length > 0
  return isNamed ? (fill(template, numbers, '', 0) as T) : template
}

/** An import with 1 for every number that its referenceId names: what validation looks at. */
export function fillWithSample(fixture: unknown): unknown {
  const referenceId = (fixture as { referenceId?: unknown } | null)?.referenceId
  if (typeof referenceId !== 'string' || !isPattern(referenceId)) return fixture
  const names = parsePattern(referenceId).names
  if (names.length === 0) return fixture
  const sample = Object.fromEntries(names.map((name) => [name, 1]))
  return { ...fillTemplate(fixture as object, sample), referenceId }
}

/** How deep a definition can be; what is deeper is refused for what it is. */
const maxDepth = 8

function fill(value: unknown, numbers: NamedNumbers, field: string, depth: number): unknown {
  if (typeof value === 'string') {
    const filled = value.replace(/\{(\w+)\}/g, (named, name: string) =>
      Object.hasOwn(numbers, name) ? String(numbers[name]) : named,
    )
    return filled !== value && numberFields.includes(field) ? toNumber(filled) : filled
  }
  if (depth === maxDepth) return value
  if (Array.isArray(value)) return value.map((item) => fill(item, numbers, field, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, numbers, key, depth + 1)]),
  )
}

/** The number that stands in a text; numbers side by side can make more digits than a number holds exactly. */
function toNumber(text: string): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}
