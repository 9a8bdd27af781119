import { closest, distance } from 'fastest-levenshtein'
import * as v from 'valibot'
import { type Mistake, maxMistakes } from './errors.js'
import { asciiOf, oddityOf } from './visible-text.js'

/*
 * The words in which fixtures are described. One description gives the type, the validation with
 * mistakes that a person can act on, and the JSON Schema.
 */

export const text = v.string(({ input }) => {
  if (input === null) return 'must be a string, and not null: quote it if the text is ~ or null'
  return typeof input === 'object' ? 'must be a string' : 'must be a string: quote it'
})

export function wholeNumber(
  min: number,
  max: number,
  otherwise: (input: unknown) => string | undefined = () => undefined,
) {
  const mistake = `must be a whole number from ${min} to ${max}`
  return v.pipe(
    v.number(({ input }) => otherwise(input) ?? mistake),
    v.integer(mistake),
    v.minValue(min, mistake),
    v.maxValue(max, mistake),
  )
}

/** Refuses a value that a function finds a mistake in. The function sees only what is right as far as it was read. */
export function without<T>(mistakeIn: (value: T) => string | undefined) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    const message = dataset.issues === undefined ? mistakeIn(dataset.value) : undefined
    if (message !== undefined) addIssue({ message })
  })
}

