/*
 * The form of each verb of the control API over HTTP. The sandbox page has this table without the schemas, which only the
 * emulator needs.
 */

/** The form of a verb over HTTP. */
export interface Wire {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/__control`. `:id` stands for the argument `id`. */
  readonly path: string
  /**
   * The argument that is the whole body, while the query has the others. Without it, the body is an object of all
   * arguments.
   */
  readonly body?: string
  /** The field that a method takes by itself, and not as a mapping. */
  readonly field?: string
  /** The media type of a body that is a text. Without it, every body is JSON. */
  readonly textType?: string
  /** The media type of a result that is a text. Without it, the result is JSON. */
  readonly resultType?: (input: Readonly<Record<string, unknown>>) => string
}

/** A web page needs a preflight for this type, as it does for JSON. */
const yamlType = 'application/yaml'

/** The verbs, each with its form. */
export const wires = {
  'imports.list': { method: 'GET', path: '/imports' },
  // Not below `/imports`, where it would hide an import of that id.
  'imports.count': { method: 'GET', path: '/import-count' },
  'imports.get': { method: 'GET', path: '/imports/:id' },
  'imports.put': { method: 'PUT', path: '/imports/:id', body: 'definition' },
  'imports.delete': { method: 'DELETE', path: '/imports/:id' },
  'imports.finish': { method: 'POST', path: '/imports/:id/finish' },
  'imports.override': { method: 'PUT', path: '/imports/:id/override', body: 'state' },
  'imports.clearOverride': { method: 'DELETE', path: '/imports/:id/override' },
  'imports.history': { method: 'GET', path: '/imports/:id/history' },
  'imports.result': {
    method: 'GET',
    path: '/imports/:id/result',
    resultType: () => 'text/csv; charset=utf-8',
  },
  'clients.list': { method: 'GET', path: '/clients' },
  'clients.get': { method: 'GET', path: '/clients/:id' },
  'clients.put': { method: 'PUT', path: '/clients/:id', body: 'definition' },
  'clients.delete': { method: 'DELETE', path: '/clients/:id' },
  'clock.get': { method: 'GET', path: '/clock' },
  'clock.freeze': { method: 'POST', path: '/clock/freeze' },
  'clock.resume': { method: 'POST', path: '/clock/resume' },
  'clock.set': { method: 'POST', path: '/clock/set', field: 'at' },
  'clock.advance': { method: 'POST', path: '/clock/advance', field: 'by' },
  'clock.reset': { method: 'POST', path: '/clock/reset' },
  'journal.find': { method: 'GET', path: '/journal' },
  'journal.count': { method: 'GET', path: '/journal/count' },
  'journal.wait': { method: 'GET', path: '/journal/wait' },
  'journal.clear': { method: 'DELETE', path: '/journal' },
  'faults.arm': { method: 'POST', path: '/faults', body: 'definition' },
  'faults.list': { method: 'GET', path: '/faults' },
  'faults.disarm': { method: 'DELETE', path: '/faults/:id' },
  'faults.clear': { method: 'DELETE', path: '/faults' },
  'uploads.arm': { method: 'POST', path: '/uploads', body: 'definition' },
  'uploads.list': { method: 'GET', path: '/uploads' },
  'uploads.disarm': { method: 'DELETE', path: '/uploads/:id' },
  'uploads.clear': { method: 'DELETE', path: '/uploads' },
  'service.get': { method: 'GET', path: '/service' },
  'service.set': { method: 'PATCH', path: '/service' },
  'report.get': { method: 'GET', path: '/report' },
  'report.markdown': {
    method: 'GET',
    path: '/report/markdown',
    resultType: () => 'text/markdown; charset=utf-8',
  },
  'report.reset': { method: 'DELETE', path: '/report' },
  'savepoints.list': { method: 'GET', path: '/savepoints' },
  'savepoints.save': { method: 'PUT', path: '/savepoints/:id' },
  'savepoints.restore': { method: 'POST', path: '/savepoints/:id/restore' },
  'savepoints.delete': { method: 'DELETE', path: '/savepoints/:id' },
  'removals.list': { method: 'GET', path: '/removals' },
  'removals.undo': { method: 'POST', path: '/removals/:id/undo' },
  'state.export': { method: 'GET', path: '/state' },
  'state.import': { method: 'PUT', path: '/state', body: 'document' },
  'scenario.export': {
    method: 'GET',
    path: '/scenario',
    resultType: ({ format }) => (format === 'json' ? 'application/json' : yamlType),
  },
  'scenario.changes': { method: 'GET', path: '/scenario/changes' },
  'scenario.load': { method: 'PUT', path: '/scenario', body: 'source', textType: yamlType },
  'tokens.mint': { method: 'POST', path: '/tokens' },
  'workspaces.list': { method: 'GET', path: '/workspaces' },
  'workspaces.fork': { method: 'POST', path: '/workspaces/:id/fork' },
  'workspaces.delete': { method: 'DELETE', path: '/workspaces/:id' },
  reset: { method: 'POST', path: '/reset' },
  health: { method: 'GET', path: '/health' },
} satisfies Record<string, Wire>

/** The name of a verb. */
export type WireName = keyof typeof wires

/** The arguments of a verb, by their names. */
export type Arguments = Readonly<Record<string, unknown>>

/** A request to the control API. */
export interface EncodedRequest {
  readonly method: Wire['method']
  /** Below `/__control`, with its query. */
  readonly path: string
  readonly body?: string
  readonly contentType?: string
}

/** Throws the error for an argument that cannot be part of the path of a URL. */
type Refuse = (name: string, text: string) => never

/** Writes the arguments of a verb as a request: in the path, in the query, or in the body. */
export function writeRequest(wire: Wire, input: Arguments, refuse: Refuse): EncodedRequest {
  const { method, body } = wire
  const rest = { ...input }
  const path = wire.path.replace(/:(\w+)/g, (_, name: string) => {
    delete rest[name]
    return encode(String(input[name])) ?? refuse(name, String(input[name]))
  })
  if (body !== undefined) {
    const { [body]: whole, ...others } = rest
    return { method, path: path + toQuery(others), ...toBody(wire, whole) }
  }
  if (!hasBody(wire)) return { method, path: path + toQuery(rest) }
  const isEmpty = Object.values(rest).every((value) => value === undefined)
  return isEmpty ? { method, path } : { method, path, ...toBody(wire, rest) }
}

function toBody(
  { textType }: Wire,
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

export const hasBody = ({ method }: Wire) => method === 'POST' || method === 'PATCH'

/** A text as a segment of a path. Undefined for one that cannot be a segment. */
function encode(text: string): string | undefined {
  // `.` and `..` are steps of a path even when they are encoded (URL standard).
  if (/^\.{0,2}$/.test(text)) return undefined
  try {
    return encodeURIComponent(text)
  } catch {
    // Half of a surrogate pair.
    return undefined
  }
}
