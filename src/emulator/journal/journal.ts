import type { Count } from '../../domain/control/vocabulary.js'
import { ControlError } from '../../domain/errors.js'
import { type JournalFilter, matchesFilter } from '../../domain/journal.js'
import type { Reason } from '../../domain/reason.js'
import type { JournalState, RecordedResponse, RecordState } from '../../domain/state.js'
import { clearTimeout, setTimeout } from '../real-time.js'
import type { Removed } from '../removals.js'
import { cutText } from './bounded-json.js'

/** A response as it is sent. */
interface SentResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/**
 * A request as it is kept: raw, because most are never looked at. `describeRecord` redacts it. The journal
 * will use the object again, so a reader must copy what it needs at once.
 */
export type JournalRecord = RecordState

type Writable<T> = { -readonly [Field in keyof T]: T[Field] }

/** Counts changes. It never goes back. */
export interface ChangeCounter {
  count: number
}

/** A request to keep: the journal gives it its id. */
type NewRecord = Omit<Writable<Required<JournalRecord>>, 'id'>

/** The facts of a response that are known only at its end. */
type End = Pick<JournalRecord, 'outcome' | 'durationMs'>

/** The default memory of a journal's entries, in bytes: 32 MiB. */
export const defaultJournalBytes = 32 * 1024 ** 2

/** The default `limit` of `find`. */
export const defaultLimit = 1000

/** The longest body that is kept, in characters. */
const maxBody = 16_384

/** Cuts a response to the part that the journal keeps. */
export function cutResponse(response: SentResponse): RecordedResponse {
  const { headers, body } = response
  // A result file may hold passwords.
  if (typeof body !== 'string') return { headers, body: `[${body.length} bytes]` }
  const cut = cutBody(body)
  return cut === body ? (response as RecordedResponse) : { headers, body: cut }
}

/** A body as the journal keeps it: a longer one ends with a mark that says how long it was. */
export function cutBody(body: string): string {
  return cutText(body, maxBody)
}

/** The longest client id or reason message that is kept, in characters. */
const maxText = 2000

/** A reason as the journal and the log keep it: its message may quote what a client sent. */
export function cutReason(reason: Reason): Reason {
  const message = cutText(reason.message, maxText)
  return message === reason.message ? reason : { ...reason, message }
}

/** A client id as the journal and the log keep it. */
export function cutId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : cutText(id, maxText)
}

/** Follows a journal. One that throws is dropped: its fault is not that of the request. */
export interface JournalFollower {
  onEntry(record: JournalRecord): void
  /** An entry that is there already was changed. */
  onChange(id: number): void
  /** All entries are gone, or others are in their place. */
  onClear(): void
  /** Nothing will come any more. */
  onClose(): void
}

