import type * as v from 'valibot'
import { ControlError, invalidInput } from '../errors.js'
import type { FaultView } from '../fault.js'
import type { ImportHistory } from '../imports/history.js'
import { journalFilterSchema } from '../journal.js'
import type { MintedToken } from '../oauth.js'
import type { RunReport } from '../report/run-report.js'
import { parseBySchema } from '../schema.js'
import { type Service, serviceSchema } from '../service.js'
import type { StateDocument } from '../state.js'
import type { UploadOutcomeView } from '../upload-outcome.js'
import {
  type ClientView,
  type ClockView,
  type Count,
  clockAdvanceSchema,
  clockSetSchema,
  definitionSchema,
  documentSchema,
  type FoundEntries,
  type Health,
  type ImportCount,
  type ImportView,
  idSchema,
  importFilterSchema,
  importPageSchema,
  journalWaitSchema,
  nothingSchema,
  type RemovalView,
  reportSchema,
  type SavepointView,
  type ScenarioChange,
  type ScenarioCount,
  savepointSchema,
  scenarioExportSchema,
  scenarioLoadSchema,
  stateSchema,
  tokenSpecSchema,
  wholeBodySchema,
  workspaceSchema,
} from './vocabulary.js'

/** One verb of the control API: how it is called over HTTP, what it takes, and what it returns. */
export interface ControlRoute<S extends v.GenericSchema = v.GenericSchema, R = unknown> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/__control`. `:id` stands for the argument `id`. */
  readonly path: string
  readonly schema: S
  /**
   * The argument that is the whole body, while the query has the others. Without it, the body is an object of all
   * arguments.
   */
  readonly body?: string
  /** Takes away what others in the workspace may rely on: refused in a protected one. */
  readonly erases?: true
  /** The media type of a body that is a text. Without it, every body is JSON. */
  readonly textType?: string
  /** The largest body, in bytes. @defaultValue 1 MiB */
  readonly maxBodyBytes?: number
  /** The media type of a result that is a text. Without it, the result is JSON. */
  readonly resultType?: (input: Readonly<Record<string, unknown>>) => string
  /** Needs no control token. */
  readonly isOpen?: true
  /** Carries the type of the result. It is never set. */
  readonly result?: R
}

type Extras = Omit<ControlRoute, 'method' | 'path' | 'schema' | 'result'>

/** A route whose result is an `R`. */
function returns<R>() {
  return <S extends v.GenericSchema>(
    method: ControlRoute['method'],
    path: string,
    schema: S,
    extras: Extras = {},
  ): ControlRoute<S, R> => ({ method, path, schema, ...extras })
}

const importList = returns<readonly ImportView[]>()
const importCount = returns<ImportCount>()
const importView = returns<ImportView>()
const clientList = returns<readonly ClientView[]>()
const clientView = returns<ClientView>()
const clockView = returns<ClockView>()
const entries = returns<FoundEntries>()
const count = returns<Count>()
const faultList = returns<readonly FaultView[]>()
const faultView = returns<FaultView>()
const outcomeList = returns<readonly UploadOutcomeView[]>()
const outcomeView = returns<UploadOutcomeView>()
const switches = returns<Service>()
const savepointList = returns<readonly SavepointView[]>()
const savepointView = returns<SavepointView>()
const text = returns<string>()
const scenarioCount = returns<ScenarioCount>()
const token = returns<MintedToken>()
const names = returns<readonly string[]>()
const nothing = returns<void>()

const definition = { body: 'definition' }
const erases = { erases: true } as const

/** A web page needs a preflight for this type, as it does for JSON. */
const yamlType = 'application/yaml'

/** The largest scenario or state, in bytes. */
const maxBodyBytes = 64 * 1024 ** 2

const scenarioBody = { body: 'source', textType: yamlType, maxBodyBytes, ...erases }

/** All verbs. The control API, the library, `connectEmulator` and the sandbox page are made from this table. */
export const controlRoutes = {
  'imports.list': importList('GET', '/imports', importPageSchema),
  // Not below `/imports`, where it would hide an import of that id.
  'imports.count': importCount('GET', '/import-count', importFilterSchema),
  'imports.get': importView('GET', '/imports/:id', idSchema),
  'imports.put': importView('PUT', '/imports/:id', definitionSchema, definition),
  'imports.delete': nothing('DELETE', '/imports/:id', idSchema, erases),
  'imports.finish': importView('POST', '/imports/:id/finish', idSchema),
  'imports.override': importView('PUT', '/imports/:id/override', stateSchema, { body: 'state' }),
  'imports.clearOverride': nothing('DELETE', '/imports/:id/override', idSchema),
  'imports.history': returns<ImportHistory>()('GET', '/imports/:id/history', idSchema),
  'imports.result': text('GET', '/imports/:id/result', idSchema, {
    resultType: () => 'text/csv; charset=utf-8',
  }),
  'clients.list': clientList('GET', '/clients', nothingSchema),
  'clients.get': clientView('GET', '/clients/:id', idSchema),
  'clients.put': clientView('PUT', '/clients/:id', definitionSchema, definition),
  'clients.delete': nothing('DELETE', '/clients/:id', idSchema, erases),
  'clock.get': clockView('GET', '/clock', nothingSchema),
  'clock.freeze': clockView('POST', '/clock/freeze', nothingSchema),
  'clock.resume': clockView('POST', '/clock/resume', nothingSchema),
  'clock.set': clockView('POST', '/clock/set', clockSetSchema),
  'clock.advance': clockView('POST', '/clock/advance', clockAdvanceSchema),
  'clock.reset': clockView('POST', '/clock/reset', nothingSchema),
  'journal.find': entries('GET', '/journal', journalFilterSchema),
  'journal.count': count('GET', '/journal/count', journalFilterSchema),
  'journal.wait': entries('GET', '/journal/wait', journalWaitSchema),
  'journal.clear': nothing('DELETE', '/journal', nothingSchema, erases),
  'faults.arm': faultView('POST', '/faults', wholeBodySchema, definition),
  'faults.list': faultList('GET', '/faults', nothingSchema),
  'faults.disarm': nothing('DELETE', '/faults/:id', idSchema, erases),
  'faults.clear': nothing('DELETE', '/faults', nothingSchema, erases),
  'uploads.arm': outcomeView('POST', '/uploads', wholeBodySchema, definition),
  'uploads.list': outcomeList('GET', '/uploads', nothingSchema),
  'uploads.disarm': nothing('DELETE', '/uploads/:id', idSchema, erases),
  'uploads.clear': nothing('DELETE', '/uploads', nothingSchema, erases),
  'service.get': switches('GET', '/service', nothingSchema),
  'service.set': switches('PATCH', '/service', serviceSchema),
  'report.get': returns<RunReport>()('GET', '/report', reportSchema),
  'report.markdown': text('GET', '/report/markdown', reportSchema, {
    resultType: () => 'text/markdown; charset=utf-8',
  }),
  'report.reset': nothing('DELETE', '/report', reportSchema, erases),
  'savepoints.list': savepointList('GET', '/savepoints', nothingSchema),
  'savepoints.save': savepointView('PUT', '/savepoints/:id', savepointSchema),
  'savepoints.restore': nothing('POST', '/savepoints/:id/restore', idSchema, erases),
  'savepoints.delete': nothing('DELETE', '/savepoints/:id', idSchema, erases),
  'removals.list': returns<readonly RemovalView[]>()('GET', '/removals', nothingSchema),
  'removals.undo': nothing('POST', '/removals/:id/undo', idSchema),
  'state.export': returns<StateDocument>()('GET', '/state', nothingSchema),
  'state.import': nothing('PUT', '/state', documentSchema, {
    body: 'document',
    maxBodyBytes,
    ...erases,
  }),
  'scenario.export': text('GET', '/scenario', scenarioExportSchema, {
    resultType: ({ format }) => (format === 'json' ? 'application/json' : yamlType),
  }),
  'scenario.changes': returns<readonly ScenarioChange[]>()(
    'GET',
    '/scenario/changes',
    nothingSchema,
  ),
  'scenario.load': scenarioCount('PUT', '/scenario', scenarioLoadSchema, scenarioBody),
  'tokens.mint': token('POST', '/tokens', tokenSpecSchema),
  'workspaces.list': names('GET', '/workspaces', nothingSchema),
  'workspaces.fork': nothing('POST', '/workspaces/:id/fork', workspaceSchema),
  'workspaces.delete': nothing('DELETE', '/workspaces/:id', idSchema),
  reset: nothing('POST', '/reset', nothingSchema, erases),
  health: returns<Health>()('GET', '/health', nothingSchema, { isOpen: true }),
} satisfies Record<string, ControlRoute>

/** The name of a verb. */
export type RouteName = keyof typeof controlRoutes

/** The arguments of a verb. */
export type Input<N extends RouteName> = v.InferInput<(typeof controlRoutes)[N]['schema']>

/** The arguments of a verb, once its schema has read them. */
export type ParsedInput<N extends RouteName> = v.InferOutput<(typeof controlRoutes)[N]['schema']>

/** The result of a verb. */
export type Output<N extends RouteName> =
  (typeof controlRoutes)[N] extends ControlRoute<v.GenericSchema, infer R> ? R : never

/** Calls a verb: in process, or over HTTP. */
export type CallRoute = <N extends RouteName>(
  workspace: string | undefined,
  name: N,
  input: Input<N>,
  signal?: AbortSignal,
) => Promise<Output<N>>

/** Reads input by a schema. Throws `invalid_input` with its mistakes. */
export function parse<const S extends v.GenericSchema>(
  schema: S,
  input: unknown,
): v.InferOutput<S> {
  const parsed = parseBySchema(schema, input)
  if ('mistakes' in parsed) throw invalidInput(parsed.mistakes)
  return parsed.value
}

/** Arguments as the control API has them, whichever door they come by: JSON, and a copy. */
export function asJson(input: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(input))
  } catch (error) {
    throw new ControlError(
      'invalid_input',
      `cannot be written as JSON: ${(error as Error).message}`,
    )
  }
}
