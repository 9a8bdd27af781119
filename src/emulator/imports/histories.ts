import type {
  ClearOverrideMark,
  ClockChange,
  ClockMark,
  FinishMark,
  HistoryMark,
  ImportHistory,
  OverrideMark,
} from '../../domain/imports/history.js'
import {
  firstMarks,
  type HistoriesState,
  type KeptMark,
  lastMarks,
} from '../../domain/imports/history-state.js'
import type { ImportState } from '../../domain/imports/import-state.js'
import { Recency, type Used } from './recency.js'

/** The approximate memory of a mark, in bytes. */
const markBytes = 120

/** The number of marks of all imports that a workspace keeps. */
const maxMarks = 50_000

/** The number of clock changes that a workspace keeps. */
const maxClockChanges = 100

/** The number of evicted histories that are known by their ids. After more, every history may be cut. */
const maxKnownCuts = 10_000

/** A mark to keep. */
export type NewMark<Mark = Exclude<HistoryMark, ClockMark>> = Mark extends HistoryMark
  ? Omit<Mark, 'at'> & { readonly at: number }
  : never

/** A mark of what a person did to an import, without its time. */
export type AlterationMark =
  | Omit<FinishMark, 'at'>
  | Omit<OverrideMark, 'at'>
  | Omit<ClearOverrideMark, 'at'>

interface History extends Used<History> {
  readonly referenceId: string
  readonly first: KeptMark[]
  /** A ring once it is full. */
  readonly last: KeptMark[]
  /** The number of marks, with those that were left out. */
  total: number
}

/** The marks of one import, as `imports.history` returns them. */
export type MarksOf = Pick<ImportHistory, 'marks' | 'leftOut' | 'complete' | 'clockLeftOut'>

/** The histories of the imports of a workspace. The import without a request for the longest time loses its history first. */
export class Histories {
  readonly #byId = new Map<string, History>()
  /** By their newest mark. Not an LRU cache, which costs ten times as much for a new import. */
  readonly #recency = new Recency<History>()
  /** The number of marks that are kept. */
  #size = 0
  #sequence = 0
  /** The number of the last mark that a saved state shares: it is not changed. */
  #savedSequence = 0
  readonly #clockChanges: KeptMark[] = []
  #clockTotal = 0
  /** Ids whose history was evicted. */
  readonly #cut = new Set<string>()
  #mayAllBeCut = false

  /** The number of marks that are kept for imports. */
  get size(): number {
    return this.#size
  }

  keys(): IterableIterator<string> {
    return this.#byId.keys()
  }

