import * as v from 'valibot'
import type { Basis, BehaviourId } from './behaviours.js'
import { type Operation, operations } from './operations.js'
import type { Reason } from './reason.js'
import { mapping, text, wholeNumber, word } from './schema.js'
import { traceIdOf, traceIdPattern } from './traceparent.js'

/** The two ends of a response: `served`, or `aborted` if the client was gone or a fault cut it off. */
export const outcomes = ['served', 'aborted'] as const

/** The end of a response. */
export type Outcome = (typeof outcomes)[number]

/** One request to the rostering API, its response, and the reason of the response. Secrets and tokens are redacted. */
export interface JournalEntry {
  /** The id of the entry. It grows by one with each entry. */
  readonly id: number
  /** The arrival of the request by the virtual clock, in ISO 8601. */
  readonly at: string
  /** Milliseconds on the wall clock, until the response was ready or the connection closed. */
  readonly durationMs: number
  /** The operation of the API. Null for a path that has none. */
  readonly operation: Operation | null
  /** The HTTP method. */
  readonly method: string
  /** The path, with its query. */
  readonly path: string
  /** The import that the request asks for, or that an upload made. */
  readonly referenceId: string | null
  /** The client that authenticated, or tried to. */
  readonly client: string | null
  /** The `traceparent` header of the request, by which traces name it. Null without a valid one. */
  readonly traceparent: string | null
  /** The request: its headers, its form, and the claims of its access token. */
  readonly request: {
    readonly headers: Readonly<Record<string, string>>
    /** The form, URL-encoded. Null if there was none. */
    readonly body: string | null
    /** The claims of the access token, verified or not. Null if no token can be read. */
    readonly token: Readonly<Record<string, unknown>> | null
  }
  /** The response: its status, headers and body. Null if the client disconnected before it. */
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  } | null
  /** `aborted` if the client disconnected, or a fault cut the response off. */
  readonly outcome: Outcome
  /** The reason of the response: a code, and a sentence with the facts. */
  readonly reason: Reason
  /** The weakest evidence among `behaviours`; null where there was no response. */
  readonly basis: Basis | null
  /** The rows of docs/fidelity.md that the response rests on. */
  readonly behaviours: readonly BehaviourId[]
  /** The ids of the faults that were applied. */
  readonly faults: readonly string[]
}

/** A filter for entries. All fields must match. */
export const journalFilterSchema = mapping({
  operation: v.optional(word(operations)),
  referenceId: v.optional(text),
  client: v.optional(text),
  status: v.optional(wholeNumber(100, 599)),
  outcome: v.optional(word(outcomes)),
  fault: v.optional(text),
  traceId: v.optional(
    v.pipe(
      text,
      v.regex(
        traceIdPattern,
        'must be the 32 hexadecimal digits of a trace id, the second part of a traceparent',
      ),
    ),
  ),
  /** Entries that came after the one with this id. */
  since: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  /** Entries that came before the one with this id. */
  before: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  /** The most entries to return: the last ones. */
  limit: v.optional(wholeNumber(1, 10_000)),
}) satisfies v.GenericSchema<JournalFilter>

/**
 * A filter for journal entries. `since` and `before` are ids: entries between them are found. Of those that
 * match, `find` returns the last `limit` ones (1,000 if left out, 10,000 at the most), the oldest first; to read
 * further back, ask again with `before` as the id of the first one.
 */
export interface JournalFilter {
  /** Only requests of this operation. */
  operation?: Operation | undefined
  /** Only requests for this import. */
  referenceId?: string | undefined
  /** Only requests of the client with this id. */
  client?: string | undefined
  /** Only responses with this status. */
  status?: number | undefined
  /** Only responses that ended so. */
  outcome?: Outcome | undefined
  /** Only requests that the fault with this id was applied to. */
  fault?: string | undefined
  /** Only requests of this trace: the second part of their `traceparent`. */
  traceId?: string | undefined
  /** Only entries after the one with this id. */
  since?: number | undefined
  /** Only entries before the one with this id. */
  before?: number | undefined
  /** The most entries to return, the newest ones: 1 to 10,000. @defaultValue 1000 */
  limit?: number | undefined
}

/** The part of an entry that filters look at. */
export interface Filterable {
  readonly id: number
  readonly operation?: Operation | undefined
  readonly referenceId?: string | undefined
  readonly clientId?: string | undefined
  readonly status?: number | undefined
  readonly outcome: Outcome
  readonly faults: readonly string[]
  /** Names and values in turn. */
  readonly requestHeaders: readonly string[]
}

export function matchesFilter(entry: Filterable, filter: JournalFilter): boolean {
  return (
    (filter.operation === undefined || filter.operation === entry.operation) &&
    (filter.referenceId === undefined || filter.referenceId === entry.referenceId) &&
    (filter.client === undefined || filter.client === entry.clientId) &&
    (filter.status === undefined || filter.status === entry.status) &&
    (filter.outcome === undefined || filter.outcome === entry.outcome) &&
    (filter.fault === undefined || entry.faults.includes(filter.fault)) &&
    (filter.since === undefined || entry.id > filter.since) &&
    (filter.traceId === undefined || filter.traceId === traceIdOf(entry.requestHeaders))
  )
}
