import type * as v from 'valibot'
import { ControlError } from '../errors.js'
import { quoted } from '../visible-text.js'
import type { ControlRoute } from './routes.js'

/** The arguments of a verb, by their names. */
export type Arguments = Readonly<Record<string, unknown>>

/** A request to the control API. */
export interface EncodedRequest {
  readonly method: ControlRoute['method']
  /** Below `/__control`, with its query. */
  readonly path: string
  readonly body?: string
  readonly contentType?: string
}

/** A request to the control API, as a server has read it: texts are decoded, and JSON is parsed. */
export interface ReadRequest {
  readonly params: Arguments
  readonly query: Arguments
  readonly body: unknown
}

/**
 * Writes the arguments of a verb as a request: in the path, in the query, or in the body.
 *
 * @throws ControlError with the code `invalid_input` for an argument that cannot be part of the path of a URL
 */
export function encodeRequest(route: ControlRoute, input: Arguments): EncodedRequest {
  const { method, body } = route
  const rest = { ...input }
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    delete rest[name]
    return toPathSegment(name, String(input[name]))
  })
  if (body !== undefined) {
    const { [body]: whole, ...others } = rest
    return { method, path: path + toQuery(others), ...toBody(route, whole) }
  }
  if (!hasBody(route)) return { method, path: path + toQuery(rest) }
  const isEmpty = Object.values(rest).every((value) => value === undefined)
  return isEmpty ? { method, path } : { method, path, ...toBody(route, rest) }
}

function toBody(
  { textType }: ControlRoute,
  value: unknown,
): Required<Pick<EncodedRequest, 'body' | 'contentType'>> {
  return textType !== undefined && typeof value === 'string'
    ? { body: value, contentType: textType }
    : { body: JSON.stringify(value), contentType: 'application/json' }
}

function toQuery(input: Arguments): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const texts = given.map(([name, value]): [string, string] => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ])
  return texts.length === 0 ? '' : `?${new URLSearchParams(texts)}`
}

/** Reads the arguments of a verb from a request: the inverse of `encodeRequest`. */
export function decodeRequest(route: ControlRoute, { params, query, body }: ReadRequest): unknown {
  if (route.body === undefined && hasBody(route)) {
    return isMapping(body) ? { ...body, ...params } : (body ?? params)
  }
  const whole = route.body === undefined ? {} : { [route.body]: body }
  return { ...readQuery(route.schema, query), ...params, ...whole }
}

const isMapping = (body: unknown): body is Arguments =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

const hasBody = ({ method }: ControlRoute) => method === 'POST' || method === 'PATCH'

interface Entry {
  readonly type: string
  readonly wrapped?: Entry
  readonly options?: readonly Entry[]
}

/** Reads a query, which has only texts: numbers, truth values and mappings are read where the schema takes them. */
export function readQuery(schema: v.GenericSchema, query: Arguments): Arguments {
  const { entries } = schema as unknown as { entries: Record<string, Entry> }
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
      return [name, entry === undefined ? value : readValue(entry, value)]
    }),
  )
}

/** The value that a text stands for, or the text itself if it stands for none that the schema takes. */
function readValue(entry: Entry, text: unknown): unknown {
  const matches = (type: string, pattern: RegExp) =>
    takes(entry, type) && pattern.test(String(text))
  if (matches('number', /^\d+$/)) return Number(text)
  if (matches('boolean', /^(?:true|false)$/)) return text === 'true'
  return matches('record', /^\{/) ? parseJson(String(text)) : text
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function takes({ type, wrapped, options }: Entry, wanted: string): boolean {
  if (wrapped !== undefined) return takes(wrapped, wanted)
  return type === wanted || (type === 'union' && options?.some((it) => takes(it, wanted)) === true)
}

function toPathSegment(name: string, text: string): string {
  // `.` and `..` are steps of a path even when they are encoded (URL standard).
  const segment = /^\.{0,2}$/.test(text) ? undefined : encode(text)
  if (segment !== undefined) return segment
  const message = `${quoted(text)} cannot be part of the path of a URL`
  throw new ControlError('invalid_input', message, name)
}

function encode(text: string): string | undefined {
  try {
    return encodeURIComponent(text)
  } catch {
    // Half of a surrogate pair.
    return undefined
  }
}
