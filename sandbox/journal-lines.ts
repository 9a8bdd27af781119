import type { JournalEntry } from '../src/domain/journal.js'
import type { Operation } from '../src/domain/operations.js'
import { numberOf, spanOf } from './parts/text.js'

/*
 * The journal in words: what each request got, and which requests are alike.
 */

interface Body {
  readonly result?: { readonly status?: unknown; readonly fileLine?: unknown }
  readonly expires_in?: unknown
}

/** The words for a response that was served. */
const served: Readonly<
  Record<Operation, (entry: JournalEntry, body: Body, goal?: number) => string>
> = {
  token: ({ client }, { expires_in }) =>
    `token for ${client}, expires in ${spanOf(Number(expires_in) * 1000)}`,
  status({ reason }, { result }, goal) {
    if (result === undefined) return reason.message
    const line = Number(result.fileLine)
    const of = goal === undefined ? '' : ` of ${numberOf(goal)}`
    return `${result.status}${line > 0 ? `, line ${numberOf(line)}${of}` : ''}`
  },
  upload: ({ referenceId }) => `uploaded as ${referenceId}`,
  download: () => 'link to the result file',
  result: () => 'result file',
  jwks: () => 'keys',
  metadata: () => 'metadata',
}

/**
 * Says what a request got: `pending, line 58 of 1,000`, or the reason of a refusal.
 * @param goal - the line that the import grows to, if it is known
 */
export function answerOf(entry: JournalEntry, goal?: number): string {
  const { operation, reason, response, outcome } = entry
  if (reason.code !== 'served' || operation === null || response === null) return reason.message
  const body = parse(response.body)
  // A HEAD request has no body, and the journal cuts a long one.
  const text =
    body === undefined && (operation === 'status' || operation === 'token')
      ? reason.message
      : served[operation](entry, body ?? {}, goal)
  return outcome === 'aborted' ? `${text}; cut off` : text
}

function parse(body: string): Body | undefined {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Requests in a row that are alike, the newest first. There is one at least. */
export type Fold = readonly [JournalEntry, ...JournalEntry[]]

/** Texts are long and entries do not change: each is made once. */
const keys = new WeakMap<JournalEntry, string>()

function keyOf(entry: JournalEntry): string {
  const known = keys.get(entry)
  if (known !== undefined) return known
  const { operation, path, client, response, outcome, reason, faults } = entry
  // The line of an import grows: polls that find the same state are alike.
  const words = answerOf(entry).replace(/, line .*/, '')
  const key = JSON.stringify([
    operation,
    path,
    client,
    response?.status,
    outcome,
    reason.code,
    faults,
    words,
  ])
  keys.set(entry, key)
  return key
}

/** Folds polls in a row that got the same. Other requests stand alone. */
export function foldEntries(entries: readonly JournalEntry[]): Fold[] {
  const folds: [JournalEntry, ...JournalEntry[]][] = []
  for (const entry of entries) {
    const last = folds.at(-1)
    if (last && entry.operation === 'status' && keyOf(last[0]) === keyOf(entry)) last.push(entry)
    else folds.push([entry])
  }
  return folds
}

/** The time between two requests by the virtual clock: `+250 ms`, `+1 min 5 s`. */
export function gapOf(newer: JournalEntry, older: JournalEntry | undefined): string {
  if (older === undefined) return ''
  const ms = Date.parse(newer.at) - Date.parse(older.at)
  const size = Math.abs(ms)
  return `${ms < 0 ? '−' : '+'}${size < 1000 ? `${size} ms` : spanOf(size)}`
}

/** Returns true if a text is in any part of an entry, in upper or lower case. */
export function isFound(entry: JournalEntry, wanted: string): boolean {
  const { path, operation, referenceId, client, reason, request, response } = entry
  const parts = [
    path,
    operation,
    referenceId,
    client,
    reason.code,
    reason.message,
    String(response?.status ?? ''),
    request.body,
    response?.body,
    request.headers.traceparent,
  ]
  const text = wanted.toLowerCase()
  return parts.some((part) => part?.toLowerCase().includes(text))
}
