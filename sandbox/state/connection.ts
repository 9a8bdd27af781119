import { signal } from '@preact/signals'

/** True while the emulator responds. */
export const isReachable = signal(true)

/** Nobody answered, or not to the end. */
export class Unreachable extends Error {
  constructor() {
    super('The emulator does not respond')
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
    // Requests that were sent before the latest response may have gone to an earlier emulator.
    if (answeredAt < askedAt) isReachable.value = false
    throw new Unreachable()
  }
}
