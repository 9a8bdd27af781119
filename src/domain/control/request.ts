import type * as v from 'valibot'
import { ControlError } from '../errors.js'
import { quoted } from '../visible-text.js'
import type { ControlRoute } from './routes.js'
import { type Arguments, type EncodedRequest, hasBody, type Wire, writeRequest } from './wire.js'

export type { Arguments, EncodedRequest } from './wire.js'

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
export function encodeRequest(wire: Wire, input: Arguments): EncodedRequest {
  return writeRequest(wire, input, (name, text) => {
    const message = `${quoted(text)} cannot be part of the path of a URL`
    throw new ControlError('invalid_input', message, name)
  })
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
