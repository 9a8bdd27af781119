import type { Operation } from '../../domain/operations.js'
import { cutId } from '../../emulator/journal/journal.js'
import { clientOf, type Exchange } from './exchange.js'

/**
 * Marks a request in the history of its import.
 *
 * @param at - its time by the virtual clock
 * @param entryId - the id of its journal entry
 */
export function noteRequest(
  exchange: Exchange,
  referenceId: string,
  at: number,
  entryId: number,
  status: number | undefined,
): void {
  const { polled, fault, reason } = exchange
  // Only paths of operations have a referenceId.
  const operation = exchange.operation as Operation
  const { imports } = exchange.workspace
  const { histories } = imports
  const client = cutId(clientOf(exchange))
  const isPoll = operation === 'status' && polled !== undefined
  if (isPoll && fault === undefined) {
    histories.poll(referenceId, at, entryId, client, status, polled)
    return
  }
  // A fault can delay the end of a request until its import is gone.
  if (!imports.has(referenceId)) return
  const request = { at, entryId, client: client ?? null, status: status ?? null }
  const isRefused = (status === 401 || status === 403) && reason.code !== 'fault'
  if (isPoll) histories.poll(referenceId, at, entryId, client, status, polled)
  else if (isRefused) {
    histories.add(referenceId, { kind: 'refusal', ...request, operation, reason: reason.code })
  } else if (operation === 'download' || operation === 'result') {
    histories.add(referenceId, { kind: 'download', ...request, operation })
  } else if (operation === 'upload') histories.add(referenceId, { kind: 'upload', ...request })
  if (fault !== undefined) {
    histories.add(referenceId, { kind: 'fault', ...request, operation, faults: fault.ids })
  }
}
