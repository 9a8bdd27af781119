import { ControlError } from '../domain/errors.js'
import { type Filterable, type JournalFilter, matchesFilter } from '../domain/journal.js'
import type { Reason } from '../domain/reason.js'

/** What stands beside the status of an answer. */
export interface RecordedResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * A request as it is kept: raw, because most are never looked at. `describeRecord` redacts it. The journal
 * will use the object again, so whoever finds one reads it at once.
 */
export interface JournalRecord extends Filterable {
  /** Epoch milliseconds. */
  readonly at: number
  readonly durationMs: number
  readonly method: string
  readonly path: string
  /** Names and values in turn, as Node has them. */
  readonly requestHeaders: readonly string[]
  /** A form, or nothing; cut, as the body of the answer. */
  readonly requestBody: string | undefined
  /** Absent where there was no answer, as is the status. */
  readonly response: RecordedResponse | undefined
  readonly reason: Reason
}

/** A request to keep: the journal gives it its id. */
type NewRecord = { -readonly [Field in Exclude<keyof JournalRecord, 'id'>]: JournalRecord[Field] }

/** What is known of an answer only when it is over. */
type End = Pick<JournalRecord, 'outcome' | 'durationMs'>

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

/** Whoever follows a journal. */
export interface JournalFollower {
  onEntry(): void
  /** An entry that is there already was changed. */
  onChange(id: number): void
  /** All entries are gone. */
  onClear(): void
  /** Nothing will come any more. */
  onClose(): void
}

/** What was found. It is not complete where entries that might belong to it were dropped. */
export interface Found {
  readonly records: readonly JournalRecord[]
  readonly dropped: number
  readonly complete: boolean
}

/**
 * The last requests, in a ring: when it is full, a new one takes the object of the oldest. Records that were
 * let go after a thousand requests would be old by then, and fill the memory until the next full collection.
 */
export class Journal {
  readonly size: number
  readonly #ring: JournalRecord[] = []
  readonly #followers = new Set<JournalFollower>()
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
    return this.droppedAfter(0)
  }

  /** How many of those that came after the one with this id. */
  droppedAfter(id: number): number {
    return Math.max(0, this.#firstId() - 1 - Math.max(id, this.#clearedId))
  }

  /** Keeps a request, from now on to be found. Answers its id. */
  add(request: NewRecord): number {
    const id = this.skip()
    if (this.#last !== undefined) shareWith(request, this.#last)
    const record = this.#ring[id % this.size] ?? {}
    this.#last = Object.assign(record, request, { id })
    this.#ring[id % this.size] = this.#last
    for (const follower of this.#followers) follower.onEntry()
    return id
  }

  /** Counts a request of which no record is kept. Answers its id. */
  skip(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** Tells how an answer ended, where its request is still kept. */
  end(id: number, end: End): void {
    const record = this.get(id)
    if (record === undefined) return
    Object.assign(record, end)
    for (const follower of this.#followers) follower.onChange(id)
  }

  /** Undefined where it is kept no longer. */
  get(id: number): JournalRecord | undefined {
    const record = this.#ring[id % this.size]
    return record?.id === id ? record : undefined
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
    for (const follower of this.#followers) follower.onClear()
  }

  /** Tells `follower` of everything that happens, until what is returned is called. */
  follow(follower: JournalFollower): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** Tells whoever follows or waits that it is of no use. */
  close(): void {
    for (const follower of this.#followers) follower.onClose()
  }

  /**
   * Resolves once `count` entries match, the time (on the wall clock) is over, or `signal` is aborted.
   * Throws `not_found` when the journal is closed.
   */
  async waitFor(
    filter: JournalFilter,
    count: number,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const isThere = () => this.find(filter).records.length >= count
    if (isThere()) return
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error) => {
        clearTimeout(timer)
        stop()
        if (error === undefined) resolve()
        else reject(error)
      }
      const look = () => isThere() && end()
      const stop = this.follow({
        onEntry: look,
        onChange: look,
        // What is counted is what is there.
        onClear: look,
        onClose: () => end(closed()),
      })
      const timer = setTimeout(end, timeoutMs)
      signal?.addEventListener('abort', () => end(), { once: true })
    })
  }

  /** The id of the oldest entry that is kept. */
  #firstId(): number {
    return Math.max(this.#lastId - this.size, this.#clearedId) + 1
  }
}

const closed = () => new ControlError('not_found', 'The workspace was closed meanwhile')

/** A client that polls sends and gets the same each time: it is kept once. */
function shareWith(request: NewRecord, before: JournalRecord): void {
  if (isSame(request.requestHeaders, before.requestHeaders)) {
    request.requestHeaders = before.requestHeaders
  }
  if (request.path === before.path) request.path = before.path
  if (request.referenceId === before.referenceId) request.referenceId = before.referenceId
  const { response } = request
  if (response?.headers === before.response?.headers && response?.body === before.response?.body) {
    request.response = before.response
  }
}

function isSame(texts: readonly string[], others: readonly string[]): boolean {
  return texts.length === others.length && texts.every((text, index) => text === others[index])
}
