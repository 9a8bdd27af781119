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
import { type Wire, type WireName, wires } from './wire.js'

/** One verb of the control API: its form over HTTP, its arguments and its result. */
export interface ControlRoute<S extends v.GenericSchema = v.GenericSchema, R = unknown>
  extends Wire {
  readonly schema: S
  /** Takes away what others in the workspace may rely on: refused in a protected one. */
  readonly erases?: true
  /** The largest body, in bytes. @defaultValue 1 MiB */
  readonly maxBodyBytes?: number
  /** Needs no control token. */
  readonly isOpen?: true
  /** Carries the type of the result. It is never set. */
  readonly result?: R
}

/** A verb without its form over HTTP. */
type Verb<S extends v.GenericSchema = v.GenericSchema, R = unknown> = Omit<
  ControlRoute<S, R>,
  keyof Wire
>

/** A verb whose result is an `R`. */
function returns<R>() {
  return <S extends v.GenericSchema>(
    schema: S,
    extras: Omit<Verb, 'schema' | 'result'> = {},
  ): Verb<S, R> => ({ schema, ...extras })
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

const erases = { erases: true } as const

/** The largest scenario or state, in bytes. */
const maxBodyBytes = 64 * 1024 ** 2

const verbs = {
  'imports.list': importList(importPageSchema),
  'imports.count': importCount(importFilterSchema),
  'imports.get': importView(idSchema),
  'imports.put': importView(definitionSchema),
  'imports.delete': nothing(idSchema, erases),
  'imports.finish': importView(idSchema),
  'imports.override': importView(stateSchema),
  'imports.clearOverride': nothing(idSchema),
  'imports.history': returns<ImportHistory>()(idSchema),
  'imports.result': text(idSchema),
  'clients.list': clientList(nothingSchema),
  'clients.get': clientView(idSchema),
  'clients.put': clientView(definitionSchema),
  'clients.delete': nothing(idSchema, erases),
  'clock.get': clockView(nothingSchema),
  'clock.freeze': clockView(nothingSchema),
  'clock.resume': clockView(nothingSchema),
  'clock.set': clockView(clockSetSchema),
  'clock.advance': clockView(clockAdvanceSchema),
  'clock.reset': clockView(nothingSchema),
  'journal.find': entries(journalFilterSchema),
  'journal.count': count(journalFilterSchema),
  'journal.wait': entries(journalWaitSchema),
  'journal.clear': nothing(nothingSchema, erases),
  'faults.arm': faultView(wholeBodySchema),
  'faults.list': faultList(nothingSchema),
  'faults.disarm': nothing(idSchema, erases),
  'faults.clear': nothing(nothingSchema, erases),
  'uploads.arm': outcomeView(wholeBodySchema),
  'uploads.list': outcomeList(nothingSchema),
  'uploads.disarm': nothing(idSchema, erases),
  'uploads.clear': nothing(nothingSchema, erases),
  'service.get': switches(nothingSchema),
  'service.set': switches(serviceSchema),
  'report.get': returns<RunReport>()(reportSchema),
  'report.markdown': text(reportSchema),
  'report.reset': nothing(reportSchema, erases),
  'savepoints.list': savepointList(nothingSchema),
  'savepoints.save': savepointView(savepointSchema),
  'savepoints.restore': nothing(idSchema, erases),
  'savepoints.delete': nothing(idSchema, erases),
  'removals.list': returns<readonly RemovalView[]>()(nothingSchema),
  'removals.undo': nothing(idSchema),
  'state.export': returns<StateDocument>()(nothingSchema),
  'state.import': nothing(documentSchema, { maxBodyBytes, ...erases }),
  'scenario.export': text(scenarioExportSchema),
  'scenario.changes': returns<readonly ScenarioChange[]>()(nothingSchema),
  'scenario.load': scenarioCount(scenarioLoadSchema, { maxBodyBytes, ...erases }),
  'tokens.mint': token(tokenSpecSchema),
  'workspaces.list': names(nothingSchema),
  'workspaces.fork': nothing(workspaceSchema),
  'workspaces.delete': nothing(idSchema),
  reset: nothing(nothingSchema, erases),
  health: returns<Health>()(nothingSchema, { isOpen: true }),
} satisfies Record<WireName, Verb>

type Verbs = typeof verbs

/** All verbs. The control API, the library and `connectEmulator` are made from this table. */
export const controlRoutes = Object.fromEntries(
  Object.entries(verbs).map(([name, verb]) => [name, { ...wires[name as WireName], ...verb }]),
) as unknown as {
  readonly [N in WireName]: Verbs[N] & Wire
}

/** The name of a verb. */
export type RouteName = WireName

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
