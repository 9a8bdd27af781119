import { signal } from '@preact/signals'

/** What the page has to say of the last action. */
export interface Notice {
  readonly text: string
  readonly failed: boolean
}

export const notice = signal<Notice | undefined>(undefined)

const shownMs = 5000
let timer: ReturnType<typeof setTimeout> | undefined

export function tell(text: string, failed = false): void {
  notice.value = { text, failed }
  clearTimeout(timer)
  // A failure stays until it is read.
  if (!failed) timer = setTimeout(hideNotice, shownMs)
}

export function hideNotice(): void {
  notice.value = undefined
}

/** Does what a person asked for, and tells how it went. Resolves to whether it went well. */
export async function act(work: () => Promise<unknown>, done: string): Promise<boolean> {
  try {
    await work()
    tell(done)
    return true
  } catch (error) {
    tell((error as Error).message, true)
    return false
  }
}
