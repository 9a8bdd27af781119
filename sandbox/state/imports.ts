import { computed, effect, signal } from '@preact/signals'
import type { ImportCount, ImportKind, ImportView } from '../../src/domain/control/vocabulary.js'
import type { ImportHistory } from '../../src/domain/imports/history.js'
import { ControlFailure, control } from './control.js'
import { createNewest } from './newest.js'

export const pageSize = 50

export const search = signal('')
export const kind = signal<ImportKind | undefined>(undefined)
export const pageNumber = signal(0)

/** Undefined until they have come. */
export const imports = signal<readonly ImportView[] | undefined>(undefined)
export const count = signal<ImportCount | undefined>(undefined)

/** The number of imports that the search finds, without patterns. */
export const importCount = computed(() =>
  count.value === undefined ? 0 : count.value.count - count.value.kinds.pattern,
)

/** The number of patterns that the search finds. */
export const patternCount = computed(() => count.value?.kinds.pattern ?? 0)

/** The first of those patterns. */
export const patterns = signal<readonly ImportView[]>([])

/** The number of imports that match, over all pages. */
export const found = computed(() =>
  kind.value === undefined ? importCount.value : (count.value?.kinds[kind.value] ?? 0),
)

/** The import whose details are shown. */
export const selectedId = signal<string | undefined>(undefined)
/** Null where there is none of that id, undefined until that is known. */
export const selected = signal<ImportView | null | undefined>(undefined)

/** The history of that import. Null for a pattern, undefined until it has come. */
export const history = signal<ImportHistory | null | undefined>(undefined)

/** The current filter and page. Each change makes a new object. */
const wanted = computed(() => ({
  search: search.value,
  status: kind.value,
  order: 'changed' as const,
  // They are no imports, and have a filter of their own.
  ...(kind.value === undefined && { patterns: false }),
  limit: pageSize,
  offset: pageNumber.value * pageSize,
}))

const ask = createNewest()

/** Requests the imports again. A response is dropped if a later one came first, or if it is of another page. */
export async function refreshImports(): Promise<void> {
  const isNews = ask()
  const page = wanted.value
  const id = selectedId.value
  const [list, ofPatterns, counted, [one, events]] = await Promise.all([
    control.imports.list(page),
    // The filter has them in the list.
    page.status === undefined
      ? control.imports.list({ search: page.search, patterns: true, limit: pageSize })
      : [],
    control.imports.count({ search: page.search }),
    id === undefined ? [] : lookAt(id),
  ])
  if (page !== wanted.value || !isNews()) return
  count.value = counted
  patterns.value = ofPatterns
  if (id === selectedId.value) {
    selected.value = one
    // A picture of a thousand marks is drawn again only for news.
    if (JSON.stringify(events) !== JSON.stringify(history.value)) history.value = events
  }
  const lastPage = Math.max(0, Math.ceil(found.value / pageSize) - 1)
  if (pageNumber.value > lastPage) {
    // Nothing is there any more; the list of another page is on its way.
    pageNumber.value = lastPage
    return
  }
  imports.value = list
}

/** An import with its history. A pattern has none. */
async function lookAt(id: string): Promise<[ImportView | null, ImportHistory | null]> {
  const one = await orNull(() => control.imports.get(id))
  if (one === null || one.state === null) return [one, null]
  return [one, await orNull(() => control.imports.history(id))]
}

/** Null where there is none. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ControlFailure && error.status === 404) return null
    throw error
  }
}

export function select(id: string | undefined): void {
  if (id !== selectedId.value) history.value = undefined
  selectedId.value = id
  selected.value = [...(imports.value ?? []), ...patterns.value].find(
    ({ referenceId }) => referenceId === id,
  )
}

/** Another filter starts at its first page. */
export function filterBy(change: { search?: string; kind?: ImportKind | undefined }): void {
  if (change.search !== undefined) search.value = change.search
  if ('kind' in change) kind.value = change.kind
  pageNumber.value = 0
}

/** Whenever the person asks for other imports. */
export function followFilter(refresh: () => void): void {
  effect(() => {
    void [wanted.value, selectedId.value]
    refresh()
  })
}
