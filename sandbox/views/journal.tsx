import type { JournalEntry } from '../../src/domain/journal.js'
import type { Operation } from '../../src/domain/operations.js'
import { StatusChip } from '../parts/chip.js'
import { Details } from '../parts/details.js'
import { Choice, Empty } from '../parts/field.js'
import { numberOf, timeOf } from '../parts/text.js'
import { control } from '../state/control.js'
import {
  entries,
  foundEntries,
  heldCount,
  isPaused,
  journalOperation,
  journalSearch,
  journalStatus,
  pause,
  selectEntry,
  selectedEntry,
  shown,
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
        aria-label="Search path, client, status and reason"
        placeholder="Search path, client, status, reason"
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
  const found = foundEntries.value
  if (entries.value.length === 0) {
    return (
      <Empty title="No requests yet">
        Point a client at {location.origin}, or make a call here. Requests appear as they arrive.
      </Empty>
    )
  }
  if (found.length === 0) return <Empty title="No match">No request matches this filter.</Empty>
  return (
    <>
      <div class="row head entry-row" aria-hidden="true">
        <span>Time</span>
        <span>Request</span>
        <span>Status</span>
        <span class="number">Took</span>
        <span>Client</span>
        <span>Reason</span>
      </div>
      <ul class="rows">
        {found.slice(0, shown).map((entry) => (
          <li key={entry.id}>
            <EntryRow entry={entry} />
          </li>
        ))}
      </ul>
      {found.length > shown && (
        <p class="muted">
          The newest {shown} of {numberOf(found.length)}.
        </p>
      )}
    </>
  )
}

function EntryRow({ entry }: { readonly entry: JournalEntry }) {
  const isOpen = selectedEntry.value?.id === entry.id
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
        <b>{entry.method}</b> <bdi>{entry.path}</bdi>
      </span>
      <StatusChip status={entry.response?.status} />
      <span class="number">{entry.durationMs.toFixed(1)} ms</span>
      <span class="client clip" dir="auto">
        {entry.client}
      </span>
      <span class="reason clip muted" dir="auto">
        {entry.reason.message}
      </span>
    </button>
  )
}
