import { type NamedNumbers, parsePattern } from './reference-id.js'

/** The fields in which `"{n}"` stands for the number itself. Elsewhere it is a part of a text. */
const numberFields: readonly string[] = ['fileLine', 'afterPolls', 'lines', 'failsAt']

/** Puts the numbers of a referenceId where a definition names them. */
export function fillTemplate<T>(template: T, numbers: NamedNumbers): T {
  return fill(template, numbers, '') as T
}

/** An import with 1 for every number that its referenceId names: what validation looks at. */
export function fillWithSample(fixture: unknown): unknown {
  const referenceId = (fixture as { referenceId?: unknown } | null)?.referenceId
  if (typeof referenceId !== 'string') return fixture
  const names = parsePattern(referenceId).names
  if (names.length === 0) return fixture
  const sample = Object.fromEntries(names.map((name) => [name, 1]))
  return { ...fillTemplate(fixture as object, sample), referenceId }
}

function fill(value: unknown, numbers: NamedNumbers, field: string): unknown {
  if (typeof value === 'string') {
    const filled = value.replace(/\{(\w+)\}/g, (named, name: string) =>
      Object.hasOwn(numbers, name) ? String(numbers[name]) : named,
    )
    return filled !== value && numberFields.includes(field) ? Number(filled) : filled
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, numbers, field))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, numbers, key)]),
  )
}
