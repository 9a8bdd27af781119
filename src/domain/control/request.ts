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
  /** JSON. */
  readonly body?: string
}

/** A request to the control API, as a server has read it: texts are decoded, and the body is no JSON any more. */
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
  if (body !== undefined) return { method, path, body: JSON.stringify(rest[body]) }
  const given = Object.entries(rest).filter(([, value]) => value !== undefined)
  if (given.length === 0) return { method, path }
  if (hasBody(route)) return { method, path, body: JSON.stringify(rest) }
  const query = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  )
  return { method, path: `${path}?${query}` }
}

/** Reads the arguments of a verb from a request: the inverse of `encodeRequest`. */
export function decodeRequest(route: ControlRoute, { params, query, body }: ReadRequest): unknown {
  if (route.body !== undefined) return { ...params, [route.body]: body }
  if (hasBody(route)) return isMapping(body) ? { ...body, ...params } : (body ?? params)
  return { ...readQuery(route.schema, query), ...params }
}

const isMapping = (body: unknown): body is Arguments =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

const hasBody = ({ method }: ControlRoute) => method === 'POST' || method === 'PATCH'

interface Entry {
  readonly type: string
  readonly wrapped?: Entry
  readonly options?: readonly Entry[]
}

/** Reads a query, which has only texts: digits become a number where the schema takes one. */
export function readQuery(schema: v.GenericSchema, query: Arguments): Arguments {
  const { entries } = schema as unknown as { entries: Record<string, Entry> }
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
      const isNumber = entry !== undefined && takesNumber(entry) && /^\d+$/.test(String(value))
      return [name, isNumber ? Number(value) : value]
    }),
  )
}

function takesNumber({ type, wrapped, options }: Entry): boolean {
  if (wrapped !== undefined) return takesNumber(wrapped)
  return type === 'number' || (type === 'union' && options?.some(takesNumber) === true)
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