  /** Marks a poll. Every poll pays for it. */
  poll(
    referenceId: string,
    at: number,
    entryId: number,
    client: string | undefined,
    status: number | undefined,
    state: ImportState,
  ): void {
    const isError = 'error' in state
    this.#sequence += 1
    this.#add(referenceId, {
      sequence: this.#sequence,
      kind: 'poll',
      at,
      entryId,
      client: client ?? null,
      status: status ?? null,
      state: isError ? 'error' : state.status,
      fileLine: isError ? null : state.fileLine,
    })
  }

  add(referenceId: string, mark: NewMark): void {
    this.#sequence += 1
    this.#add(referenceId, { sequence: this.#sequence, ...mark })
  }

  /** Marks a change of the clock. It belongs to the history of every import. */
  addClockChange(change: ClockChange, fromMs: number, toMs: number): void {
    this.#sequence += 1
    this.#clockTotal += 1
    const [from, to] = [isoOf(fromMs), isoOf(toMs)]
    this.#clockChanges.push({ sequence: this.#sequence, kind: 'clock', at: toMs, change, from, to })
    if (this.#clockChanges.length > maxClockChanges) this.#clockChanges.shift()
  }

  /** The marks of an import, and those of the clock, in order of arrival. */
  marksOf(referenceId: string): MarksOf {
    const history = this.#byId.get(referenceId) ?? emptyHistory(referenceId)
    const { first, last, total } = history
    const newest = newestOf(history)
    const marks = [...first, ...newest, ...this.#clockChanges]
    marks.sort((a, b) => a.sequence - b.sequence)
    const count = total - first.length - last.length
    return {
      marks: marks.map(({ sequence: _, at, ...mark }) => ({ ...mark, at: isoOf(at) })),
      leftOut: count === 0 ? null : { count, from: timeOf(first.at(-1)), to: timeOf(newest[0]) },
      complete: !this.#mayAllBeCut && !this.#cut.has(referenceId),
      clockLeftOut: this.#clockTotal - this.#clockChanges.length,
    }
  }

  /** The approximate memory of the marks, in bytes. */
  get bytes(): number {
    return markBytes * (this.#size + this.#clockChanges.length)
  }

  /** Saves the marks. The saved state shares them, and neither changes them. */
  save(): HistoriesState {
    this.#savedSequence = this.#sequence
    return {
      histories: [...this.#recency].map((history) => ({
        referenceId: history.referenceId,
        first: [...history.first],
        last: newestOf(history),
        total: history.total,
      })),
      sequence: this.#sequence,
      clockChanges: [...this.#clockChanges],
      clockTotal: this.#clockTotal,
      cut: [...this.#cut],
      mayAllBeCut: this.#mayAllBeCut,
    }
  }

  restore({ histories, ...state }: HistoriesState): void {
    this.clear()
    for (const { referenceId, first, last, total } of histories) {
      const history = this.#use(referenceId)
      history.first.push(...first)
      // A full ring has its oldest mark where the next one goes.
      const start = last.length < lastMarks ? 0 : (total - firstMarks) % lastMarks
      history.last.push(...last.slice(last.length - start), ...last.slice(0, last.length - start))
      history.total = total
      this.#size += first.length + last.length
    }
    this.#sequence = state.sequence
    this.#savedSequence = state.sequence
    this.#clockChanges.push(...state.clockChanges)
    this.#clockTotal = state.clockTotal
    for (const id of state.cut) this.#cut.add(id)
    this.#mayAllBeCut = state.mayAllBeCut
  }

  /** Forgets an import: one of its id begins with an empty history. */
  delete(referenceId: string): void {
    this.#cut.delete(referenceId)
    this.#remove(referenceId)
  }

  /** Removes a history. Returns a function that puts it back as the newest. */
  take(referenceId: string): () => void {
    const history = this.#byId.get(referenceId)
    const isCut = this.#cut.has(referenceId)
    this.delete(referenceId)
    return () => {
      if (isCut) this.#cut.add(referenceId)
      if (history === undefined) return
      this.#byId.set(referenceId, history)
      this.#recency.use(history)
      this.#grow(history.first.length + history.last.length)
    }
  }

  clear(): void {
    this.#byId.clear()
    this.#recency.clear()
    this.#size = 0
    this.#clockChanges.length = 0
    this.#clockTotal = 0
    this.#cut.clear()
    this.#mayAllBeCut = false
  }

  #add(referenceId: string, mark: KeptMark): void {
    const history = this.#use(referenceId)
    const { first, last, total } = history
    history.total += 1
    if (total >= firstMarks + lastMarks) {
      this.#replace(last, (total - firstMarks) % lastMarks, mark)
      return
    }
    if (total < firstMarks) first.push(mark)
    else last.push(mark)
    this.#grow(1)
  }

  #grow(count: number): void {
    this.#size += count
    while (this.#size > maxMarks) this.#evict()
  }

  /**
   * Takes the object of the old mark again, as the journal does: objects that are let go after long fill the memory. A mark that a
   * saved state shares stays as it is.
   */
  #replace(marks: KeptMark[], index: number, mark: KeptMark): void {
    const old = marks[index] as KeptMark
    if (old.kind === mark.kind && old.sequence > this.#savedSequence) Object.assign(old, mark)
    else marks[index] = mark
  }

  /** Returns the history of an import, which is the newest now. */
  #use(referenceId: string): History {
    let history = this.#byId.get(referenceId)
    if (history === undefined) {
      history = emptyHistory(referenceId)
      this.#byId.set(referenceId, history)
    }
    this.#recency.use(history)
    return history
  }

  /** One import has at most 1,000 marks, so the oldest of too many is never the newest. */
  #evict(): void {
    const { referenceId } = this.#recency.oldest as History
    this.#remove(referenceId)
    this.#cut.add(referenceId)
    if (this.#cut.size <= maxKnownCuts) return
    this.#mayAllBeCut = true
    this.#cut.clear()
  }

  #remove(referenceId: string): void {
    const history = this.#byId.get(referenceId)
    if (history === undefined) return
    this.#byId.delete(referenceId)
    this.#recency.remove(history)
    this.#size -= history.first.length + history.last.length
  }
}

/** A state as a mark keeps it: without its texts, which may be long. */
export function briefly(state: ImportState): Pick<OverrideMark, 'state' | 'fileLine'> {
  if ('error' in state) return { state: 'error', fileLine: null }
  return { state: state.status, fileLine: state.fileLine }
}

/** The newest marks in their order. */
function newestOf({ last, total }: History): KeptMark[] {
  const oldest = total > firstMarks ? (total - firstMarks) % last.length : 0
  return [...last.slice(oldest), ...last.slice(0, oldest)]
}

function emptyHistory(referenceId: string): History {
  return { referenceId, first: [], last: [], total: 0, older: undefined, newer: undefined }
}

/** The time of a mark that is there. */
function timeOf(mark: KeptMark | undefined): string {
  return isoOf((mark as KeptMark).at)
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}
