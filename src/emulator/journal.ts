import { EventEmitter } from 'node:events'
import {
  type Filterable,
  type JournalFilter,
  matchesFilter,
  type Outcome,
} from '../domain/journal.js'
import type { Reason } from '../domain/reason.js'

/** What stands beside the status of an answer. */
export interface RecordedResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request as it is kept: raw, because most are never looked at. `describeRecord` redacts it. */
export interface JournalRecord extends Filterable {
  /** Given by the journal. */
  id: number
  /** Epoch milliseconds. */
  readonly at: number
  durationMs: number
  readonly method: string
  path: string
  /** Names and values in turn, as Node has them. */
  requestHeaders: readonly string[]
  /** A form, or nothing; cut, as the body of the answer. */
  readonly requestBody: string | undefined
  /** Absent where there was no answer, as is the status. */
  response: RecordedResponse | undefined
  readonly reason: Reason
  outcome: Outcome
}

/** How much of a body is kept, in characters. */
const maxBody = 16_384

/** What the journal keeps of an answer. */
export function cutResponse<T extends RecordedResponse>(response: T): T {
  const body = cutBody(response.body)
  return body === response.body ? response : { ...response, body }
}

/** A body as the journal keeps it: a longer one ends with a mark that says how long it was. */
export function cutBody(body: string): string {
  if (body.length <= maxBody) return body
  // A copy: a slice would keep the whole body in memory.
  const start = Buffer.from(body.slice(0, maxBody)).toString()
  return `${start}… [${body.length} characters]`
}

/** What was found. It is not complete where entries that might belong to it were dropped. */
export interface Found {
  readonly records: readonly JournalRecord[]
  readonly dropped: number
  readonly complete: boolean
}

/** The last requests, in a ring: the oldest is dropped when it is full. */
export class Journal {
  readonly size: number
  readonly #ring: JournalRecord[] = []
  readonly #events = new EventEmitter().setMaxListeners(0)
  #lastId = 0
  #last: JournalRecord | undefined
  /** The id of the last entry before a clear: those up to it are gone, and were not dropped. */
  #clearedId = 0

  constructor(size: number) {
    this.size = size
  }

  get lastId(): number {
    return this.#lastId
  }

  /** How many entries were dropped since the last clear, because the ring was full. */
  get dropped(): number {
    return this.#firstId() - 1 - this.#clearedId
  }

  /** Keeps a record, from now on to be found. */
  add(record: JournalRecord): JournalRecord {
    this.#lastId += 1
    record.id = this.#lastId
    if (this.#last !== undefined) shareWith(record, this.#last)
    this.#last = record
    this.#ring[this.#lastId % this.size] = record
    this.#events.emit('entry')
    return record
  }

  /** Counts a request of which no record is kept. */
  skip(): void {
    this.#lastId += 1
  }

  find(filter: JournalFilter = {}): Found {
    const records = this.after(filter.since ?? 0).filter((record) => matchesFilter(record, filter))
    const unseen = Math.max(filter.since ?? 0, this.#clearedId)
    return { records, dropped: this.dropped, complete: unseen >= this.#firstId() - 1 }
  }

  /** The entries that came after the one with this id. */
  after(id: number): JournalRecord[] {
    const records: JournalRecord[] = []
    for (let next = Math.max(id + 1, this.#firstId()); next <= this.#lastId; next += 1) {
      records.push(this.#ring[next % this.size] as JournalRecord)
    }
    return records
  }

  clear(): void {
    this.#ring.length = 0
    this.#last = undefined
    this.#clearedId = this.#lastId
  }

  /** Calls `listener` after each entry, until what it returns is called. */
  onEntry(listener: () => void): () => void {
    this.#events.on('entry', listener)
    return () => this.#events.off('entry', listener)
  }

  /** Resolves once `count` entries match, or the time (on the wall clock) is over. */
  async waitFor(filter: JournalFilter, count: number, timeoutMs: number): Promise<Found> {
    if (this.find(filter).records.length < count) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(end, timeoutMs)
        const off = this.onEntry(() => {
          if (this.find(filter).records.length >= count) end()
        })
        function end() {
          clearTimeout(timer)
          off()
          resolve()
        }
      })
    }
    return this.find(filter)
  }

  /** The id of the oldest entry that is kept. */
  #firstId(): number {
    return Math.max(this.#lastId - this.size, this.#clearedId) + 1
  }
}

/** A client that polls sends and gets the same each time: it is kept once. */
function shareWith(record: JournalRecord, before: JournalRecord): void {
  if (isSame(record.requestHeaders, before.requestHeaders)) {
    record.requestHeaders = before.requestHeaders
  }
  if (record.path === before.path) record.path = before.path
  const { response } = record
  if (response?.headers === before.response?.headers && response?.body === before.response?.body) {
    record.response = before.response
  }
}

function isSame(texts: readonly string[], others: readonly string[]): boolean {
  return texts.length === others.length && texts.every((text, index) => text === others[index])
}
