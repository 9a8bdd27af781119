import * as v from 'valibot'
import { type BehaviourId, behaviours } from './behaviours.js'
import { type FaultDefinition, faultSchema } from './fault.js'
import {
  type ClientDefinition,
  clientFixtureSchema,
  type ImportFixture,
  importTemplateSchema,
  type ScenarioFixture,
} from './fixture.js'
import { type HistoriesState, historiesSchema } from './imports/history-state.js'
import { type ImportDefinition, importDefinitionSchema } from './imports/import-definition.js'
import type { ImportState } from './imports/import-state.js'
import { importStatuses } from './imports/import-status.js'
import { type Outcome, outcomes } from './journal.js'
import { type Operation, operations } from './operations.js'
import { type Reason, reasonCodes } from './reason.js'
import { type ReportState, reportSchema } from './report/report-state.js'
import { list, mapping, oneOf, text, wholeNumber, without, word } from './schema.js'
import { type ServiceInput, serviceSchema } from './service.js'
import { instantMs, maxSerial } from './state-values.js'
import { type UploadedFile, type UploadOutcome, uploadOutcomeSchema } from './upload-outcome.js'
import { quoted } from './visible-text.js'

/*
 * The state of a workspace as plain data: everything that requests and control calls have changed since its scenario was
 * loaded. Instants are epoch milliseconds. Lists keep their order, because it decides what is evicted first.
 */

/** The virtual clock. */
export interface ClockState {
  /** The time that the clock shows. */
  readonly now: number
  readonly isFrozen: boolean
  /** The time by which a running clock is ahead of the wall clock, in milliseconds. */
  readonly aheadMs: number
}

/** The clients that were put or deleted. */
export interface ClientsState {
  readonly put: readonly ClientDefinition[]
  readonly deleted: readonly string[]
}

/** An import that was polled. */
export interface RunState {
  readonly referenceId: string
  /** The definition that it follows. Its id may be a pattern. */
  readonly fixture: ImportFixture
  /** Absent before its start. */
  readonly startedAt?: number | undefined
  readonly polls: number
}

/** The import of an uploaded file. */
export interface UploadRunState {
  readonly referenceId: string
  readonly definition: ImportDefinition
  readonly startedAt: number
  readonly polls: number
  readonly upload: UploadState
}

/** The facts of the upload that began an import. */
export interface UploadState extends UploadedFile {
  /** `kept`: the result file of the upload. `none`: it has none. `made`: the result file is made from its planned outcome. */
  readonly resultFile: 'kept' | 'none' | 'made'
  /** The rows of the ledger that its outcome rests on. */
  readonly restsOn?: readonly BehaviourId[] | undefined
}

/** The changes that a person made to one import, over its definition. At least one is made. */
export interface Alteration {
  /** True if its definition ran to its end at once. */
  readonly finished: boolean
  /** The state that is laid over its definition. */
  readonly override: ImportState | null
}

/** The imports: definitions that were put or deleted, and runs. */
export interface ImportsState {
  /** The time at which the scenario was loaded. */
  readonly loadedAt: number
  readonly put: readonly ImportFixture[]
  readonly deleted: readonly string[]
  /** The time of each definition that came later than the scenario. */
  readonly laterLoads: readonly (readonly [referenceId: string, at: number])[]
  readonly runs: readonly RunState[]
  /** The runs of ids that match a pattern, the least recently polled first. */
  readonly matched: readonly RunState[]
  /** The imports of uploads, the least recently polled first. */
  readonly uploaded: readonly UploadRunState[]
  /** The imports that were finished or overridden. */
  readonly alterations: readonly (readonly [referenceId: string, alteration: Alteration])[]
  readonly history: HistoriesState
}

/** Faults or planned uploads: the list of the scenario, the ids that it was given, and those that are armed, in their order. */
export interface ArmedListState<D, S> {
  readonly scenario: readonly D[]
  readonly ofScenario: readonly (readonly [id: string, definition: D])[]
  readonly armed: readonly ArmedState<D, S>[]
}

/** A fault or planned upload that is armed. */
export interface ArmedState<D, S> {
  readonly id: string
  /** Absent for one of the scenario. */
  readonly definition?: D | undefined
  readonly state: S
}

/** The counts of a fault, and the state of its random numbers. */
export interface FaultState {
  readonly matched: number
  readonly applied: number
  readonly random: readonly number[]
}

/** The planned uploads with the number of uses of each, and the result files. */
export interface UploadsState<File> {
  readonly outcomes: ArmedListState<UploadOutcome, number>
  /** The state of the random numbers of which ids are made. */
  readonly random: readonly number[]
  /** The uploads whose result file or messages are kept, the oldest first. */
  readonly results: readonly ResultState<File>[]
}

/** The kept result of an upload. */
export interface ResultState<File> {
  readonly referenceId: string
  /** Absent where only messages are kept. */
  readonly file?: File | undefined
}

/** The journal. */
export interface JournalState {
  readonly lastId: number
  /** The id of the last entry before the journal was cleared. */
  readonly clearedId: number
  /** The id of the last entry that was evicted for its size. */
  readonly evictedId: number
  readonly records: readonly RecordState[]
  /** The approximate memory of each record, in bytes. */
  readonly bytes: readonly number[]
}

/** A request as the journal keeps it. */
export interface RecordState {
  readonly id: number
  readonly at: number
  readonly durationMs: number
  readonly operation?: Operation | undefined
  readonly method: string
  readonly path: string
  readonly referenceId?: string | undefined
  readonly clientId?: string | undefined
  /** Names and values in turn. */
  readonly requestHeaders: readonly string[]
  readonly requestBody?: string | undefined
  readonly status?: number | undefined
  readonly response?: RecordedResponse | undefined
  readonly outcome: Outcome
  readonly reason: Reason
  readonly restsOn?: readonly BehaviourId[] | undefined
  readonly faults: readonly string[]
}

