import { signal } from '@preact/signals'
import type { ClockView } from '../../src/domain/control.js'
import { control } from './control.js'

const tickMs = 250

export const isFrozen = signal(false)

/** The virtual clock, in epoch milliseconds: it ticks here between two looks at the emulator's. */
export const now = signal(Date.now())

let offsetMs = Date.now() - performance.now()

export function setClock({ now: at, frozen }: ClockView): void {
  offsetMs = Date.parse(at) - performance.now()
  isFrozen.value = frozen
  now.value = Date.parse(at)
}

export async function syncClock(): Promise<void> {
  setClock(await control.clock.get())
}

export function startTicking(): void {
  setInterval(() => {
    if (!isFrozen.value && !document.hidden) now.value = performance.now() + offsetMs
  }, tickMs)
}
