import { signal } from '@preact/signals'
import type { ClockView } from '../../src/domain/control/vocabulary.js'
import { control } from './control.js'
import { createNewest } from './newest.js'

const tickMs = 250

export const isFrozen = signal(false)

/** The virtual clock, in epoch milliseconds: it ticks here between two looks at the emulator's. */
export const now = signal(Date.now())

const ask = createNewest()
let turns = 0
let offsetMs = Date.now() - performance.now()

function setClock({ now: at, frozen }: ClockView): void {
  offsetMs = Date.parse(at) - performance.now()
  isFrozen.value = frozen
  now.value = Date.parse(at)
}

export async function syncClock(): Promise<void> {
  const isNews = ask()
  const view = await control.clock.get()
  if (isNews()) setClock(view)
}

/** Of several turns, the last one says what the clock shows. */
export async function turnClock(work: () => Promise<ClockView>): Promise<void> {
  turns += 1
  const turn = turns
  const view = await work()
  if (turn === turns) setClock(view)
}

export function startTicking(): void {
  setInterval(() => {
    if (!isFrozen.value && !document.hidden) now.value = performance.now() + offsetMs
  }, tickMs)
}
