import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { splitPath } from '../src/domain/control/workspace-name.js'
import type { Emulator } from '../src/emulator/emulator.js'

/*
 * Compares the responses that tests see with the OpenAPI documents: the status, the content type, and the body with its schema.
 * A field that no document has is a mistake, too.
 */

/** The parts of a response that are compared. */
export interface SeenResponse {
  readonly method: string
  /** The path with its query. */
  readonly url: string
  readonly status: number
  readonly contentType: string | undefined
  readonly body: string
}

interface DescribedResponse {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, unknown>>
}

type Operation = { readonly responses: Readonly<Record<string, DescribedResponse>> }

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, DescribedResponse>> }
}

type Name = 'rostering' | 'control'

const ajv = new Ajv2020({ strict: false, validateFormats: false })

function read(name: Name): Document {
  const url = new URL(`../openapi/${name}.json`, import.meta.url)
  const document = JSON.parse(readFileSync(url, 'utf8'))
  ajv.addSchema(closed(document) as AnySchema, name)
  return document
}

/** The document with schemas that take no other fields than their own. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.fromEntries(Object.entries(value).map(([name, it]) => [name, closed(it)]))
  return parts.type === 'object' && parts.properties !== undefined
    ? { additionalProperties: false, ...parts }
    : parts
}

const documents: Readonly<Record<Name, Document>> = {
  rostering: read('rostering'),
  control: read('control'),
}

const patternsOf = ({ paths }: Document) =>
  Object.keys(paths)
    // A path without a parameter goes first.
    .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
    .map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]*')}$`),
    }))

const patterns = {
  rostering: patternsOf(documents.rostering),
  control: patternsOf(documents.control),
}

const validators = new Map<string, ValidateFunction>()

/** The check of a schema in a document. Each is compiled once. */
function validatorOf(name: Name, keys: readonly string[]): ValidateFunction {
  const pointer = keys.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
  const $ref = `${name}#/${encodeURI(pointer)}`
  const known = validators.get($ref) ?? ajv.compile({ $ref })
  validators.set($ref, known)
  return known
}

/** Returns the difference between a response and the documents, in words; undefined if there is none. */
export function differenceOf(seen: SeenResponse): string | undefined {
  const { method, url, status } = seen
  const [whole = ''] = url.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/)
  const path = splitPath(whole)?.path ?? whole
  if (path === '/' || /^\/__(?:sandbox|docs)(?:\/|$)/.test(path)) return undefined
  const name = /^\/__control(?:\/|$)/.test(path) ? 'control' : 'rostering'
  const found = patterns[name].find(({ pattern }) => pattern.test(path))
  const keys = found && ['paths', found.path, (method === 'HEAD' ? 'GET' : method).toLowerCase()]
  const operation = keys && documents[name].paths[keys[1] as string]?.[keys[2] as string]
  const difference =
    operation === undefined
      ? differenceOfUnserved(name, seen)
      : differenceIn(name, [...(keys as string[]), 'responses'], operation.responses[status], seen)
  return difference && `openapi/${name}.json: ${method} ${url}: ${status}: ${difference}`
}

/** A request that no operation serves: a preflight, an unknown path, or another method. */
function differenceOfUnserved(name: Name, seen: SeenResponse): string | undefined {
  const { method, status } = seen
  if (name === 'rostering' && method === 'OPTIONS' && status === 204) return undefined
  const { responses } = documents[name].components
  const names = Object.keys(responses).filter(
    (it) => differenceIn(name, ['components', 'responses'], responses[it], seen, it) === undefined,
  )
  return names.length > 0 ? undefined : 'is no operation, and no response of the components'
}

function differenceIn(
  name: Name,
  keys: readonly string[],
  response: DescribedResponse | undefined,
  { method, status, contentType, body }: SeenResponse,
  key = String(status),
): string | undefined {
  if (response === undefined) return 'is not described'
  if (response.$ref !== undefined) {
    const component = response.$ref.split('/').at(-1) as string
    const shared = documents[name].components.responses[component]
    const seen = { method, url: '', status, contentType, body }
    return differenceIn(name, ['components', 'responses'], shared, seen, component)
  }
  const [type] = (contentType ?? '').split(';')
  if (response.content === undefined) return body === '' ? undefined : 'has a body'
  if (type === undefined || response.content[type] === undefined) {
    return `has the type "${type}", and not ${Object.keys(response.content).join(' or ')}`
  }
  if (method === 'HEAD' || type === 'text/event-stream') return undefined
  const isValid = validatorOf(name, [...keys, key, 'content', type, 'schema'])
  if (isValid(type === 'application/json' ? JSON.parse(body) : body)) return undefined
  return `${body.slice(0, 300)}: ${ajv.errorsText(isValid.errors)}`
}

/** Watches the responses of an application, however its requests come. One that is not described fails the test. */
export function watchResponses(t: Test, app: FastifyInstance, emulator: Emulator): void {
  const check = (seen: SeenResponse) => {
    if (isOfFault(emulator, seen.url)) return
    const difference = differenceOf(seen)
    if (difference !== undefined) t.fail(difference)
  }
  const inject = app.inject.bind(app) as (
    options: InjectOptions | string,
  ) => Promise<InjectedResponse>
  const watched = async (options: InjectOptions | string) => {
    const response = await inject(options)
    const { method = 'GET' } = response.raw.req
    // The request itself has the path without its workspace.
    const url = typeof options === 'string' ? options : String(options.url)
    const { statusCode: status, headers, body } = response
    check({ method, url, status, contentType: typeOf(headers['content-type']), body })
    return response
  }
  app.inject = watched as never
  app.server.prependListener('request', (request, response) => watchBytes(request, response, check))
}

interface InjectedResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly raw: { readonly req: IncomingMessage }
}

const typeOf = (header: unknown) => (header === undefined ? undefined : String(header))

/** Reads along what the server writes. */
function watchBytes(
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  check: (seen: SeenResponse) => void,
): void {
  const chunks: Buffer[] = []
  const { write, end, writeHead } = response
  let given: Readonly<Record<string, unknown>> = {}
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  response.writeHead = ((status: number, headers: never) => {
    given = headers ?? {}
    return writeHead.call(response, status, headers)
  }) as never
  response.write = ((chunk: unknown, ...rest: never[]) => {
    keep(chunk)
    return Reflect.apply(write, response, [chunk, ...rest])
  }) as never
  response.end = ((chunk: unknown, ...rest: never[]) => {
    keep(chunk)
    return Reflect.apply(end, response, [chunk, ...rest])
  }) as never
  response.once('finish', () => {
    const contentType = typeOf(given['content-type'] ?? response.getHeader('content-type'))
    const body = Buffer.concat(chunks).toString()
    check({ method, url, status: response.statusCode, contentType, body })
  })
}

/** A fault may put any response on the wire. */
function isOfFault({ main, workspaces }: Emulator, url: string): boolean {
  const all = [main, ...workspaces.names().map((name) => workspaces.find(name))]
  return all.some(({ journal }) => {
    const last = journal.get(journal.lastId)
    return last?.reason.code === 'fault' && last.path === url
  })
}

const plainFetch = globalThis.fetch

/** A `fetch` that compares the responses of the control API: their readers have no application to watch. */
export async function watchedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await plainFetch(...request)
  const { pathname, search } = new URL(response.url)
  if (!pathname.includes('/__control/')) return response
  const difference = differenceOf({
    method: request[1]?.method ?? 'GET',
    url: pathname + search,
    status: response.status,
    contentType: response.headers.get('content-type') ?? undefined,
    body: await response.clone().text(),
  })
  if (difference !== undefined) throw new Error(difference)
  return response
}
