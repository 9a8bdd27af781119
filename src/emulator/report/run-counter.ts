import { type Basis, bases } from '../../domain/behaviours.js'
import type { ImportState } from '../../domain/imports/import-state.js'
import type { Operation } from '../../domain/operations.js'
import type { ReasonCode } from '../../domain/reason.js'
import { type OutcomeName, outcomeOf } from '../../domain/report/outcomes.js'
import type { ClientCounts, ReportState, Tally } from '../../domain/report/report-state.js'
import type { Thresholds } from '../../domain/report/thresholds.js'
import { type UnexpectedKind, unexpectedKinds } from '../../domain/report/unexpected.js'
import type { Clock } from '../clock.js'
import type { DrawnFault } from '../faults/armed-faults.js'
import { wallNow } from '../real-time.js'
import type { ServiceState } from '../service-state.js'
import { basisOf, type Cell, Cells } from './cells.js'
import {
  followConnection,
  followRefusal,
  followRetry,
  followToken,
  forgetLast,
} from './client-follower.js'
import { Clients } from './clients.js'
import type { CountedRequest, CountedResponse } from './counted-request.js'
import { isRunningIn, PollFollower } from './poll-follower.js'
import { emptyTally, tally } from './tally.js'
import { UsedIds } from './used-ids.js'

/** Faults behind which a client gets the whole response of the operation. */
const wholeFaults: readonly string[] = ['delay', 'slow-body']

export interface RunCounterSettings {
  readonly clock: Clock
  readonly service: ServiceState
  /** Finds the id or pattern of the definition that an import follows. */
  readonly sourceOf: (referenceId: string) => string | undefined
  readonly thresholds: Thresholds
}

/** Counts the requests of a workspace for its run report. Every request pays for it, so nothing is made for a poll. */
export class RunCounter {
  readonly thresholds: Thresholds
  readonly #settings: RunCounterSettings
  /** Polls of an import with less time between them are too fast, in milliseconds. */
  readonly #fastMs: number
  #since = wallNow()
  /** The number of changes that a person has made to the workspace. */
  #changes = 0
  readonly #cells = new Cells()
  /** The outcomes of requests to which a fault was applied. */
  readonly #faulty = new Map<OutcomeName, number>()
  #basis = noBasis()
  #unexpected = noUnexpected()
  readonly #clients = new Clients()
  readonly #polls = new PollFollower()
  readonly #usedImports = new UsedIds(100_000)
  readonly #usedFaults = new UsedIds(1000)
  readonly #usedUploads = new UsedIds(1000)

  constructor(settings: RunCounterSettings) {
    this.#settings = settings
    this.thresholds = settings.thresholds
    const fastMs = this.thresholds['polls-too-fast']
    this.#fastMs = Number.isFinite(fastMs) ? fastMs : 0
  }

