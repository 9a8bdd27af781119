import * as v from 'valibot'
import { type TokenFlaw, tokenFlaws } from '../access-token.js'
import { durationMs } from '../duration.js'
import type { ClientDefinition } from '../fixture.js'
import { clientFields, maxTokenLifetime } from '../fixture.js'
import type { ImportInput } from '../imports/import-definition.js'
import type { ImportState } from '../imports/import-state.js'
import { importStatuses } from '../imports/import-status.js'
import { type JournalEntry, journalFilterSchema } from '../journal.js'
import { armedId } from '../name-pattern.js'
import { scopeTokenPattern } from '../oauth.js'
import { jsonOf, list, mapping, text, wholeNumber, word } from '../schema.js'
import type { UploadedFile } from '../upload-outcome.js'
import { isWorkspaceName, workspaceNameRule } from './workspace-name.js'

/*
 * The inputs and results of the control API. Instants are ISO 8601, durations are written with their unit.
 */

/** An import as it stands. */
export interface ImportView {
  /** The id of the import, or a pattern of ids. */
  readonly referenceId: string
  /** The import as in a scenario. If its id matches a pattern, its numbers stand in the definition. */
  readonly definition: ImportInput
  /** The state that a poll would find now. Null for a pattern: only the ids that match it have a state. */
  readonly state: ImportState | null
  /** The number of polls so far. */
  readonly polls: number
  /** The start of the import in ISO 8601. Null before the start. */
  readonly startedAt: string | null
  /** True if `imports.finish` ran the definition to its end. */
  readonly finished: boolean
  /** The state that `imports.override` laid over the definition. Null without one. */
  readonly override: ImportState | null
  /** The uploaded file. Absent if a scenario or a call defined the import. */
  readonly upload?: UploadedFile
}

/** The kind of an import: its state, `error`, or `pattern` for a pattern, which has no state. */
export type ImportKind = (typeof importKinds)[number]

/** The number of imports that match, in total and of each kind. */
export interface ImportCount {
  /** The number of imports that match. */
  readonly count: number
  /** The number of imports of each kind. */
  readonly kinds: Readonly<Record<ImportKind, number>>
}

/** A client, without its secret. */
export interface ClientView extends Omit<ClientDefinition, 'clientSecret'> {}

/** The state of the virtual clock. */
export interface ClockView {
  /** The time in ISO 8601. */
  readonly now: string
  /** True if the clock does not run. */
  readonly frozen: boolean
}

/** A saved state of a workspace. */
export interface SavepointView {
  /** The name of the savepoint. */
  readonly name: string
  /** The time of the virtual clock when the state was saved, in ISO 8601. */
  readonly now: string
  /** The approximate memory of the savepoint, in bytes. */
  readonly bytes: number
}

/** The things that a removal takes away: one of a kind, or all of it. */
export type RemovedThing =
  | 'import'
  | 'client'
  | 'fault'
  | 'faults'
  | 'outcome'
  | 'outcomes'
  | 'savepoint'
  | 'journal'

/** A removal that can be undone. */
export interface RemovalView {
  /** The name by which the removal can be undone. */
  readonly id: string
  /** The thing that was removed. A plural stands for all of its kind. */
  readonly what: RemovedThing
  /** The id of what was removed. Null for all of a kind, and for the journal. */
  readonly name: string | null
}

/** A definition that differs from the loaded scenario. */
export interface ScenarioChange {
  /** The part of the scenario. */
  readonly part: 'clients' | 'imports' | 'faults' | 'uploads' | 'service'
  /** The id of the definition, or the name of the switch. */
  readonly id: string
  /** The difference: it is new, other than in the scenario, or gone. */
  readonly change: 'added' | 'changed' | 'removed'
}

/** Journal entries that were found. */
export interface FoundEntries {
  /** The journal entries, the oldest first. */
  readonly entries: readonly JournalEntry[]
  /** The number of entries that were evicted because the journal was full. */
  readonly dropped: number
  /** True if no evicted entry could match. */
  readonly complete: boolean
}

/** The number of journal entries that match. */
export interface Count {
  /** The number of journal entries that match. */
  readonly count: number
  /** True if no evicted entry could match. */
  readonly complete: boolean
}

/** The response of the health check. */
export interface Health {
  /** Always `ok`. */
  readonly status: 'ok'
  /** The version of the package. */
  readonly version: string
  /** The number of imports, patterns included. */
  readonly imports: number
}

/** ISO 8601 with its zone: without one it would be the local time of the machine. */
const instantPattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Epoch milliseconds. Later instants have no four-digit year, so that ISO 8601 writes them in another way. */
export const lastInstant = Date.parse('9999-12-31T23:59:59.999Z')

const instant = v.pipe(text, v.check(isInstant, 'must be an instant like 2026-01-31T12:00:00Z'))

/** From the epoch to the end of the year 9999. */
function isInstant(at: string): boolean {
  const day = instantPattern.exec(at)?.[1]
  if (day === undefined || !isDay(day)) return false
  const time = Date.parse(at)
  return time >= 0 && time <= lastInstant
}

