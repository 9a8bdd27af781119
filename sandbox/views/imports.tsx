import { signal } from '@preact/signals'
import type { ImportKind, ImportView } from '../../src/domain/control/vocabulary.js'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'
import { isRunning } from '../../src/domain/imports/import-status.js'
import { goalOf, stateAt, summaryOf } from '../import-progress.js'
import { kindWords } from '../kinds.js'
import { StateChip } from '../parts/chip.js'
import { Details } from '../parts/details.js'
import { Empty, Segments } from '../parts/field.js'
import { Id } from '../parts/id.js'
import { late } from '../parts/late.js'
import { Next } from '../parts/next.js'
import { numberOf, plural } from '../parts/text.js'
import { now } from '../state/clock.js'
import { control } from '../state/control.js'
import { type ImportWriting, isWriting, newImport, send, startWriting } from '../state/drafts.js'
import {
  count,
  filterBy,
  found,
  importCount,
  imports,
  kind,
  pageNumber,
  pageSize,
  patternCount,
  patterns,
  search,
  select,
  selectedId,
} from '../state/imports.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'
import { UploadButton } from './upload.js'

const ImportDetails = late((parts) => parts.ImportDetails)
const ImportForm = late((parts) => parts.ImportForm)

const kinds = Object.entries(kindWords) as [ImportKind, string][]

/** The imports at a glance. */
export function ImportsView() {
  const open = (id: string) => {
    isWriting.value = false
    select(id === selectedId.value ? undefined : id)
  }
  return (
    <div class="split">
      <section class="list" aria-label="Imports">
        <div class="toolbar">
          <input
            type="search"
            aria-label="Search reference ids and file names"
            placeholder="Search ids and file names"
            value={search.value}
            onInput={(event) => filterBy({ search: event.currentTarget.value })}
          />
          <Segments<ImportKind | 'all'>
            label="Filter by state"
            value={kind.value ?? 'all'}
            options={[['all', 'all'], ...kinds]}
            counts={{ all: importCount.value, ...count.value?.kinds }}
            onChange={(it) => filterBy({ kind: it === 'all' ? undefined : it })}
          />
          <UploadButton />
          <button
            type="button"
            class="primary"
            onClick={() => {
              select(undefined)
              showNewImport()
            }}
          >
            New import
          </button>
        </div>
        <ImportList onOpen={open} />
        <Pages />
        <Patterns onOpen={open} />
      </section>
      {isWriting.value && (
        <Details title="New import" onClose={hideNewImport}>
          <ImportForm
            isNew
            writing={newImport.value}
            isReplacing={replaced.value === newImport.value.id.value}
            onSave={(id, definition) => void create(newImport.value, id, definition)}
            onCancel={dropNewImport}
          />
        </Details>
      )}
      {!isWriting.value && selectedId.value !== undefined && (
        <ImportDetails key={selectedId.value} id={selectedId.value} />
      )}
    </div>
  )
}

/** One that is on its way is not written any further. */
function showNewImport(): void {
  if (newImport.value.isSending.value) newImport.value = startWriting()
  isWriting.value = true
}

function hideNewImport(): void {
  isWriting.value = false
}

function dropNewImport(): void {
  hideNewImport()
  replaced.value = undefined
  newImport.value = startWriting()
}

/** The id that the person was asked about, because an import has it already. */
const replaced = signal<string | undefined>(undefined)

async function isThere(id: string): Promise<boolean> {
  return control.imports.get(id).then(
    () => true,
    () => false,
  )
}

async function create(
  writing: ImportWriting,
  id: string,
  definition: ImportDefinition,
): Promise<void> {
  if (replaced.value !== id && (await isThere(id))) {
    replaced.value = id
    return
  }
  const put = () => act(() => control.imports.put(id, definition), `Created ${id}`)
  if (!(await send(writing, put))) return
  // The person may be elsewhere by now.
  if (newImport.value === writing) {
    if (isWriting.value) select(id)
    dropNewImport()
  }
  await refresh()
}

