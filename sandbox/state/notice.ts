import { effect, signal } from '@preact/signals'
import { isReachable, Unreachable } from './connection.js'
import { ControlFailure } from './control.js'
import { type Undo, undoOfRemoval } from './undo.js'

/** The result of the last action. */
export interface Notice {
  readonly text: string
  readonly failed: boolean
  /** An emulator did not respond. The notice goes once it does. */
  readonly isPassing?: boolean
  /** Takes the action back. */
  readonly undo?: Undo | undefined
}

/** The field of a form that the control API refused, and its words. */
export const refused = signal<{ readonly path: string; readonly message: string } | undefined>(
  undefined,
)

export const notice = signal<Notice | undefined>(undefined)

const shownMs = 5000
/** The time to undo an action. */
const undoMs = 10_000
let timer: ReturnType<typeof setTimeout> | undefined

export function tell(text: string, failed = false, isPassing = false, undo?: Undo): void {
  notice.value = { text, failed, isPassing, undo }
  clearTimeout(timer)
  // A failure stays until it is read.
  if (!failed) timer = setTimeout(hideNotice, undo === undefined ? shownMs : undoMs)
}

export function hideNotice(): void {
  notice.value = undefined
}

effect(() => {
  if (isReachable.value && notice.peek()?.isPassing) hideNotice()
})

/**
 * Does what a person asked for, and tells how it went. A removal can be undone, and so can what has an `undo`. Resolves to
 * whether it went well.
 */
export async function act(
  work: () => Promise<unknown>,
  done: string,
  undo?: Undo,
): Promise<boolean> {
  refused.value = undefined
  try {
    await work()
    tell(done, false, false, undo ?? (await undoOfRemoval()))
    return true
  } catch (error) {
    if (error instanceof ControlFailure) refused.value = error.field
    tell((error as Error).message, true, error instanceof Unreachable && !isReachable.value)
    return false
  }
}