/** JavaScript takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const time = Date.parse(day)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}

export const nothingSchema = mapping({})
const importKinds = [...importStatuses, 'error', 'pattern'] as const

const importFilter = {
  search: v.optional(text),
  status: v.optional(word(importKinds)),
  patterns: v.optional(v.boolean('must be true or false')),
}

export const importFilterSchema = mapping(importFilter) satisfies v.GenericSchema<ImportFilter>
export const importPageSchema = mapping({
  ...importFilter,
  order: v.optional(word(['defined', 'changed'])),
  limit: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  offset: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
}) satisfies v.GenericSchema<ImportPage>

/** A filter for imports: `search` is a part of the referenceId or of the name of the uploaded file, in any case. */
export interface ImportFilter {
  /** A part of the referenceId, or of the name of the uploaded file, in upper or lower case. @defaultValue every import */
  search?: string | undefined
  /** The kind of the imports: their status, `error` or `pattern`. @defaultValue every kind */
  status?: ImportKind | undefined
  /** True for patterns alone, false for imports alone. @defaultValue both */
  patterns?: boolean | undefined
}

/** A page of imports: at most `limit` of those that match, after the first `offset`. */
export interface ImportPage extends ImportFilter {
  /**
   * `defined`: as in the scenario, then what was put, matched and uploaded. `changed`: what was put, uploaded, first polled,
   * overridden or finished last comes first.
   * @defaultValue `'defined'`
   */
  order?: 'defined' | 'changed' | undefined
  /** The most imports to return. @defaultValue all */
  limit?: number | undefined
  /** The number of matching imports to skip. @defaultValue 0 */
  offset?: number | undefined
}

export const idSchema = mapping({ id: text })
export const savepointSchema = mapping({ id: armedId })
export const workspaceSchema = mapping({
  id: v.pipe(text, v.check(isWorkspaceName, workspaceNameRule)),
})
export const documentSchema = mapping({ document: v.unknown() })
export const definitionSchema = mapping({ id: text, definition: v.unknown() })
export const stateSchema = mapping({ id: text, state: v.unknown() })
export const wholeBodySchema = mapping({ definition: v.unknown() })
export const clockSetSchema = mapping({ at: instant })
export const clockAdvanceSchema = mapping({ by: durationMs })

export const scenarioLoadSchema = mapping({
  source: v.unknown(),
  mode: v.optional(word(['replace', 'merge'])),
  variables: v.optional(v.record(v.string(), text, 'must be a mapping')),
}) satisfies v.GenericSchema<ScenarioLoadOptions & { source: unknown }>

export const scenarioExportSchema = mapping({
  format: v.optional(word(['yaml', 'json'])),
  secrets: v.optional(v.boolean('must be true or false')),
}) satisfies v.GenericSchema<ScenarioExportOptions>

/** The options of an export. */
export interface ScenarioExportOptions {
  /** The language of the text. @defaultValue `'yaml'` */
  format?: 'yaml' | 'json' | undefined
  /**
   * True to write the secrets of clients themselves. Otherwise a placeholder such as `${CLIENT_SECRET_my_client}` stands
   * for each.
   * @defaultValue `false`
   */
  secrets?: boolean | undefined
}

/** The options of a scenario that is loaded at run time. */
export interface ScenarioLoadOptions {
  /**
   * `replace`: the workspace starts from this scenario, and what was put, deleted, armed and set before is gone. `merge`: it
   * replaces the definitions of the same ids and sets its switches; the others stay.
   * @defaultValue `'replace'`
   */
  mode?: 'replace' | 'merge' | undefined
  /** The values of placeholders such as `${NAME}`. The environment of the emulator is not used. @defaultValue none */
  variables?: Record<string, string> | undefined
}

/** The number of definitions that a scenario has. */
export interface ScenarioCount {
  /** The number of clients. */
  readonly clients: number
  /** The number of imports, patterns included. */
  readonly imports: number
  /** The number of faults. */
  readonly faults: number
  /** The number of planned uploads. */
  readonly uploads: number
}

export const reportSchema = mapping({
  all: v.optional(v.boolean('must be true or false')),
}) satisfies v.GenericSchema<ReportOptions>

/** The workspaces of a run report. */
export interface ReportOptions {
  /** True for all workspaces together, with those that were evicted or deleted. @defaultValue `false`, this workspace */
  all?: boolean | undefined
}

/** A token to mint. A field that is left out is as the token endpoint would issue it to the client. */
export const tokenSpecSchema = mapping({
  clientId: v.optional(text),
  scopes: v.optional(list(v.pipe(text, v.regex(scopeTokenPattern, 'must be one scope')))),
  lifetime: v.optional(wholeNumber(1, maxTokenLifetime)),
  claims: v.optional(jsonOf(v.record(v.string(), v.unknown(), 'must be a mapping'))),
  flaw: v.optional(word(tokenFlaws)),
}) satisfies v.GenericSchema<TokenSpec>

/** A token to mint. */
export interface TokenSpec {
  /** The client of the token. @defaultValue no client */
  clientId?: string | undefined
  /** The scopes of the token. @defaultValue the scopes of the client */
  scopes?: string[] | undefined
  /** The lifetime of the token, in seconds. @defaultValue the lifetime of the client */
  lifetime?: number | undefined
  /** Further claims of the token. They replace the usual claims of the same name. @defaultValue the claims of the client */
  claims?: Record<string, unknown> | undefined
  /** The one thing that is wrong with the token. @defaultValue none */
  flaw?: TokenFlaw | undefined
}

/** The longest that one request may wait, in milliseconds; who wants to wait longer asks again. */
export const maxWaitMs = 25_000

export const journalWaitSchema = mapping({
  ...journalFilterSchema.entries,
  count: wholeNumber(1, 1_000_000),
  timeout: durationMs,
})

/** The definition of a client, without its id. */
export const clientDefinitionSchema = mapping(clientFields)
