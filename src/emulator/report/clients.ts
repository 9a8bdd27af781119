import type { ClientCounts } from '../../domain/report/report-state.js'
import { withoutTokens } from '../journal/describe-entry.js'
import { newClient } from './client-follower.js'

/** The most clients of a workspace that are followed. */
export const maxClients = 100

/** The clients of a workspace. Further ones count as requests that name no client. */
export class Clients {
  /** Requests that name no client. */
  #nobody = newClient(null)
  readonly #byId = new Map<string, ClientCounts>()
  #cut = 0

  /** The number of requests of clients that were not followed. */
  get cut(): number {
    return this.#cut
  }

  get(clientId: string | undefined): ClientCounts {
    if (clientId === undefined) return this.#nobody
    return this.#byId.get(clientId) ?? this.#add(clientId)
  }

  #add(clientId: string): ClientCounts {
    if (this.#byId.size >= maxClients) {
      this.#cut += 1
      return this.#nobody
    }
    const client = newClient(withoutTokens(clientId))
    this.#byId.set(clientId, client)
    return client
  }

  *[Symbol.iterator](): Generator<ClientCounts> {
    yield this.#nobody
    yield* this.#byId.values()
  }

  save(): ClientCounts[] {
    return structuredClone([...this])
  }

  restore(clients: readonly ClientCounts[], cut: number): void {
    this.#nobody = newClient(null)
    this.#byId.clear()
    for (const client of structuredClone(clients)) {
      if (client.clientId === null) this.#nobody = client
      else this.#byId.set(client.clientId, client)
    }
    this.#cut = cut
  }
}
