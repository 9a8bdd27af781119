import type { Logger } from 'pino'
import { withoutTokens } from '../../emulator/journal/describe-entry.js'
import { cutId, cutReason } from '../../emulator/journal/journal.js'
import { pathOf } from '../request-head.js'
import { clientOf, durationMs, type OnSettled } from './exchange.js'

/** Logs one line a request, with the reason of its answer. */
export function logExchanges(logger: Logger): OnSettled | undefined {
  if (!logger.isLevelEnabled('info')) return undefined
  return (request, { raw }) => {
    const { exchange } = request
    const { operation, workspace, referenceId } = exchange
    const reason = cutReason(exchange.reason)
    const client = cutId(clientOf(exchange))
    logger.info(
      {
        workspace: workspace.name,
        operation,
        method: request.method,
        ...(operation === undefined && { path: withoutTokens(pathOf(request)) }),
        status: raw.headersSent ? raw.statusCode : exchange.refusedStatus,
        referenceId: referenceId && withoutTokens(referenceId),
        client: client && withoutTokens(client),
        reason: reason.code,
        durationMs: durationMs(exchange),
      },
      withoutTokens(reason.message),
    )
  }
}
