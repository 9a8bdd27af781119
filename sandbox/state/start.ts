import { effect } from '@preact/signals'
import { followAddress } from './address.js'
import { startTicking, syncClock } from './clock.js'
import { isReachable, Unreachable } from './connection.js'
import { control } from './control.js'
import { refreshEmulator } from './emulator.js'
import { followFilter, refreshImports } from './imports.js'
import { followJournal } from './journal.js'
import { tell } from './notice.js'
import { offerTour } from './panel.js'
import { view } from './route.js'
import { isLocked } from './session.js'

/** The least time between two looks at the emulator; one that is slow to tell is asked less often. */
const restMs = 1500

/** Asks the emulator for everything that the page shows. */
export async function refresh(): Promise<void> {
  if (isLocked.value) return
  try {
    await Promise.all([syncClock(), refreshImports(), refreshEmulator()])
    isWell = true
  } catch (error) {
    // The page shows that for as long as it lasts.
    if (error instanceof Unreachable) return
    if (isWell && !isLocked.value) tell((error as Error).message, true)
    isWell = false
  }
}

/** A refusal is shown once, and not with each refresh. */
let isWell = true

/** Follows the emulator, anew whenever the control token has been given. */
export function start(): void {
  followAddress()
  startTicking()
  effect(() => {
    if (!isLocked.value) void followJournal(() => void refreshInTurn())
  })
  offerTourOnce()
  followFilter(() => void refresh())
  void keepFresh()
  keepDroppedFilesOut()
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh()
  })
}

/** Offers the tour to somebody who looks at an empty journal. */
function offerTourOnce(): void {
  let isAsked = false
  effect(() => {
    if (isAsked || view.value !== 'journal' || isLocked.value) return
    isAsked = true
    void control.journal.count().then(
      ({ count }) => count === 0 && offerTour(),
      () => {},
    )
  })
}

/** A browser opens a file that is dropped beside the place for it, and the page is gone. */
function keepDroppedFilesOut(): void {
  for (const type of ['dragover', 'drop']) {
    addEventListener(type, (event) => event.preventDefault())
  }
}

let isRefreshing = false
let isStale = false

/** One look at a time, and a rest that grows with what it costs: traffic must not make the page a burden. */
async function refreshInTurn(): Promise<void> {
  isStale = true
  if (isRefreshing) return
  isRefreshing = true
  while (isStale && !document.hidden) {
    isStale = false
    const startedAt = performance.now()
    await refresh()
    const tookMs = performance.now() - startedAt
    await new Promise((resolve) => setTimeout(resolve, 4 * tookMs))
  }
  isRefreshing = false
}

async function keepFresh(): Promise<void> {
  for (;;) {
    const startedAt = performance.now()
    if (!document.hidden) await refresh()
    const tookMs = performance.now() - startedAt
    await new Promise((resolve) =>
      setTimeout(resolve, isReachable.value ? Math.max(restMs, 5 * tookMs) : restMs),
    )
  }
}
