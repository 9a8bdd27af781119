import * as v from 'valibot'
import { tokenFlaws } from '../access-token.js'
import { durationSchema } from '../duration.js'
import type { ClientDefinition } from '../fixture.js'
import { clientFields, maxTokenLifetime } from '../fixture.js'
import type { ImportState } from '../import-state.js'
import { importStatuses } from '../import-status.js'
import type { ImportDefinition } from '../import-types.js'
import { type JournalEntry, journalFilterSchema } from '../journal.js'
import { scopeTokenPattern } from '../oauth.js'
import { jsonOf, list, mapping, text, wholeNumber, word } from '../schema.js'
import type { UploadedFile } from '../upload-outcome.js'

/*
 * What the control vocabulary takes and tells. Instants are ISO 8601, durations are written with their unit.
 */

/** An import as it stands. */
export interface ImportView {
  readonly referenceId: string
  /** With the numbers that the id names, where it matches a pattern. */
  readonly definition: ImportDefinition
  /** Null for a pattern: only the ids that match it have a state. */
  readonly state: ImportState | null
  readonly polls: number
  /** ISO 8601; null before it started. */
  readonly startedAt: string | null
  /** The file that it is the import of; absent for one that was defined. */
  readonly upload?: UploadedFile
}

/** What an import is: in a state, an error in place of one, or a pattern, which has none. */
export type ImportKind = (typeof importKinds)[number]

/** How many imports were found, and how many of each kind. */
export interface ImportCount {
  readonly count: number
  readonly kinds: Readonly<Record<ImportKind, number>>
}

/** A client, without its secret. */
export type ClientView = Omit<ClientDefinition, 'clientSecret'>

/** What the virtual clock tells. */
export interface ClockView {
  /** ISO 8601 */
  readonly now: string
  readonly frozen: boolean
}

/** Journal entries that were found. */
export interface FoundEntries {
  readonly entries: readonly JournalEntry[]
  /** How many entries were dropped because the journal was full. */
  readonly dropped: number
  /** Whether no dropped entry could belong here. */
  readonly complete: boolean
}

/** How many journal entries were found; not complete where some were dropped. */
export interface Count {
  readonly count: number
  readonly complete: boolean
}

/** What the health check tells. */
export interface Health {
  readonly status: 'ok'
  readonly version: string
  /** Patterns included. */
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
}

export const importFilterSchema = mapping(importFilter)
export const importPageSchema = mapping({
  ...importFilter,
  limit: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  offset: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
})

/** Which imports to find: `search` is a part of the referenceId, in any case. */
export type ImportFilter = v.InferInput<typeof importFilterSchema>

/** Which imports to list, and of those `limit`, after the first `offset`. */
export type ImportPage = v.InferInput<typeof importPageSchema>

export const idSchema = mapping({ id: text })
export const definitionSchema = mapping({ id: text, definition: v.unknown() })
export const wholeBodySchema = mapping({ definition: v.unknown() })
export const clockSetSchema = mapping({ at: instant })
export const clockAdvanceSchema = mapping({ by: durationSchema })

/** A token to make: in what is left out, like one that the token endpoint issues to the client. */
export const tokenSpecSchema = mapping({
  clientId: v.optional(text),
  scopes: v.optional(list(v.pipe(text, v.regex(scopeTokenPattern, 'must be one scope')))),
  lifetime: v.optional(wholeNumber(1, maxTokenLifetime)),
  claims: v.optional(jsonOf(v.record(v.string(), v.unknown(), 'must be a mapping'))),
  flaw: v.optional(word(tokenFlaws)),
})

/**
 * A token to make. Left out, `scopes` and `lifetime` (seconds) are those of the client; `claims` are added, or
 * stand in place of the usual ones; `flaw` names the one thing that is wrong with it.
 */
export type TokenSpec = v.InferInput<typeof tokenSpecSchema>

/** The longest that one request may wait, in milliseconds; who wants to wait longer asks again. */
export const maxWaitMs = 25_000

export const journalWaitSchema = mapping({
  ...journalFilterSchema.entries,
  count: wholeNumber(1, 1_000_000),
  timeout: durationSchema,
})

/** What a client can be, without its id. */
export const clientDefinitionSchema = mapping(clientFields)

/** A client to put: like a fixture's, without its id. */
export type ClientInput = v.InferInput<typeof clientDefinitionSchema>
