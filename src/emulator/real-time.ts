import { performance } from 'node:perf_hooks'
import * as timers from 'node:timers'

/*
 * Real time, as it was when this module was loaded. An emulator often runs in the process of a test that fakes timers and
 * dates for its own code; requests must get their responses all the same. Nothing else in src uses the globals.
 */

export const { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = timers

const { now } = Date
const { now: nowMonotonic } = performance

/** The wall clock, in epoch milliseconds. */
export function wallNow(): number {
  return now()
}

/** A clock that nobody sets, in milliseconds from some instant. */
export function monotonicNow(): number {
  return nowMonotonic.call(performance)
}

/** Resolves once the events that wait have had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
