import type { ImportResult } from '../../domain/imports/import-state.js'
import { validTraceparent } from '../../domain/traceparent.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import { withoutTokens } from '../../emulator/journal/describe-entry.js'
import { cutId, cutReason } from '../../emulator/journal/journal.js'
import { pathOf } from '../request-head.js'
import { clientOf, durationMs, type OnEnd } from './exchange.js'

/** Logs one line a request, with the reason of its response. Undefined where the level leaves these lines out. */
export function logExchanges(logger: EmulatorLogger): OnEnd | undefined {
  if (!logger.isLevelEnabled('info')) return undefined
  return (exchange) => {
    const { request, reply, emulator, operation, workspace, referenceId } = exchange
    const { status: state, fileLine } = (exchange.polled ?? {}) as Partial<ImportResult>
    const hasEntry = workspace.journal.size > 0 && emulator.isKept(workspace)
    const reason = cutReason(exchange.reason)
    const client = cutId(clientOf(exchange))
    logger.info(
      {
        workspace: workspace.name,
        operation,
        method: request.method,
        ...(operation === undefined && { path: withoutTokens(pathOf(request)) }),
        status: reply.raw.headersSent ? reply.raw.statusCode : exchange.refusedStatus,
        referenceId: referenceId && withoutTokens(referenceId),
        client: client && withoutTokens(client),
        state,
        fileLine,
        traceparent: validTraceparent(request.headers.traceparent),
        reason: reason.code,
        entry: hasEntry ? exchange.entryId : undefined,
        durationMs: durationMs(exchange),
      },
      withoutTokens(reason.message),
    )
  }
}
