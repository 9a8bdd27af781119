import type { RemovalView, RemovedThing } from '../domain/control/vocabulary.js'
import { ControlError } from '../domain/errors.js'
import { quoted } from '../domain/visible-text.js'
import { clearTimeout, setTimeout } from './real-time.js'

/** A removal, and the functions by which its part of the workspace undoes it. */
export interface Removed {
  /** Puts it back as it was. Returns false, and changes nothing, if something else has its place. */
  putBack(): boolean
  /** Called when it can no longer be put back. */
  forget?(): void
}

/** The most removals of a workspace that can be undone. */
export const maxRemovals = 20

/** The time for which a removal can be undone, in milliseconds of the wall clock. */
export const removalKeptMs = 30_000

interface Removal extends RemovalView {
  readonly removed: Removed
  readonly stopTimer: () => void
}

/** Calls a function later. Returns a function that prevents it. */
export type CallLater = (call: () => void, delayMs: number) => () => void

const callLater: CallLater = (call, delayMs) => {
  const timer = setTimeout(call, delayMs).unref()
  return () => clearTimeout(timer)
}

/** The latest removals of a workspace. Each can be undone for a while. */
export class Removals {
  readonly #callLater: CallLater
  readonly #removals = new Map<string, Removal>()
  #lastNumber = 0

  constructor(later: CallLater = callLater) {
    this.#callLater = later
  }

  /**
   * What can hold much memory replaces the one before it.
   *
   * @param name - the id of what was removed; null for all of its kind
   */
  add(what: RemovedThing, name: string | null, removed: Removed): void {
    if (name === null || what === 'savepoint') {
      for (const before of this.list()) if (before.what === what) this.#forget(before.id)
    }
    this.#lastNumber += 1
    const id = `removal-${this.#lastNumber}`
    const stopTimer = this.#callLater(() => this.#forget(id), removalKeptMs)
    this.#removals.set(id, { id, what, name, removed, stopTimer })
    const [oldest] = this.#removals.keys()
    if (this.#removals.size > maxRemovals) this.#forget(oldest as string)
  }

  /** The oldest first. */
  list(): RemovalView[] {
    return [...this.#removals.values()].map(({ id, what, name }) => ({ id, what, name }))
  }

  /** Throws `not_found` for one that cannot be undone any more, and `conflict` if its place is taken. */
  undo(id: string): void {
    const removal = this.#removals.get(id)
    if (removal === undefined) {
      const message = `There is no removal ${quoted(id)}: a workspace keeps the last ${maxRemovals} for ${removalKeptMs / 1000} s, until a reset or another scenario`
      throw new ControlError('not_found', message)
    }
    const { what, name, removed, stopTimer } = removal
    if (!removed.putBack()) {
      const thing = name === null ? what : `${what} ${quoted(name)}`
      const message = `The ${thing} changed after the removal, so nothing is put back`
      throw new ControlError('conflict', message)
    }
    stopTimer()
    this.#removals.delete(id)
  }

  clear(): void {
    for (const id of this.#removals.keys()) this.#forget(id)
  }

  #forget(id: string): void {
    const { removed, stopTimer } = this.#removals.get(id) as Removal
    stopTimer()
    this.#removals.delete(id)
    removed.forget?.()
  }
}
