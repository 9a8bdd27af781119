import { signal } from '@preact/signals'

/** True while the emulator responds. */
export const isReachable = signal(true)

/** There was no response, or not a whole one. */
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

/** Sends a request to the control API, and remembers if it responds. */
export async function ask(url: string, init: RequestInit): Promise<Told> {
  const askedAt = performance.now()
  try {
    const response = await fetch(url, init)
    const body = await response.text()
    answeredAt = performance.now()
    isReachable.value = true
    return { status: response.status, ok: response.ok, body }
  } catch {
    // Requests that were sent before the latest response may have gone to an earlier emulator.
    if (answeredAt < askedAt) isReachable.value = false
    throw new Unreachable()
  }
}