export function word<const T extends readonly string[]>(words: T) {
  return v.picklist(words, ({ input }) => {
    const nearest = typeof input === 'string' ? nearestName(input, words) : undefined
    const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`
    return `must be ${listed(words, 'or')}${meant}`
  })
}

export function list<const T extends v.GenericSchema>(item: T) {
  return v.array(item, 'must be a list')
}

/** The greatest depth of JSON: more than anybody needs, and little enough for `JSON.stringify`. */
const maxJsonDepth = 100

/** Takes a value of the schema if JSON can say it. */
export function jsonOf<const T extends v.GenericSchema>(schema: T) {
  return v.pipe(
    schema,
    without((value) => jsonMistake(value)),
  )
}

/** YAML has numbers that JSON has not, and an alias can lead into what holds it. */
function jsonMistake(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null) {
    return isJsonScalar(value) ? undefined : 'must contain only JSON values'
  }
  if (depth === maxJsonDepth)
    return `must be nested at most ${maxJsonDepth} levels deep, without cycles`
  for (const item of Object.values(value)) {
    const mistake = jsonMistake(item, depth + 1)
    if (mistake !== undefined) return mistake
  }
  return undefined
}

/** JSON leaves out a field that is undefined, as a program may well write it. */
function isJsonScalar(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : value === null || ['string', 'boolean', 'undefined'].includes(typeof value)
}

/** A mapping with these fields and no other: every field that it does not know is a mistake. */
export function mapping<const T extends v.ObjectEntries>(entries: T): Mapping<T> {
  const known = Object.keys(entries)
  const schema = v.object(entries, 'must be a mapping')
  // Not by `rawCheck`, which comes after the fields: a list would lack each required field, too, and an unknown field is gone.
  const run: (typeof schema)['~run'] = (dataset, config) => {
    const input = dataset.value
    // valibot takes any object for a mapping: a list, a Map, a promise that nobody awaited.
    const isMapping = Object.prototype.toString.call(input) === '[object Object]'
    const result = schema['~run'](isMapping ? dataset : { ...dataset, value: null }, config)
    const unknown = unknownFields(input, known)
    if (unknown.length > 0) result.issues = concatIssues(result.issues, unknown)
    return result
  }
  // In valibot's words a strict object, which itself tells of the first unknown field only, and not of all names.
  return { ...schema, type: 'strict_object', '~run': run } as unknown as Mapping<T>
}

type Issues = [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]

function concatIssues(issues: Issues | undefined, more: readonly v.BaseIssue<unknown>[]): Issues {
  return [...(issues ?? []), ...more] as Issues
}

function unknownFields(input: unknown, known: readonly string[]): v.BaseIssue<unknown>[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return []
  const fields = input as Record<string, unknown>
  return (
    Object.keys(fields)
      // A field that a program leaves undefined counts as absent.
      .filter((field) => !known.includes(field) && fields[field] !== undefined)
      .map((field, index) => ({
        kind: 'schema',
        type: 'strict_object',
        input: field,
        expected: 'never',
        received: 'unknown',
        // Nobody reads what was meant by each of thousands.
        message: index < maxMistakes ? unknownField(field, known) : 'unknown field',
        path: [{ type: 'object', origin: 'key', input: fields, key: field, value: fields[field] }],
      }))
  )
}

export type Mapping<T extends v.ObjectEntries = v.ObjectEntries> = v.StrictObjectSchema<
  T,
  'must be a mapping'
>

type AnyForms = Readonly<Record<string, v.GenericSchema>>
type AnyMappings = Readonly<Record<string, v.GenericSchema & Pick<Mapping, 'entries'>>>

/** One of several forms of a thing. The JSON Schema lists them. */
export interface OneOf<T extends AnyForms>
  extends v.GenericSchema<v.InferInput<T[keyof T]>, v.InferOutput<T[keyof T]>> {
  readonly forms: T
}

/** Reads input in the form that is chosen for it, so that only mistakes of that form are reported. */
export function formOf<const T extends AnyForms>(
  forms: T,
  choose: (input: unknown) => v.GenericSchema,
): OneOf<T> {
  return Object.assign(v.lazy(choose), { forms }) as unknown as OneOf<T>
}

/** Forms that are named each by the field that only it has. */
export function oneOf<const T extends AnyMappings>(forms: T): OneOf<T> {
  const names = Object.keys(forms)
  const fields = [...new Set(Object.values(forms).flatMap((form) => Object.keys(form.entries)))]
  const anyForm = mapping(
    Object.fromEntries(fields.map((field) => [field, v.optional(v.unknown())])),
  )
  const refused = (message: string) =>
    v.pipe(
      anyForm,
      v.check(() => false, message),
    )
  const none = refused(`needs one of the fields ${listed(names, 'or')}`)
  const several = refused(`takes only one of the fields ${listed(names, 'or')}`)
  return formOf(forms, (input) => {
    const fields = Object(input) as Record<string, unknown>
    const named = names.filter((name) => Object.hasOwn(fields, name) && fields[name] !== undefined)
    return named.length > 1 ? several : (forms[named[0] ?? ''] ?? none)
  })
}

/** Forms that are named by the word in the field `kind`. */
export function byKind<const T extends AnyMappings>(forms: T): OneOf<T> {
  const anyKind = v.object({ kind: word(Object.keys(forms)) }, 'must be a mapping')
  return formOf(forms, (input) => {
    // valibot takes a list for a mapping.
    if (Array.isArray(input)) return mapping({})
    const kind = (input as { kind?: unknown } | null | undefined)?.kind
    return (typeof kind === 'string' && Object.hasOwn(forms, kind) && forms[kind]) || anyKind
  })
}

/** A mistake with the keys that lead to it, for who can tell the line from them. */
export interface FieldMistake extends Mistake {
  readonly keys: readonly PropertyKey[]
}

/** Reads unknown input by its schema: the typed value, or every mistake in it. */
export function parseBySchema<const T extends v.GenericSchema>(
  schema: T,
  input: unknown,
): { readonly value: v.InferOutput<T> } | { readonly mistakes: readonly FieldMistake[] } {
  const result = v.safeParse(schema, input)
  if (result.success) return { value: result.output }
  const mistakes = new Map<string, FieldMistake>()
  for (const issue of result.issues) {
    const keys = (issue.path ?? []).map((item) => item.key as PropertyKey)
    const message = isMissing(issue) ? 'is required' : `${issue.message}${oddityIn(issue, keys)}`
    const path = formatPath(keys)
    mistakes.set(`${path}: ${message}`, { keys, path, message })
  }
  return { mistakes: [...mistakes.values()] }
}

/** The cause of a mistake that cannot be seen. A secret is not quoted. */
function oddityIn({ input }: v.BaseIssue<unknown>, keys: readonly PropertyKey[]): string {
  const oddity = typeof input === 'string' ? oddityOf(input) : undefined
  if (oddity === undefined) return ''
  return /secret|token$/i.test(String(keys.at(-1)))
    ? `; it holds ${oddity.names}`
    : `; it is ${oddity.text} (${oddity.names})`
}

function isMissing({ type, expected, received }: v.BaseIssue<unknown>): boolean {
  return type === 'object' && received === 'undefined' && expected !== 'Object'
}

/** `imports[2].status` */
export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`
    return path === '' ? String(key) : `${path}.${String(key)}`
  }, '')
}

/** Returns the message for an unknown name: it suggests the nearest known name, or lists all of them. */
export function unknownField(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'unknown field; there are none'
  const nearest = nearestName(name, known)
  return nearest === undefined
    ? `unknown field; known are ${listed(known, 'and')}`
    : `unknown field; did you mean ${nearest}?`
}

/** A longer name is no slip of a known one. */
const maxNameLength = 80

/** The known name that a person who wrote `name` most likely meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > maxNameLength) return undefined
  const meant = asciiOf(name).toLowerCase()
  const lowerCase = known.map((it) => it.toLowerCase())
  const nearest = closest(meant, lowerCase)
  if (distance(meant, nearest) > Math.max(2, Math.floor(meant.length / 3))) return undefined
  return known[lowerCase.indexOf(nearest)]
}

/** `a, b or c` */
export function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}