  /**
   * Counts a request. Returns its client.
   *
   * @param clientId - the client in this workspace
   * @param at - the time by the virtual clock
   * @param entryId - the id of the journal entry
   * @param response - undefined if the client got none
   */
  count(
    request: CountedRequest,
    clientId: string | undefined,
    at: number,
    entryId: number,
    response: CountedResponse | undefined,
  ): ClientCounts {
    const { operation, reason, polled, fault, connection } = request
    const { code } = reason
    const hasStatus = code === 'served' && polled !== undefined && 'status' in polled
    const cell = this.#cells.get(operation, hasStatus ? polled.status : code, response?.status)
    cell.count += 1
    if (response !== undefined) this.#countBasis(cell, request, response)
    if (cell.unexpected !== undefined) tally(this.#unexpected[cell.unexpected], entryId)
    if (request.isOlder) tally(this.#unexpected['older-revision'], entryId)

    const client = this.#clients.get(code === 'client-unknown' ? undefined : clientId)
    if (client.changes !== this.#changes) {
      forgetLast(client)
      client.changes = this.#changes
    }
    if (connection.isReal) {
      client.carried += 1
      if (connection.requests === 1) followConnection(client, at, entryId)
    }
    if (client.retryAt !== 0) this.#followRetry(client, request, at, entryId)
    if (operation !== 'token') {
      client.requests += 1
      client.sinceToken += 1
    }
    client.lastAt = at
    if (fault !== undefined) {
      this.#countFault(client, request, at, entryId, response)
      return client
    }
    if (code === 'served') {
      client.refusal = null
      if (operation !== 'token') client.expiredInRow = 0
    } else {
      if (code === 'client-gone') tally(client.abandoned, entryId)
      followRefusal(client, request, entryId)
    }
    if (polled !== undefined) this.#followPoll(client, request, at, entryId)
    return client
  }

  /** Counts an access token that a client was issued. */
  countToken(client: ClientCounts, lifetimeMs: number, at: number, entryId: number): void {
    followToken(client, at, lifetimeMs, entryId)
  }

  /** Counts a URL that has a secret in its query. */
  countSecretUrl(client: ClientCounts, entryId: number): void {
    tally(this.#unexpected['secret-in-url'], entryId)
    tally(client.secretUrls, entryId)
  }

  /** Counts a request whose response was counted, and whose client did not wait for its end. */
  countGone(clientId: string | undefined, entryId: number): void {
    tally(this.#clients.get(clientId).abandoned, entryId)
  }

  /** Counts a request that is not HTTP, so that it has no journal entry. */
  countUnreadable(code: ReasonCode, status: number): void {
    const cell = this.#cells.get(undefined, code, status)
    cell.count += 1
    this.#basis.decided += 1
    this.#unexpected['malformed-http'].count += 1
  }

  /** Counts an upload that began an import. */
  countUpload(client: ClientCounts, referenceId: string, at: number, entryId: number): void {
    this.#polls.begin(client, referenceId, true, at, entryId)
  }

  /** Marks the definition of an import as used. */
  useImport(referenceId: string): void {
    const source = this.#settings.sourceOf(referenceId)
    if (source !== undefined) this.#usedImports.add(source)
  }

  /** Marks a planned upload as used. */
  useUpload(id: string): void {
    this.#usedUploads.add(id)
  }

  /** A person has changed the workspace: requests before and after are not compared. */
  noteChange(): void {
    this.#changes += 1
  }

  #countBasis(cell: Cell, { restsOn }: CountedRequest, { headers }: CountedResponse): void {
    const basis = basisOf(cell, restsOn)
    const hasCharset =
      this.#settings.service.get().contentTypes === 'charset' &&
      headers['content-type']?.endsWith('; charset=utf-8')
    // No source says that types have a charset.
    this.#basis[hasCharset ? 'decided' : basis] += 1
  }

  #followRetry(client: ClientCounts, request: CountedRequest, at: number, entryId: number): void {
    if (!this.#settings.clock.isFrozen) followRetry(client, request.operation, at, entryId)
  }

  #followPoll(client: ClientCounts, request: CountedRequest, at: number, entryId: number): void {
    // A poll has both.
    const { referenceId, polled } = request as Required<CountedRequest> as {
      referenceId: string
      polled: ImportState
    }
    const fastMs = this.#settings.clock.isFrozen ? 0 : this.#fastMs
    const isNew = this.#polls.follow(client, referenceId, polled, at, entryId, fastMs)
    if (isNew) this.useImport(referenceId)
  }

  /** A client may do anything after a fault, except to come again too early. */
  #countFault(
    client: ClientCounts,
    request: CountedRequest,
    at: number,
    entryId: number,
    response: CountedResponse | undefined,
  ): void {
    const { operation, polled, referenceId } = request
    const { ids, fault } = request.fault as DrawnFault
    for (const id of ids) this.#usedFaults.add(id)
    this.#countFaulty(`fault.${fault.kind}`)
    if (ids.length > 1) this.#countFaulty('fault.delay')
    const isWhole = wholeFaults.includes(fault.kind) && response !== undefined
    const status = polled && 'status' in polled ? polled.status : undefined
    const code = request.underlying?.code
    const outcome = isWhole && code ? outcomeOf(operation, code, status) : undefined
    if (outcome !== undefined) this.#countFaulty(outcome)
    forgetLast(client)
    const seconds = Number(response?.headers['retry-after'])
    if (seconds > 0) {
      client.retryAt = at + seconds * 1000
      // Faults apply to operations only.
      client.retryOperation = operation as Operation
    }
    if (polled === undefined || referenceId === undefined) return
    this.useImport(referenceId)
    this.#polls.begin(client, referenceId, isWhole && isRunningIn(polled), at, entryId)
  }

  #countFaulty(outcome: OutcomeName): void {
    this.#faulty.set(outcome, (this.#faulty.get(outcome) ?? 0) + 1)
  }

  /** Begins anew. */
  reset(): void {
    this.restore({
      since: wallNow(),
      changes: this.#changes,
      cells: [],
      faulty: [],
      basis: noBasis(),
      unexpected: [],
      clients: [],
      polls: [],
      usedImports: [],
      usedFaults: [],
      usedUploads: [],
      cut: { clients: 0, imports: 0, faults: 0, uploads: 0 },
    })
  }

  /** Forgets the examples: the journal gives their ids again. */
  forgetEntries(): void {
    const unexpected = Object.values(this.#unexpected)
    const ofClients = [...this.#clients].flatMap((client) => Object.values(client))
    for (const it of [...unexpected, ...ofClients]) {
      if (typeof it === 'object' && it !== null) (it as Tally).entries.length = 0
    }
  }

  save(): ReportState {
    return {
      since: this.#since,
      changes: this.#changes,
      cells: this.#cells.save(),
      faulty: [...this.#faulty],
      basis: { ...this.#basis },
      unexpected: structuredClone(
        unexpectedKinds.map((kind) => [kind, this.#unexpected[kind]] as const),
      ),
      clients: this.#clients.save(),
      polls: this.#polls.save(),
      usedImports: this.#usedImports.save(),
      usedFaults: this.#usedFaults.save(),
      usedUploads: this.#usedUploads.save(),
      cut: {
        clients: this.#clients.cut,
        imports: this.#polls.cut + this.#usedImports.cut,
        faults: this.#usedFaults.cut,
        uploads: this.#usedUploads.cut,
      },
    }
  }

  restore(state: ReportState): void {
    const { cut } = state
    this.#since = state.since
    this.#changes = state.changes
    this.#cells.restore(state.cells)
    this.#faulty.clear()
    for (const [outcome, count] of state.faulty) this.#faulty.set(outcome, count)
    this.#basis = { ...state.basis }
    this.#unexpected = noUnexpected()
    for (const [kind, found] of structuredClone(state.unexpected)) this.#unexpected[kind] = found
    this.#clients.restore(state.clients, cut.clients)
    this.#polls.restore(state.polls, cut.imports)
    this.#usedImports.restore(state.usedImports, 0)
    this.#usedFaults.restore(state.usedFaults, cut.faults)
    this.#usedUploads.restore(state.usedUploads, cut.uploads)
  }
}

function noBasis(): Record<Basis, number> {
  return Object.fromEntries(bases.map((basis) => [basis, 0])) as Record<Basis, number>
}

function noUnexpected(): Record<UnexpectedKind, Tally> {
  return Object.fromEntries(unexpectedKinds.map((kind) => [kind, emptyTally()])) as Record<
    UnexpectedKind,
    Tally
  >
}
