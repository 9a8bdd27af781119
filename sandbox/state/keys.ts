import { placeAfter } from '../palette.js'
import { dialog } from './dialog.js'

/** The keys of the page. A field keeps its keys for itself. */
export function followKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      dialog.value = 'palette'
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return
    if (event.key === '?') {
      event.preventDefault()
      dialog.value = 'help'
    } else if (event.key === '/') {
      const search = document.querySelector<HTMLElement>('main input[type="search"]')
      if (search === null) return
      event.preventDefault()
      search.focus()
    } else if (moveInRows(event.target, event.key)) event.preventDefault()
  })
  keepFocus()
}

const isField = (target: EventTarget | null) =>
  target instanceof Element && target.matches('input, select, textarea')

/** Arrows move from row to row. Returns true if the focus moved. */
function moveInRows(target: EventTarget | null, key: string): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('.rows .row')]
  const place = rows.indexOf(target as HTMLElement)
  if (place < 0 && target !== document.body) return false
  const next = placeAfter(key, place, rows.length)
  if (next === undefined) return false
  rows[next]?.focus()
  return true
}

/** The time for the page to find a better place for the focus. */
const patienceMs = 100

/** If the element with the focus goes away, the focus goes to the main part, and not to nowhere. */
function keepFocus(): void {
  let last: Element | null = null
  addEventListener('focusin', ({ target }) => {
    last = target as Element
  })
  const look = () => {
    if (document.activeElement !== document.body || last === null || last.isConnected) return
    const target = document.querySelector<HTMLElement>('.details, main')
    if (target === null) return
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  }
  new MutationObserver(() => {
    if (document.activeElement === document.body) setTimeout(look, patienceMs)
  }).observe(document.body, { childList: true, subtree: true })
}
