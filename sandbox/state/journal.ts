import { computed, signal } from '@preact/signals'
import { readEvents } from '../../src/domain/control/event-stream.js'
import type { JournalEntry } from '../../src/domain/journal.js'
import type { Operation } from '../../src/domain/operations.js'
import { type Fold, foldEntries, isFound } from '../journal-lines.js'
import { control, controlHeaders } from './control.js'
import { open } from './route.js'
import { apiUrl } from './session.js'

/** The number of entries that the page keeps, and the number that it shows. */
const kept = 1000
export const shown = 200

const retryMs = 1000
/** A burst of requests is shown in steps. */
const batchMs = 80

/** Newest first. */
export const entries = signal<readonly JournalEntry[]>([])
export const isPaused = signal(false)
/** Those that came while the page was told to hold still. */
const held = signal<readonly JournalEntry[]>([])
export const heldCount = computed(() => held.value.length)

export const journalSearch = signal('')
export const journalOperation = signal<Operation | undefined>(undefined)
/** The first digit of the status. */
export const journalStatus = signal<string | undefined>(undefined)

export const foundEntries = computed(() => {
  return entries.value.filter(
    (entry) =>
      (journalOperation.value === undefined || entry.operation === journalOperation.value) &&
      (journalStatus.value === undefined ||
        String(entry.response?.status ?? '').startsWith(journalStatus.value)) &&
      isFound(entry, journalSearch.value),
  )
})

/** The entries that match, with equal polls folded. */
export const foldedEntries = computed(() => foldEntries(foundEntries.value))
/** The id of the oldest entry of each fold that is open: it stays when newer polls join. */
export const openFolds = signal<readonly number[]>([])
export const foldId = (fold: Fold): number => fold.at(-1)?.id ?? 0

export function toggleFold(id: number): void {
  const { value } = openFolds
  openFolds.value = value.includes(id)
    ? value.filter((it) => it !== id)
    : [...value, id].slice(-kept)
}

/** The number of entries that the emulator evicted before the page came. */
export const droppedCount = signal(0)

/** True while the pointer is on the list, so that no row moves away under it. */
const isHeld = signal(false)

export function hold(held: boolean): void {
  isHeld.value = held
  if (!held && !isPaused.value) showHeld()
}

export const selectedEntry = signal<JournalEntry | undefined>(undefined)
/** The id of an entry to show once it has come. */
export const wantedEntry = signal<number | undefined>(undefined)

/** Shows the entry of an id beside the list. The page keeps the newest entries only. */
export function selectEntry(id: number | undefined): void {
  if (selectedEntry.value?.id !== id) selectedEntry.value = findEntry(id)
  wantedEntry.value = selectedEntry.value === undefined ? id : undefined
}

function findEntry(id: number | undefined): JournalEntry | undefined {
  return received().find((it) => it.id === id)
}

const received = () => [...held.value, ...entries.value]

/** The entry of a request that the page sent with this trace, once it has come. */
export function entryOfTrace(traceId: string): JournalEntry | undefined {
  return received().find(({ traceparent }) => traceparent?.includes(traceId))
}

export function openEntry(id: number): void {
  selectEntry(id)
  open('journal')
}

export function pause(paused: boolean): void {
  isPaused.value = paused
  if (!paused) showHeld()
}

export function showHeld(): void {
  entries.value = merge(held.value, entries.value)
  held.value = []
}

function forgetEntries(): void {
  batch = []
  entries.value = []
  held.value = []
  openFolds.value = []
  droppedCount.value = 0
  // A list that goes away sends no event of the pointer.
  isHeld.value = false
  selectedEntry.value = undefined
}

/** Newest first, as both are. One that came again, because its response was cut off, takes the place of the first. */
function merge(
  newer: readonly JournalEntry[],
  older: readonly JournalEntry[],
): readonly JournalEntry[] {
  const byId = new Map([...newer, ...older].reverse().map((entry) => [entry.id, entry]))
  return [...byId.values()].reverse().slice(0, kept)
}

let batch: JournalEntry[] = []

function receive(entry: JournalEntry, onEntries: () => void): void {
  batch.unshift(entry)
  if (batch.length > 1) return
  setTimeout(() => {
    const target = isPaused.value || isHeld.value ? held : entries
    target.value = merge(batch, target.value)
    const changed = batch.find(({ id }) => id === selectedEntry.value?.id)
    if (changed !== undefined) selectedEntry.value = changed
    batch = []
    if (wantedEntry.value !== undefined) selectEntry(wantedEntry.value)
    onEntries()
  }, batchMs)
}

/**
 * Follows the journal for as long as the page is open: what is in it already, then what comes. A stream that
 * ends is opened anew, and told from the start, because another emulator may have taken the place of the first.
 */
export async function followJournal(onEntries: () => void): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${apiUrl}/__control/journal/events?since=0`, {
        headers: controlHeaders(),
      })
      if (response.status === 401) return
      if (response.body === null || !response.ok) throw new Error('The journal cannot be followed')
      forgetEntries()
      droppedCount.value = (await control.journal.find({ limit: 1 })).dropped
      for await (const { event, data } of readEvents(response.body)) {
        if (event === 'entry') receive(JSON.parse(data), onEntries)
        else if (event === 'cleared') forgetEntries()
      }
    } catch {
      // The emulator is gone, or on its way back.
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}
