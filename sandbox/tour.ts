import type { JournalEntry } from '../src/domain/journal.js'

/** The steps that a person has taken so far. */
export interface TourFacts {
  readonly entries: readonly Pick<JournalEntry, 'operation'>[]
  readonly isClockMoved: boolean
  readonly faults: number
  readonly isEntryOpen: boolean
}

export interface TourStep {
  readonly title: string
  readonly text: string
  readonly isDone: boolean
}

/** The five steps of a first run. */
export function tourSteps(facts: TourFacts): readonly TourStep[] {
  const has = (operation: JournalEntry['operation']) =>
    facts.entries.some((entry) => entry.operation === operation)
  return [
    {
      title: 'Make your first poll',
      text: 'Run this command. It has a fresh token.',
      isDone: has('status'),
    },
    {
      title: 'See why',
      text: 'Click the request in the journal: it says why it got its response.',
      isDone: facts.isEntryOpen,
    },
    {
      title: 'Let time pass',
      text: 'Press “+5 s” at the top, and poll again: the import moves on.',
      isDone: facts.isClockMoved,
    },
    {
      title: 'Upload a file',
      text: 'Drop a CSV file anywhere on this page.',
      isDone: has('upload'),
    },
    {
      title: 'Break something',
      text: 'Choose a preset under “Faults”, and arm it.',
      isDone: facts.faults > 0,
    },
  ]
}
