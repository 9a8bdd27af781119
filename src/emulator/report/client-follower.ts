import type { Operation } from '../../domain/operations.js'
import type { ReasonCode } from '../../domain/reason.js'
import type { ClientCounts } from '../../domain/report/report-state.js'
import { escapeInvisible } from '../../domain/visible-text.js'
import { withoutTokens } from '../journal/describe-entry.js'
import type { CountedRequest } from './counted-request.js'
import { emptyTally, tally } from './tally.js'

/*
 * The manners of one client, as its requests show them. Only requests between which nobody has changed the workspace are
 * compared: a clock that was advanced, a fault that was armed or an import that was put explains what a client does then.
 */

/** A client that is new. */
export function newClient(clientId: string | null): ClientCounts {
  return {
    clientId,
    changes: 0,
    lastAt: 0,
    requests: 0,
    carried: 0,
    connections: emptyTally(),
    tokens: 0,
    tokenUntil: 0,
    sinceToken: 0,
    spareTokens: emptyTally(),
    spareLifetimeMs: 0,
    expiredInRow: 0,
    expiredUses: emptyTally(),
    refusal: null,
    repeatedRefusals: emptyTally(),
    repeatedRefusal: '',
    retryAt: 0,
    retryOperation: null,
    earlyRetries: emptyTally(),
    fastPolls: emptyTally(),
    shortestPollMs: 0,
    fastImport: '',
    latePolls: emptyTally(),
    lateImport: '',
    abandoned: emptyTally(),
    secretUrls: emptyTally(),
  }
}

/** Forgets the last requests of a client, so that the next one is compared with none. The counts stay. */
export function forgetLast(client: ClientCounts): void {
  client.lastAt = 0
  client.tokenUntil = 0
  client.expiredInRow = 0
  client.refusal = null
  client.retryAt = 0
}

/** A new connection so soon after the last request could have been spared, in milliseconds. */
const keptAliveMs = 5000

/** Counts a request that opened a connection. */
export function followConnection(client: ClientCounts, at: number, entryId: number): void {
  if (client.lastAt !== 0 && at - client.lastAt < keptAliveMs) tally(client.connections, entryId)
}

/** A token with less time left may be replaced, in milliseconds. */
const renewalMs = 60_000

/** Counts an access token that a client was issued. */
export function followToken(
  client: ClientCounts,
  at: number,
  lifetimeMs: number,
  entryId: number,
): void {
  client.tokens += 1
  client.expiredInRow = 0
  if (client.tokenUntil > at + renewalMs && client.sinceToken <= 1) {
    if (client.spareTokens.count === 0) client.spareLifetimeMs = lifetimeMs
    tally(client.spareTokens, entryId)
  }
  client.tokenUntil = at + lifetimeMs
  client.sinceToken = 0
}

/** Follows what a client does after a response that asked it not to come again before a time. */
export function followRetry(
  client: ClientCounts,
  operation: Operation | undefined,
  at: number,
  entryId: number,
): void {
  if (at >= client.retryAt) client.retryAt = 0
  else if (operation === client.retryOperation) tally(client.earlyRetries, entryId)
}

/** Refusals that the same request gets again. An upload can be of another file. */
const lastingRefusals: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'token-missing',
  'token-malformed',
  'token-algorithm',
  'token-signature',
  'token-type',
  'token-issuer',
  'token-audience',
  'token-claims',
  'scope-missing',
  'request-invalid',
  'client-unauthenticated',
  'client-unknown',
  'client-secret-wrong',
  'grant-unsupported',
  'scope-not-granted',
  'reference-id-unknown',
  'reference-id-impossible',
  'reference-id-not-uuid',
  'link-forged',
  'link-expired',
  'path-unknown',
  'method-not-allowed',
])

/** The longest part of a referenceId that is kept, in characters. */
const maxId = 100

/** Follows a response that is no success. */
export function followRefusal(
  client: ClientCounts,
  { operation, reason: { code }, referenceId }: CountedRequest,
  entryId: number,
): void {
  if (code === 'token-expired') {
    client.expiredInRow += 1
    if (client.expiredInRow > 1) tally(client.expiredUses, entryId)
  }
  // A token that was refused may be replaced.
  if (code.startsWith('token-')) client.tokenUntil = 0
  if (!lastingRefusals.has(code)) {
    client.refusal = null
    return
  }
  const of = referenceId === undefined ? '' : ` for ${cleanId(referenceId)}`
  const refusal = `${operation ?? 'unknown path'}${of}: ${code}`
  if (client.refusal === refusal) {
    if (client.repeatedRefusals.count === 0) client.repeatedRefusal = refusal
    tally(client.repeatedRefusals, entryId)
  }
  client.refusal = refusal
}

/** An id as a report shows it. */
export function cleanId(id: string): string {
  const clean = escapeInvisible(withoutTokens(id))
  return clean.length > maxId ? `${clean.slice(0, maxId)}…` : clean
}
