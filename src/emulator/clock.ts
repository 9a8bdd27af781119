import { lastInstant } from '../domain/control/vocabulary.js'
import { ControlError } from '../domain/errors.js'
import type { ClockState } from '../domain/state.js'
import { wallNow } from './real-time.js'

/**
 * The virtual clock: everything that has a time obeys it, but for delays on the wire. All instants are
 * epoch milliseconds. It follows the wall clock until it is frozen, set or advanced.
 */
export class Clock {
  readonly #wall: () => number
  #offsetMs = 0
  #frozenAt: number | undefined

  constructor(wall: () => number = wallNow) {
    this.#wall = wall
  }

  now(): number {
    return this.#frozenAt ?? this.#wall() + this.#offsetMs
  }

  get isFrozen(): boolean {
    return this.#frozenAt !== undefined
  }

  save(): ClockState {
    return { now: this.now(), isFrozen: this.isFrozen, aheadMs: this.#offsetMs }
  }

  /**
   * Shows the saved time again.
   * @param goesOn - the clock went on running since it was saved: it keeps its distance to the wall clock
   */
  restore({ now, isFrozen, aheadMs }: ClockState, { goesOn = false } = {}): void {
    this.#frozenAt = isFrozen ? now : undefined
    this.#offsetMs = isFrozen || goesOn ? aheadMs : now - this.#wall()
  }

  /** Stands still. */
  freeze(): void {
    this.#frozenAt = this.now()
  }

  /** Runs on from where it stands. */
  resume(): void {
    if (this.#frozenAt === undefined) return
    this.#offsetMs = this.#frozenAt - this.#wall()
    this.#frozenAt = undefined
  }

  /** Tells this time from now on, earlier or later; frozen, it stays so. */
  set(at: number): void {
    if (this.#frozenAt === undefined) this.#offsetMs = at - this.#wall()
    else this.#frozenAt = at
  }

  /** Throws `invalid_input` where that leads past the year 9999. */
  advance(byMs: number): void {
    const at = this.now() + byMs
    if (at > lastInstant) throw new ControlError('invalid_input', 'leads past the year 9999', 'by')
    this.set(at)
  }

  /** Beside the wall clock again. */
  reset(): void {
    this.#offsetMs = 0
    this.#frozenAt = undefined
  }
}
