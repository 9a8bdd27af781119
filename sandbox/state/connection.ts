import { signal } from '@preact/signals'

/** Whether the emulator answers, as far as is known. */
export const isReachable = signal(true)

/** Nobody answered, or not to the end. */
export class Unreachable extends Error {
  constructor() {
    super('The emulator does not answer')
  }
}

export interface Told {
  readonly status: number
  readonly ok: boolean
  readonly body: string
}

let answeredAt = 0

/** Asks the control API, and keeps in mind whether it answers. */
export async function ask(url: string, init: RequestInit): Promise<Told> {
  const askedAt = performance.now()
  try {
    const answer = await fetch(url, init)
    const body = await answer.text()
    answeredAt = performance.now()
    isReachable.value = true
    return { status: answer.status, ok: answer.ok, body }
  } catch {
    // What was asked before the latest answer may have gone to the emulator that this one took the place of.
    if (answeredAt < askedAt) isReachable.value = false
    throw new Unreachable()
  }
}
