import { effect, signal } from '@preact/signals'
import { isReachable, Unreachable } from './connection.js'

/** The result of the last action. */
export interface Notice {
  readonly text: string
  readonly failed: boolean
  /** An emulator did not respond. The notice goes once it does. */
  readonly isPassing?: boolean
}

export const notice = signal<Notice | undefined>(undefined)

const shownMs = 5000
let timer: ReturnType<typeof setTimeout> | undefined

export function tell(text: string, failed = false, isPassing = false): void {
  notice.value = { text, failed, isPassing }
  clearTimeout(timer)
  // A failure stays until it is read.
  if (!failed) timer = setTimeout(hideNotice, shownMs)
}

export function hideNotice(): void {
  notice.value = undefined
}

effect(() => {
  if (isReachable.value && notice.peek()?.isPassing) hideNotice()
})

/** Does what a person asked for, and tells how it went. Resolves to whether it went well. */
export async function act(work: () => Promise<unknown>, done: string): Promise<boolean> {
  try {
    await work()
    tell(done)
    return true
  } catch (error) {
    tell((error as Error).message, true, error instanceof Unreachable && !isReachable.value)
    return false
  }
}