/** The headers and body of a response. */
export interface RecordedResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Everything that changed in a workspace since its scenario was loaded. */
export interface ChangesState<File> {
  readonly clock: ClockState
  readonly service: ServiceInput
  readonly clients: ClientsState
  readonly imports: ImportsState
  readonly uploads: UploadsState<File>
  readonly faults: ArmedListState<FaultDefinition, FaultState>
  readonly journal: JournalState
  /** Absent in a document of an emulator that had no run report. */
  readonly report?: ReportState | undefined
}

const count = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const number = v.pipe(v.number('must be a number'), v.finite('must be a finite number'))
const boolean = v.boolean('must be true or false')
/** Small enough that it can be counted on without loss. */
const serial = wholeNumber(0, maxSerial)
const behaviourIds = list(word(Object.keys(behaviours) as BehaviourId[]))
const pair = <const A extends v.GenericSchema, const B extends v.GenericSchema>(a: A, b: B) =>
  v.tuple([a, b], 'must be a list of two')

const random = v.pipe(
  list(v.pipe(number, v.integer('must be a whole number'))),
  v.length(4, 'must be a list of four numbers'),
)

const run = {
  referenceId: text,
  polls: count,
}

const runSchema = mapping({
  ...run,
  fixture: importTemplateSchema,
  startedAt: v.optional(instantMs),
}) satisfies v.GenericSchema<RunState>

const importsSchema = mapping({
  loadedAt: instantMs,
  put: list(importTemplateSchema),
  deleted: list(text),
  laterLoads: list(pair(text, instantMs)),
  runs: list(runSchema),
  matched: list(runSchema),
  uploaded: list(
    mapping({
      ...run,
      definition: importDefinitionSchema,
      startedAt: instantMs,
      upload: mapping({
        fileName: text,
        sizeBytes: count,
        kind: v.nullable(text),
        rows: count,
        resultFile: word(['kept', 'none', 'made']),
        restsOn: v.optional(behaviourIds),
      }),
    }),
  ),
  alterations: list(
    pair(
      text,
      mapping({
        finished: boolean,
        override: v.nullable(
          oneOf({
            status: mapping({
              status: word(importStatuses),
              fileLine: count,
              messages: list(text),
            }),
            error: mapping({ error: text }),
          }),
        ),
      }),
    ),
  ),
  history: historiesSchema,
}) satisfies v.GenericSchema<ImportsState>

const armedList = <const D extends v.GenericSchema, const S extends v.GenericSchema>(
  definition: D,
  state: S,
) =>
  v.pipe(
    mapping({
      scenario: list(definition),
      ofScenario: list(pair(text, definition)),
      armed: list(mapping({ id: text, definition: v.optional(definition), state })),
    }),
    without((state) => {
      const { ofScenario, armed } = state as ArmedListState<unknown, unknown>
      const ids = new Set(ofScenario.map(([id]) => id))
      const unknown = armed.find(({ id, definition }) => definition === undefined && !ids.has(id))
      return unknown && `${quoted(unknown.id)} is armed, and has no definition`
    }),
  )

const recordSchema = mapping({
  id: serial,
  at: instantMs,
  durationMs: number,
  operation: v.optional(word(operations)),
  method: text,
  path: text,
  referenceId: v.optional(text),
  clientId: v.optional(text),
  requestHeaders: list(text),
  requestBody: v.optional(text),
  status: v.optional(wholeNumber(100, 599)),
  response: v.optional(mapping({ headers: v.record(text, text, 'must be a mapping'), body: text })),
  outcome: word(outcomes),
  reason: mapping({ code: word(reasonCodes), message: text }),
  restsOn: v.optional(behaviourIds),
  faults: list(text),
}) satisfies v.GenericSchema<RecordState>

/** The name of the format of state documents. */
export const stateFormat = 'tao-upload-emulator state'

/** The version of state documents that this version of the emulator writes and reads. */
export const stateVersion = 1

/**
 * The whole state of a workspace as JSON: its scenario, everything that changed since, and the journal without secrets. It holds
 * the secrets of clients, and result files. Read its parts by other methods: they change with `version`.
 */
export interface StateDocument {
  /** Always `tao-upload-emulator state`. */
  readonly format: 'tao-upload-emulator state'
  /** The version of the document. An emulator reads only its own version. */
  readonly version: 1
  /** The scenario that the workspace started with. */
  readonly scenario: ScenarioFixture
  /** Everything that changed since the scenario was loaded. */
  readonly changes: unknown
}

/** A file in base64. */
const file = v.pipe(text, v.base64('must be base64'))

/** The changes of a workspace as a document holds them. */
export const changesSchema = mapping({
  clock: mapping({ now: instantMs, isFrozen: boolean, aheadMs: number }),
  service: serviceSchema,
  clients: mapping({ put: list(clientFixtureSchema), deleted: list(text) }),
  imports: importsSchema,
  uploads: mapping({
    outcomes: armedList(uploadOutcomeSchema, count),
    random,
    results: list(mapping({ referenceId: text, file: v.optional(file) })),
  }),
  faults: armedList(faultSchema, mapping({ matched: count, applied: count, random })),
  journal: v.pipe(
    mapping({
      lastId: serial,
      clearedId: serial,
      evictedId: serial,
      records: list(recordSchema),
      bytes: list(count),
    }),
    without(({ lastId, records }) => {
      const first = lastId - records.length + 1
      return records.every(({ id }, index) => id === first + index)
        ? undefined
        : 'the ids of its records must be consecutive, up to lastId'
    }),
  ),
  report: v.optional(reportSchema),
}) satisfies v.GenericSchema<unknown, ChangesState<string>>
