import type { ImportState } from '../../domain/imports/import-state.js'
import type { ClientCounts, PollState } from '../../domain/report/report-state.js'
import { cleanId } from './client-follower.js'
import { tally } from './tally.js'

/** The most imports that are followed. The one that was polled first makes room. */
export const maxPolledImports = 2000

/** The last poll of each import. */
export class PollFollower {
  readonly #polls = new Map<string, PollState>()
  #cut = 0

  /** The number of imports that are no longer followed. */
  get cut(): number {
    return this.#cut
  }

  /** Follows a poll. Returns true if it is the first one of its import. */
  follow(
    client: ClientCounts,
    referenceId: string,
    state: ImportState,
    at: number,
    entryId: number,
    fastMs: number,
  ): boolean {
    const poll = this.#polls.get(referenceId)
    const isRunning = isRunningIn(state)
    if (poll === undefined) {
      this.begin(client, referenceId, isRunning, at, entryId)
      return true
    }
    if (poll.changes !== client.changes || poll.clientId !== client.clientId) {
      poll.clientId = client.clientId
      poll.changes = client.changes
      poll.wasRunning = isRunning
    } else if (!poll.isRunning) {
      if (poll.wasRunning) countLate(client, referenceId, entryId)
    } else if (at - poll.at < fastMs) countFast(client, referenceId, at - poll.at, entryId)
    poll.at = at
    poll.entryId = entryId
    poll.isRunning = isRunning
    if (isRunning) poll.wasRunning = true
    // A client may try again until the error is gone.
    else if ('error' in state) poll.wasRunning = false
    return false
  }

  /** Begins to follow an import. */
  begin(
    { clientId, changes }: ClientCounts,
    referenceId: string,
    isRunning: boolean,
    at: number,
    entryId: number,
  ): void {
    const poll = { referenceId, clientId, changes, at, entryId, isRunning, wasRunning: isRunning }
    this.#polls.set(referenceId, poll)
    if (this.#polls.size <= maxPolledImports) return
    const [oldest] = this.#polls.keys()
    this.#polls.delete(oldest as string)
    this.#cut += 1
  }

  save(): PollState[] {
    return [...this.#polls.values()].map((poll) => ({ ...poll }))
  }

  restore(polls: readonly PollState[], cut: number): void {
    this.#polls.clear()
    this.#cut = cut
    for (const poll of polls) this.#polls.set(poll.referenceId, { ...poll })
  }
}

export function isRunningIn(state: ImportState): boolean {
  return 'status' in state && (state.status === 'pending' || state.status === 'processing')
}

function countFast(client: ClientCounts, id: string, ms: number, entryId: number): void {
  if (client.fastPolls.count === 0) client.fastImport = cleanId(id)
  if (client.fastPolls.count === 0 || ms < client.shortestPollMs) client.shortestPollMs = ms
  tally(client.fastPolls, entryId)
}

function countLate(client: ClientCounts, id: string, entryId: number): void {
  if (client.latePolls.count === 0) client.lateImport = cleanId(id)
  tally(client.latePolls, entryId)
}
