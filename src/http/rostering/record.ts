import type { Socket } from 'node:net'
import type { Outcome } from '../../domain/journal.js'
import type { Reason } from '../../domain/reason.js'
import {
  cutBody,
  cutId,
  cutReason,
  cutResponse,
  type Journal,
} from '../../emulator/journal/journal.js'
import type { Workspace } from '../../emulator/workspace.js'
import type { HttpResponse } from '../response.js'
import { countRequest } from './count-request.js'
import { clientOf, connectionOf, durationMs, type Exchange } from './exchange.js'
import { noteRequest } from './note-request.js'

const clientGone: Reason = {
  code: 'client-gone',
  message: 'The client disconnected before its response',
}

const noFaults: readonly string[] = []

/** Makes the journal entry of an exchange, and marks it in the history of its import. */
export function record(exchange: Exchange, outcome: Outcome, response?: HttpResponse): void {
  const workspace = keptWorkspace(exchange)
  const at = workspace.clock.now()
  const entryId = enter(exchange, workspace.journal, at, outcome, response)
  exchange.entryId = entryId
  exchange.entryRestores = workspace.journal.restores
  countRequest(exchange, workspace, at, entryId, response)
  const { referenceId } = exchange
  if (referenceId !== undefined && workspace === exchange.workspace) {
    noteRequest(exchange, referenceId, at, entryId, response?.status)
  }
}

/** Returns the id of the entry. A journal that keeps none counts. */
function enter(
  exchange: Exchange,
  journal: Journal,
  at: number,
  outcome: Outcome,
  response: HttpResponse | undefined,
): number {
  if (journal.size === 0) return journal.nextId()
  const { request, reason, fault, operation } = exchange
  const ms = durationMs(exchange)
  exchange.emulator.durations.add(operation, ms)
  return journal.add({
    at,
    durationMs: ms,
    operation,
    method: request.method,
    path: request.originalUrl,
    referenceId: exchange.referenceId,
    clientId: cutId(clientOf(exchange)),
    requestHeaders: request.raw.rawHeaders,
    // A form is the one body that is read.
    requestBody: request.body === undefined ? undefined : cutBody(String(request.body)),
    status: response?.status,
    response: response && cutResponse(response),
    outcome,
    reason: cutReason(reason),
    restsOn: exchange.restsOn,
    faults: fault?.ids ?? noFaults,
  })
}

/** Corrects the journal entry of an exchange whose client went away before the end of its response. */
export function recordEnd(exchange: Exchange): void {
  const { request, reply, entryId, entryRestores } = exchange
  const isWhole = reply.raw.writableEnded && !request.raw.socket.errored
  if (isWhole || exchange.refusedStatus !== undefined) return
  if (exchange.reason.code !== 'fault') exchange.reason = clientGone
  if (entryId === undefined) {
    record(exchange, 'aborted')
  } else {
    const end = { outcome: 'aborted', durationMs: durationMs(exchange) } as const
    const { journal, report } = keptWorkspace(exchange)
    if (journal.restores !== entryRestores) return
    journal.end(entryId, end)
    if (exchange.reason === clientGone) report.countGone(clientOf(exchange), entryId)
  }
}

/** Returns true if a response has begun on a connection, so that another one would corrupt it. */
export function isResponding(socket: Socket): boolean {
  const { exchange } = connectionOf(socket)
  if (exchange === undefined) return false
  const { request, reply } = exchange
  return reply.raw.headersSent && !(reply.raw.writableEnded && request.raw.complete)
}

/** Returns true if a connection has a request without a response. */
export function isOpen(socket: Socket): boolean {
  const { exchange } = connectionOf(socket)
  return exchange !== undefined && !exchange.reply.raw.headersSent
}

/**
 * Makes the journal entry of a request that gets its response on the bare connection. Returns false if the connection has
 * no such request.
 */
export function recordRefused(socket: Socket, response: HttpResponse, reason: Reason): boolean {
  if (!isOpen(socket)) return false
  const exchange = connectionOf(socket).exchange as Exchange
  exchange.refusedStatus = response.status
  exchange.reason = reason
  record(exchange, 'served', response)
  return true
}

/** The workspace whose journal has the entry: the main one stands in for one that was not kept. */
function keptWorkspace({ emulator, workspace }: Exchange): Workspace {
  return emulator.isKept(workspace) ? workspace : emulator.main
}
