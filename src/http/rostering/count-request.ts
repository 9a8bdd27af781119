import { hasSecret } from '../../emulator/journal/describe-entry.js'
import type { Workspace } from '../../emulator/workspace.js'
import type { HttpResponse } from '../response.js'
import { clientOf, type Exchange } from './exchange.js'

/**
 * Counts a request for the run report.
 *
 * @param at - its time by the virtual clock
 * @param entryId - the id of its journal entry
 */
export function countRequest(
  exchange: Exchange,
  workspace: Workspace,
  at: number,
  entryId: number,
  response: HttpResponse | undefined,
): void {
  const { report } = workspace
  const { operation } = exchange
  const { url } = exchange.request
  const client = report.count(exchange, clientOf(exchange), at, entryId, response)
  // A signed URL has its signature in the query.
  if (url.includes('?') && operation !== 'result' && hasSecret(url)) {
    report.countSecretUrl(client, entryId)
  }
  // Most requests are polls, and pay for no more.
  if (operation === 'status' || exchange.fault !== undefined) return
  const { referenceId, reason } = exchange
  if (operation === 'token' && reason.code === 'served') {
    // A client can be deleted while its token is signed. A token with a flaw is never valid.
    const issued = workspace.clients.get(String(clientOf(exchange)))
    const isValid = issued !== undefined && issued.tokenFlaw === undefined
    report.countToken(client, isValid ? issued.tokenLifetime * 1000 : 0, at, entryId)
  }
  if (referenceId === undefined) return
  if (operation === 'download' || operation === 'result') report.useImport(referenceId)
  if (operation === 'upload') {
    report.countUpload(client, referenceId, at, entryId)
    for (const { id, used } of workspace.uploads.list()) if (used > 0) report.useUpload(id)
  }
}
