import type {
  ClearOverrideMark,
  ClockChange,
  ClockMark,
  FinishMark,
  HistoryMark,
  ImportHistory,
  LeftOut,
  OverrideMark,
} from '../../domain/imports/history.js'
import type { HistoriesState, KeptMark } from '../../domain/imports/history-state.js'
import type { ImportState } from '../../domain/imports/import-state.js'

/** The approximate memory of a mark, in bytes. */
const markBytes = 120

/** The number of marks of all imports that a workspace keeps. */
const maxMarks = 50_000

/** The marks of one import that are kept: those at its begin, and the newest. */
const firstMarks = 100
const lastMarks = 900

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

interface History {
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
  /** The import with the newest mark stands last. */
  readonly #byId = new Map<string, History>()
  #newest: History | undefined
  /** The number of marks that are kept. */
  #size = 0
  #sequence = 0
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
    this.#sequence += 1
    const isError = 'error' in state
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
    const history = this.#byId.get(referenceId) ?? emptyHistory()
    const { first, last, total } = history
    const newest = newestOf(history)
    const marks = [...first, ...newest, ...this.#clockChanges]
    marks.sort((a, b) => a.sequence - b.sequence)
    return {
      marks: marks.map(({ sequence: _, at, ...mark }) => ({ ...mark, at: isoOf(at) })),
      leftOut: leftOut(total - first.length - last.length, first.at(-1), newest[0]),
      complete: !this.#mayAllBeCut && !this.#cut.has(referenceId),
      clockLeftOut: this.#clockTotal - this.#clockChanges.length,
    }
  }

  /** The approximate memory of the marks, in bytes. */
  get bytes(): number {
    return markBytes * (this.#size + this.#clockChanges.length)
  }

  save(): HistoriesState {
    return {
      histories: [...this.#byId].map(([referenceId, history]) => ({
        referenceId,
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

  restore({
    histories,
    sequence,
    clockChanges,
    clockTotal,
    cut,
    mayAllBeCut,
  }: HistoriesState): void {
    this.clear()
    for (const { referenceId, first, last, total } of histories) {
      // As a ring has them: the oldest is where the next one goes.
      const start = last.length < lastMarks ? 0 : (total - firstMarks) % lastMarks
      const ring = [...last.slice(last.length - start), ...last.slice(0, last.length - start)]
      this.#newest = { first: [...first], last: ring, total }
      this.#byId.set(referenceId, this.#newest)
      this.#size += first.length + last.length
    }
    this.#sequence = sequence
    this.#clockChanges.push(...clockChanges)
    this.#clockTotal = clockTotal
    for (const id of cut) this.#cut.add(id)
    this.#mayAllBeCut = mayAllBeCut
  }

  /** Forgets an import: one of its id begins with an empty history. */
  delete(referenceId: string): void {
    this.#cut.delete(referenceId)
    this.#remove(referenceId)
  }

  clear(): void {
    this.#byId.clear()
    this.#newest = undefined
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
      last[(total - firstMarks) % lastMarks] = mark
      return
    }
    if (total < firstMarks) first.push(mark)
    else last.push(mark)
    this.#size += 1
    if (this.#size > maxMarks) this.#evict()
  }

  /** Returns the history of an import, which is the newest now. */
  #use(referenceId: string): History {
    const known = this.#byId.get(referenceId)
    if (known !== undefined && known === this.#newest) return known
    const history = known ?? emptyHistory()
    this.#byId.delete(referenceId)
    this.#byId.set(referenceId, history)
    this.#newest = history
    return history
  }

  /** One import has at most 1,000 marks, so the oldest of too many is never the newest. */
  #evict(): void {
    const [oldest] = this.#byId.keys() as Iterable<string> as [string]
    this.#remove(oldest)
    this.#cut.add(oldest)
    if (this.#cut.size <= maxKnownCuts) return
    this.#mayAllBeCut = true
    this.#cut.clear()
  }

  #remove(referenceId: string): void {
    const history = this.#byId.get(referenceId)
    if (history === undefined) return
    this.#size -= history.first.length + history.last.length
    this.#byId.delete(referenceId)
    if (this.#newest === history) this.#newest = undefined
  }
}

/** The newest marks in their order. */
function newestOf({ last, total }: History): KeptMark[] {
  const oldest = total > firstMarks ? (total - firstMarks) % last.length : 0
  return [...last.slice(oldest), ...last.slice(0, oldest)]
}

/** A state as a mark keeps it: without its texts, which may be long. */
export function briefly(state: ImportState): Pick<OverrideMark, 'state' | 'fileLine'> {
  if ('error' in state) return { state: 'error', fileLine: null }
  return { state: state.status, fileLine: state.fileLine }
}

function emptyHistory(): History {
  return { first: [], last: [], total: 0 }
}

function leftOut(
  count: number,
  before: KeptMark | undefined,
  after: KeptMark | undefined,
): LeftOut | null {
  if (count === 0 || before === undefined || after === undefined) return null
  return { count, from: isoOf(before.at), to: isoOf(after.at) }
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}
