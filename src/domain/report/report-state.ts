import * as v from 'valibot'
import { type Basis, bases } from '../behaviours.js'
import { importStatuses } from '../imports/import-status.js'
import { type Operation, operations } from '../operations.js'
import { type ReasonCode, reasonCodes } from '../reason.js'
import { list, mapping, text, wholeNumber, word } from '../schema.js'
import { instantMs, maxSerial } from '../state-values.js'
import { type OutcomeName, outcomeNames } from './outcomes.js'
import { type UnexpectedKind, unexpectedKinds } from './unexpected.js'

/*
 * The counts of a workspace as plain data. They grow with the kinds of requests, and not with their number. Instants are epoch
 * milliseconds.
 */

/** Requests that show something: their number, and the first few of their journal entries. */
export interface Tally {
  count: number
  readonly entries: number[]
}

/** The most example entries of a tally. */
export const maxExamples = 5

/** The requests of an operation that ended for the same reason. */
export interface CellState {
  /** Absent for a path that has no operation. */
  readonly operation?: Operation | undefined
  /** The code of the reason; of a poll that was served, the status of its import. */
  readonly key: CellKey
  /** The HTTP status. Absent for requests without a response. */
  readonly status?: number | undefined
  readonly count: number
}

export const cellKeys = [...reasonCodes, ...importStatuses] as const

export type CellKey = (typeof cellKeys)[number]

/** The facts of one client, and what its last requests were. Those that name no client count as one. */
export interface ClientCounts {
  /** Null for requests that name no client. */
  readonly clientId: string | null
  /** The number of changes that a person had made to the workspace by its last request. */
  changes: number
  /** The time of its last request. */
  lastAt: number
  /** The number of its requests, except those for access tokens. */
  requests: number
  /** The number of requests that came over a real connection. */
  carried: number
  /** The requests that opened a connection soon after another request. */
  readonly connections: Tally
  /** The number of access tokens that it was issued. */
  tokens: number
  /** The time until which its last access token is valid. 0 if that token was refused or disturbed. */
  tokenUntil: number
  /** The number of its requests since its last access token. */
  sinceToken: number
  /** The tokens that replaced one which was valid and had at most one use. */
  readonly spareTokens: Tally
  /** The lifetime of the first token that was replaced so, in milliseconds. */
  spareLifetimeMs: number
  /** The number of its last requests that an expired token was refused to, in a row. */
  expiredInRow: number
  /** The requests with a token that had been refused as expired before. */
  readonly expiredUses: Tally
  /** The refusal of its last request. Null if that was not refused. */
  refusal: string | null
  readonly repeatedRefusals: Tally
  /** The first refusal that was repeated, in words. */
  repeatedRefusal: string
  /** The time before which the last response asked it not to come again. 0 without one. */
  retryAt: number
  /** The operation that it asked for then. */
  retryOperation: Operation | null
  readonly earlyRetries: Tally
  readonly fastPolls: Tally
  /** The shortest time between two polls of an import, in milliseconds. */
  shortestPollMs: number
  /** The first import that was polled too fast. */
  fastImport: string
  readonly latePolls: Tally
  /** The first import that was polled after its end. */
  lateImport: string
  readonly abandoned: Tally
  readonly secretUrls: Tally
}

/** The last poll of an import. */
export interface PollState {
  readonly referenceId: string
  clientId: string | null
  changes: number
  at: number
  entryId: number
  /** True if the poll found it running. An upload begins so. */
  isRunning: boolean
  /** True if any poll found it running. */
  wasRunning: boolean
}

/** All counts of a workspace. */
export interface ReportState {
  readonly since: number
  /** The number of changes that a person has made to the workspace. */
  readonly changes: number
  readonly cells: readonly CellState[]
  /** The outcomes of requests to which a fault was applied. */
  readonly faulty: readonly (readonly [OutcomeName, number])[]
  readonly basis: Readonly<Record<Basis, number>>
  readonly unexpected: readonly (readonly [UnexpectedKind, Tally])[]
  readonly clients: readonly ClientCounts[]
  readonly polls: readonly PollState[]
  readonly usedImports: readonly string[]
  readonly usedFaults: readonly string[]
  readonly usedUploads: readonly string[]
  /** The numbers of what was not followed, because there were too many. */
  readonly cut: Readonly<Record<CutKind, number>>
}

export const cutKinds = ['clients', 'imports', 'faults', 'uploads'] as const

/** The things of which a report follows only a number. */
export type CutKind = (typeof cutKinds)[number]

const serial = wholeNumber(0, maxSerial)
const tally = mapping({ count: serial, entries: list(serial) })
const milliseconds = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(Number.MAX_SAFE_INTEGER, 'must be at most the largest safe integer'),
)
const boolean = v.boolean('must be true or false')
const record = <const N extends readonly string[], const S extends v.GenericSchema>(
  names: N,
  schema: S,
) => mapping(Object.fromEntries(names.map((name) => [name, schema])) as { [K in N[number]]: S })

const clientSchema = mapping({
  clientId: v.nullable(text),
  changes: serial,
  lastAt: instantMs,
  requests: serial,
  carried: serial,
  connections: tally,
  tokens: serial,
  tokenUntil: milliseconds,
  sinceToken: serial,
  spareTokens: tally,
  spareLifetimeMs: milliseconds,
  expiredInRow: serial,
  expiredUses: tally,
  refusal: v.nullable(text),
  repeatedRefusals: tally,
  repeatedRefusal: text,
  retryAt: milliseconds,
  retryOperation: v.nullable(word(operations)),
  earlyRetries: tally,
  fastPolls: tally,
  shortestPollMs: milliseconds,
  fastImport: text,
  latePolls: tally,
  lateImport: text,
  abandoned: tally,
  secretUrls: tally,
}) satisfies v.GenericSchema<ClientCounts>

/** The counts as a state document holds them. */
export const reportSchema = mapping({
  since: instantMs,
  changes: serial,
  cells: list(
    mapping({
      operation: v.optional(word(operations)),
      key: word(cellKeys),
      status: v.optional(wholeNumber(100, 599)),
      count: serial,
    }),
  ),
  faulty: list(v.tuple([word(outcomeNames), serial], 'must be a list of two')),
  basis: record(bases, serial),
  unexpected: list(v.tuple([word(unexpectedKinds), tally], 'must be a list of two')),
  clients: list(clientSchema),
  polls: list(
    mapping({
      referenceId: text,
      clientId: v.nullable(text),
      changes: serial,
      at: instantMs,
      entryId: serial,
      isRunning: boolean,
      wasRunning: boolean,
    }),
  ),
  usedImports: list(text),
  usedFaults: list(text),
  usedUploads: list(text),
  cut: record(cutKinds, serial),
}) satisfies v.GenericSchema<ReportState>

/** The reason code of a cell. */
export function reasonOf(key: CellKey): ReasonCode {
  return (importStatuses as readonly string[]).includes(key) ? 'served' : (key as ReasonCode)
}