function ImportList({ onOpen }: { readonly onOpen: (id: string) => void }) {
  if (imports.value === undefined) return <Empty title="Loading…" />
  if (imports.value.length === 0) {
    if (kind.value === undefined && patternCount.value > 0) return null
    return search.value === '' && kind.value === undefined ? (
      <Empty title="No imports">Create one, or start the emulator with a scenario.</Empty>
    ) : (
      <Empty title="No match">No import matches this filter.</Empty>
    )
  }
  return (
    <>
      <div class="row head import-row" aria-hidden="true">
        <span>Reference id</span>
        <span>State</span>
        <span>Line</span>
        <span class="number">Polls</span>
        <span>Next</span>
      </div>
      <Rows list={imports.value} onOpen={onOpen} />
    </>
  )
}

/** Patterns are no imports: they stand below, unless the filter asks for them alone. */
function Patterns({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const count = patternCount.value
  if (count === 0 || kind.value !== undefined) return null
  const rest = count - patterns.value.length
  return (
    <>
      <h2>Patterns</h2>
      <Rows list={patterns.value} onOpen={onOpen} />
      {rest > 0 && <p class="muted">And {numberOf(rest)} more: filter by “pattern”.</p>}
    </>
  )
}

interface RowsProps {
  readonly list: readonly ImportView[]
  readonly onOpen: (id: string) => void
}

function Rows({ list, onOpen }: RowsProps) {
  return (
    <ul class="rows">
      {list.map((it) => (
        <li key={it.referenceId}>
          <ImportRow it={it} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  )
}

function ImportRow({
  it,
  onOpen,
}: {
  readonly it: ImportView
  readonly onOpen: (id: string) => void
}) {
  const state = stateAt(it, now.value)
  return (
    <button
      type="button"
      class="row import-row"
      aria-expanded={it.referenceId === selectedId.value}
      onClick={() => onOpen(it.referenceId)}
    >
      <span class="name">
        <span class="id mono">
          <Id text={it.referenceId} />
        </span>
        {it.upload && (
          <small class="clip" dir="auto">
            {it.upload.fileName}
          </small>
        )}
      </span>
      <StateChip state={state} />
      <Lines it={it} state={state} />
      <span class="number">{it.state !== null && <Polls polls={it.polls} />}</span>
      <span class="muted next">
        <Next it={it} />
      </span>
    </button>
  )
}

/** On a narrow screen there is no column head, so the number has its unit. */
function Polls({ polls }: { readonly polls: number }) {
  return (
    <>
      {numberOf(polls)}
      <span class="unit"> {polls === 1 ? 'poll' : 'polls'}</span>
    </>
  )
}

function Lines({ it, state }: { readonly it: ImportView; readonly state: ImportView['state'] }) {
  if (state === null) return <span class="lines clip muted">{summaryOf(it.definition)}</span>
  if ('error' in state) return <span class="lines clip muted">{state.error}</span>
  const goal = isRunning(state.status) ? goalOf(it.definition) : undefined
  return (
    <span class="lines">
      {numberOf(state.fileLine)}
      {goal !== undefined && (
        <>
          <span class="muted"> of {numberOf(goal)}</span>
          <progress aria-hidden="true" max={goal} value={state.fileLine} />
        </>
      )}
      {state.messages.length > 0 && (
        <span class="muted"> · {plural(state.messages.length, 'message')}</span>
      )}
    </span>
  )
}

function Pages() {
  const first = pageNumber.value * pageSize
  if (found.value <= pageSize && first === 0) return null
  const last = Math.min(first + pageSize, found.value)
  return (
    <nav class="pages" aria-label="Pages">
      <button type="button" disabled={first === 0} onClick={() => (pageNumber.value -= 1)}>
        Previous
      </button>
      <span>
        {numberOf(first + 1)}–{numberOf(last)} of {numberOf(found.value)}
      </span>
      <button type="button" disabled={last >= found.value} onClick={() => (pageNumber.value += 1)}>
        Next
      </button>
    </nav>
  )
}