/** The entries that match. They are incomplete if evicted entries might match. */
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
  readonly #maxBytes: number
  readonly #changes: ChangeCounter
  readonly #ring: (JournalRecord | undefined)[] = []
  /** The approximate size of each place of the ring, in bytes. */
  readonly #bytesAt: number[] = []
  #bytes = 0
  readonly #followers = new Set<JournalFollower>()
  #lastId = 0
  #last: JournalRecord | undefined
  /** The id of the last entry before a clear: those up to it are gone, and were not dropped. */
  #clearedId = 0
  /** The id of the last entry that made room because of its bytes. */
  #evictedId = 0
  /** The id of the last entry that a saved state shares. */
  #savedId = 0
  #restores = 0

  /**
   * @param size - how many entries are kept
   * @param maxBytes - about how much memory they may take
   * @param changes - counts each request, and each change of its entry
   */
  constructor(size: number, maxBytes = defaultJournalBytes, changes: ChangeCounter = { count: 0 }) {
    this.size = size
    this.#maxBytes = maxBytes
    this.#changes = changes
  }

  get lastId(): number {
    return this.#lastId
  }

  /** The number of entries that were evicted since the last clear. */
  get dropped(): number {
    return this.droppedAfter(0)
  }

  /** The number of evicted entries after the one with this id. */
  droppedAfter(id: number): number {
    return Math.max(0, this.#firstId() - 1 - Math.max(id, this.#clearedId))
  }

  /** Keeps a request, from now on to be found. Returns its id. */
  add(request: NewRecord): number {
    const id = this.nextId()
    if (this.#last !== undefined) shareWith(request, this.#last)
    const old = this.#ring[id % this.size]
    const isFree = old !== undefined && old.id > this.#savedId
    const record = Object.assign(isFree ? old : {}, request, { id })
    this.#put(record)
    if (this.#bytes > this.#maxBytes) this.#evict()
    if (this.#followers.size > 0) this.#tell((follower) => follower.onEntry(record))
    return id
  }

  #put(record: JournalRecord, bytes = bytesOf(record, this.#last)): void {
    const place = record.id % this.size
    this.#bytes += bytes - (this.#bytesAt[place] ?? 0)
    this.#last = record
    this.#ring[place] = record
    this.#bytesAt[place] = bytes
  }

  /** Drops the oldest entries until the rest is within the bound; the last one stays. */
  #evict(): void {
    for (let id = this.#firstId(); id < this.#lastId && this.#bytes > this.#maxBytes; id += 1) {
      const place = id % this.size
      this.#bytes -= this.#bytesAt[place] as number
      this.#bytesAt[place] = 0
      this.#ring[place] = undefined
      this.#evictedId = id
    }
  }

  #tell(what: (follower: JournalFollower) => void): void {
    for (const follower of this.#followers) {
      try {
        what(follower)
      } catch {
        this.#followers.delete(follower)
      }
    }
  }

  /** Counts a request of which no record is kept. Returns its id. */
  nextId(): number {
    this.#lastId += 1
    this.#changes.count += 1
    return this.#lastId
  }

  /** Changes the entry of a request whose response has ended in another way, if the entry is still kept. */
  end(id: number, end: End): void {
    const record = this.get(id)
    if (record === undefined) return
    this.#changes.count += 1
    if (id > this.#savedId) Object.assign(record, end)
    else this.#ring[id % this.size] = { ...record, ...end }
    this.#tell((follower) => follower.onChange(id))
  }

  /** Undefined where it is kept no longer. */
  get(id: number): JournalRecord | undefined {
    const record = this.#ring[id % this.size]
    return record?.id === id ? record : undefined
  }

  /** The last entries that match, `limit` at the most, the oldest first. */
  find({
    limit = defaultLimit,
    before = Number.POSITIVE_INFINITY,
    ...filter
  }: JournalFilter = {}): Found {
    const records: JournalRecord[] = []
    let isCut = false
    for (const record of this.#backwards(filter.since ?? 0, before)) {
      if (!matchesFilter(record, filter)) continue
      isCut = records.length === limit
      if (isCut) break
      records.push(record)
    }
    return {
      records: records.reverse(),
      dropped: this.dropped,
      complete: !isCut && this.#hasAll(filter),
    }
  }

  /** Counts the entries that match. The count is incomplete if evicted entries might match. */
  count({ limit: _, before = Number.POSITIVE_INFINITY, ...filter }: JournalFilter = {}): Count {
    let count = 0
    for (const record of this.#backwards(filter.since ?? 0, before)) {
      if (matchesFilter(record, filter)) count += 1
    }
    return { count, complete: this.#hasAll(filter) }
  }

  /** Returns whether no entry that the filter covers was evicted. */
  #hasAll({ since = 0 }: JournalFilter): boolean {
    return Math.max(since, this.#clearedId) >= this.#firstId() - 1
  }

  *#backwards(after: number, before: number): Generator<JournalRecord> {
    const first = Math.max(after + 1, this.#firstId())
    for (let id = Math.min(this.#lastId, before - 1); id >= first; id -= 1) {
      yield this.#ring[id % this.size] as JournalRecord
    }
  }

  /** The entries that came after the one with this id, read one by one. */
  *after(id: number): Generator<JournalRecord> {
    for (let next = Math.max(id + 1, this.#firstId()); next <= this.#lastId; next += 1) {
      yield this.#ring[next % this.size] as JournalRecord
    }
  }

  /** Saves the entries. The journal and the saved state share them, and neither changes them. */
  save(): JournalState {
    this.#savedId = this.#lastId
    const records = [...this.after(0)]
    return {
      lastId: this.#lastId,
      clearedId: this.#clearedId,
      evictedId: this.#evictedId,
      records,
      bytes: records.map(({ id }) => this.#bytesAt[id % this.size] as number),
    }
  }

  /** Goes back to a saved journal. Its ids are given again. */
  restore(state: JournalState): void {
    this.#restores += 1
    this.#load(state)
  }

  #load({ lastId, clearedId, evictedId, records, bytes }: JournalState): void {
    this.#empty()
    this.#lastId = lastId
    this.#savedId = lastId
    this.#clearedId = clearedId
    this.#evictedId = evictedId
    const first = this.#firstId()
    // A journal that keeps more now has no more entries for that.
    if (lastId - first >= records.length) this.#evictedId = lastId - records.length
    for (const [index, record] of records.entries()) {
      if (record.id >= first) this.#put(record, bytes[index])
    }
    this.#evict()
    this.#tell((follower) => follower.onClear())
  }

  /** The approximate memory of the entries, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** The number of times that ids went back: an id names another entry then. */
  get restores(): number {
    return this.#restores
  }

  /** Returns what was removed. The entries that come later follow it when it is put back. */
  clear(): Removed {
    const { records, bytes, ...before } = this.save()
    const restores = this.#restores
    const clearedId = this.#lastId
    this.#empty()
    this.#clearedId = clearedId
    this.#tell((follower) => follower.onClear())
    return {
      putBack: () => {
        if (this.#clearedId !== clearedId || this.#restores !== restores) return false
        const later = this.save()
        this.#load({
          ...later,
          clearedId: before.clearedId,
          records: [...records, ...later.records],
          bytes: [...bytes, ...later.bytes],
        })
        return true
      },
    }
  }

  #empty(): void {
    this.#ring.length = 0
    this.#bytesAt.length = 0
    this.#bytes = 0
    this.#last = undefined
  }

  /** Tells `follower` of everything that happens, until what is returned is called. */
  follow(follower: JournalFollower): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** Ends all followers and waits. */
  close(): void {
    this.#tell((follower) => follower.onClose())
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
    let found = this.count(filter).count
    if (found >= count) return
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error) => {
        clearTimeout(timer)
        stop()
        if (error === undefined) resolve()
        else reject(error)
      }
      const look = () => {
        // Some of those that were counted one by one may have been dropped.
        found = this.count(filter).count
        if (found >= count) end()
      }
      const stop = this.follow({
        onEntry(record) {
          if (!matchesFilter(record, filter)) return
          found += 1
          if (found >= count) look()
        },
        onChange: look,
        onClear: look,
        onClose: () => end(closed()),
      })
      const timer = setTimeout(end, timeoutMs)
      signal?.addEventListener('abort', () => end(), { once: true })
    })
  }

  /** The id of the oldest entry that is kept. */
  #firstId(): number {
    return Math.max(this.#lastId - this.size, this.#clearedId, this.#evictedId) + 1
  }
}

/** The approximate size of an entry without its texts, in bytes (measured). */
const entryBytes = 400

/** About how much memory an entry takes. What it shares with the one before is counted there. */
function bytesOf(request: JournalRecord, before: JournalRecord | undefined): number {
  const { requestHeaders, requestBody, path, response, reason } = request
  let bytes = entryBytes + (requestBody?.length ?? 0) + reason.message.length
  if (path !== before?.path) bytes += path.length
  if (response !== undefined && response !== before?.response) bytes += response.body.length
  if (requestHeaders !== before?.requestHeaders) {
    for (const text of requestHeaders) bytes += text.length + 16
  }
  return bytes
}

const closed = () => new ControlError('not_found', 'The workspace was closed meanwhile')

/** A client that polls sends and gets the same each time: it is kept once. */
export function shareWith(
  request: Omit<Writable<JournalRecord>, 'id'>,
  before: JournalRecord,
): void {
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
