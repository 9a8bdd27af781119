import type { JournalEntry } from '../../src/domain/journal.js'
import type { Operation } from '../../src/domain/operations.js'
import { goalOf } from '../import-progress.js'
import { answerOf, gapOf } from '../journal-lines.js'
import { StatusChip } from '../parts/chip.js'
import { Details } from '../parts/details.js'
import { Choice, Empty } from '../parts/field.js'
import { Id } from '../parts/id.js'
import { numberOf, timeOf } from '../parts/text.js'
import { control } from '../state/control.js'
import { imports } from '../state/imports.js'
import {
  droppedCount,
  entries,
  foldedEntries,
  foldId,
  foundEntries,
  heldCount,
  hold,
  isPaused,
  journalOperation,
  journalSearch,
  journalStatus,
  openFolds,
  pause,
  selectEntry,
  selectedEntry,
  showHeld,
  shown,
  toggleFold,
  wantedEntry,
} from '../state/journal.js'
import { act } from '../state/notice.js'
import { EntryDetails } from './entry-details.js'

/** The requests to the vendor's API, as they come. */
export function JournalView() {
  return (
    <div class="split">
      <section class="list" aria-label="Journal">
        <Toolbar />
        <Entries />
      </section>
      {selectedEntry.value !== undefined && (
        <EntryDetails key={selectedEntry.value.id} entry={selectedEntry.value} />
      )}
      {wantedEntry.value !== undefined && (
        <Details title={`Entry ${wantedEntry.value}`} onClose={() => selectEntry(undefined)}>
          <Empty title="This request is not in the journal">
            The page has the newest thousand requests.
          </Empty>
        </Details>
      )}
    </div>
  )
}

const any = 'any'

function Toolbar() {
  // The chosen one too, where no request is left that it fits.
  const operations = new Set(
    [journalOperation.value, ...entries.value.map(({ operation }) => operation)].flatMap(
      (it) => it ?? [],
    ),
  )
  return (
    <div class="toolbar">
      <input
        type="search"
        aria-label="Search path, id, client, status, reason and body"
        placeholder="Search id, client, status, reason, body"
        value={journalSearch.value}
        onInput={(event) => {
          journalSearch.value = event.currentTarget.value
        }}
      />
      <Choice<Operation | 'any'>
        label="Operation"
        value={journalOperation.value ?? any}
        options={[[any, 'any operation'], ...[...operations].sort().map((it) => [it, it] as const)]}
        onChange={(it) => {
          journalOperation.value = it === any ? undefined : it
        }}
      />
      <Choice
        label="Status"
        value={journalStatus.value ?? any}
        options={[
          [any, 'any status'],
          ['2', '2xx'],
          ['4', '4xx'],
          ['5', '5xx'],
        ]}
        onChange={(it) => {
          journalStatus.value = it === any ? undefined : it
        }}
      />
      <button type="button" aria-pressed={isPaused.value} onClick={() => pause(!isPaused.value)}>
        {isPaused.value ? `Go on (${heldCount.value} new)` : 'Pause'}
      </button>
      <button type="button" onClick={() => void act(control.journal.clear, 'The journal is empty')}>
        Clear
      </button>
    </div>
  )
}

function Entries() {
  const folds = foldedEntries.value
  if (entries.value.length === 0) {
    return (
      <Empty title="No requests yet">
        Point a client at {location.origin}, or make a call here. Requests appear as they arrive.
      </Empty>
    )
  }
  if (folds.length === 0) return <Empty title="No match">No request matches this filter.</Empty>
  const goals = new Map(imports.value?.map((it) => [it.referenceId, goalOf(it.definition)]))
  const found = foundEntries.value
  const older = new Map(found.map((entry, index) => [entry.id, found[index + 1]]))
  const rowOf = (entry: JournalEntry) => (
    <EntryRow
      entry={entry}
      answer={answerOf(entry, goals.get(entry.referenceId ?? ''))}
      gap={gapOf(entry, older.get(entry.id))}
    />
  )
  return (
    <>
      {!isPaused.value && heldCount.value > 0 && (
        <button type="button" class="news" onClick={showHeld}>
          {heldCount.value} new ↑
        </button>
      )}
      <div class="row head entry-row" aria-hidden="true">
        <span>Time</span>
        <span>Request</span>
        <span>Response</span>
        <span>Status</span>
        <span class="number">Gap</span>
      </div>
      <ul
        class="rows entries"
        onPointerEnter={(event) => hold(event.pointerType === 'mouse')}
        onPointerLeave={() => hold(false)}
      >
        {folds.slice(0, shown).map((fold) => {
          const [newest, ...others] = fold
          const id = foldId(fold)
          const isOpen = openFolds.value.includes(id)
          return (
            <li key={id}>
              {rowOf(newest)}
              {newest.referenceId !== null && (
                <a
                  class="to-import"
                  href={`#imports?${new URLSearchParams({ id: newest.referenceId })}`}
                  aria-label={`Timeline of ${newest.referenceId}`}
                  title={`Timeline of ${newest.referenceId}`}
                >
                  ↗
                </a>
              )}
              {others.length > 0 && (
                <button
                  type="button"
                  class="fold"
                  aria-expanded={isOpen}
                  aria-label={`${fold.length} equal polls of ${newest.referenceId}`}
                  onClick={() => toggleFold(id)}
                >
                  ×{numberOf(fold.length)}
                </button>
              )}
              {isOpen && (
                <ul class="folded">
                  {others.map((entry) => (
                    <li key={entry.id}>{rowOf(entry)}</li>
                  ))}
                </ul>
              )}
            </li>
          )
        })}
      </ul>
      {folds.length > shown && (
        <p class="muted">
          The newest {shown} rows of {numberOf(folds.length)}.
        </p>
      )}
      {droppedCount.value > 0 && (
        <p class="muted">
          The journal dropped {numberOf(droppedCount.value)} older requests before this page opened.
        </p>
      )}
    </>
  )
}

interface EntryRowProps {
  readonly entry: JournalEntry
  readonly answer: string
  readonly gap: string
}

function EntryRow({ entry, answer, gap }: EntryRowProps) {
  const isOpen = selectedEntry.value?.id === entry.id
  const { operation, referenceId, method, path } = entry
  return (
    <button
      type="button"
      class="row entry-row"
      aria-expanded={isOpen}
      onClick={() => {
        selectEntry(isOpen ? undefined : entry.id)
      }}
    >
      <span class="time">{timeOf(entry.at)}</span>
      <span class="path mono">
        <b>{operation ?? method}</b>{' '}
        {operation === null ? <bdi>{path}</bdi> : <Id text={referenceId ?? ''} />}
        <span class="hidden">
          {' '}
          {method} {path}
        </span>
      </span>
      <span class="reason" dir="auto">
        {answer}
      </span>
      <StatusChip status={entry.response?.status} />
      <span class="number">{gap}</span>
    </button>
  )
}
