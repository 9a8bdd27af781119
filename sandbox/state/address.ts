import { batch, computed, effect } from '@preact/signals'
import { type Address, formatAddress, parseAddress, titleOf, type View } from '../address.js'
import { stateAt } from '../import-progress.js'
import { kindOf, kindWords } from '../kinds.js'
import { now } from './clock.js'
import { kind, pageNumber, search, select, selected, selectedId } from './imports.js'
import {
  journalOperation,
  journalSearch,
  journalStatus,
  selectEntry,
  selectedEntry,
  wantedEntry,
} from './journal.js'
import { view } from './route.js'
import { workspace } from './session.js'

/*
 * The address of the page says what it shows: a link leads there, and so do Back, Forward and a reload.
 */

/** The address of a view as it was left. */
export function addressOf(name: View): string {
  return formatAddress(partsOf(name))
}

function partsOf(name: View): Address {
  const none = { view: name, search: '', page: 0 }
  if (name === 'imports') {
    return {
      ...none,
      search: search.value,
      kind: kind.value,
      page: pageNumber.value,
      id: selectedId.value,
    }
  }
  if (name !== 'journal') return none
  return {
    ...none,
    search: journalSearch.value,
    operation: journalOperation.value,
    status: journalStatus.value,
    entry: selectedEntry.value?.id ?? wantedEntry.value,
  }
}

const current = computed(() => partsOf(view.value))

const title = computed(() => {
  if (view.value === 'imports' && selectedId.value !== undefined) {
    const it = selected.value
    const state = it ? kindWords[kindOf(stateAt(it, now.value))] : undefined
    return titleOf(selectedId.value, state, workspace)
  }
  if (view.value === 'journal' && selectedEntry.value !== undefined) {
    const { method, path, response } = selectedEntry.value
    return titleOf(`${method} ${path}`, response?.status, workspace)
  }
  return titleOf(`${view.value[0]?.toUpperCase()}${view.value.slice(1)}`, workspace)
})

/** Shows what an address says. The views that it does not name stay as they are. */
function read(): void {
  const address = parseAddress(location.hash)
  batch(() => {
    view.value = address.view
    if (address.view === 'imports') {
      search.value = address.search
      kind.value = address.kind
      pageNumber.value = address.page
      if (address.id !== selectedId.value) select(address.id)
    } else if (address.view === 'journal') {
      journalSearch.value = address.search
      journalOperation.value = address.operation
      journalStatus.value = address.status
      selectEntry(address.entry)
    }
  })
}

/** Keeps the address and the title in step with what is shown. */
export function followAddress(): void {
  let isReading = true
  let written = ''
  const readAgain = () => {
    isReading = true
    read()
    written = formatAddress(current.peek())
    isReading = false
  }
  readAgain()
  addEventListener('popstate', readAgain)
  effect(() => {
    const address = formatAddress(current.value)
    if (isReading || address === written) return
    // Back does not go through a text letter by letter.
    const before = { ...parseAddress(written), search: current.value.search }
    const isTyping = formatAddress(before) === address
    history[isTyping ? 'replaceState' : 'pushState'](null, '', address)
    written = address
  })
  effect(() => {
    document.title = title.value
  })
}
