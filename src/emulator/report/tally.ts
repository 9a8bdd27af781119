import { maxExamples, type Tally } from '../../domain/report/report-state.js'

export const emptyTally = (): Tally => ({ count: 0, entries: [] })

/** Counts a request, and keeps the id of its journal entry if it is one of the first. */
export function tally(to: Tally, entryId: number): void {
  to.count += 1
  if (to.entries.length < maxExamples) to.entries.push(entryId)
}
