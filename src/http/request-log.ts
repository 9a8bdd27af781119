import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { pathOf } from './exchange.js'

/** One line a request, once it is over, with the reason of its answer. */
export function logExchanges(app: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('info')) return
  app.addHook('onRequest', (request, reply, done) => {
    // Not `onResponse`, which does not come when the client is gone.
    reply.raw.once('close', () => logExchange(logger, request, reply))
    done()
  })
}

function logExchange(logger: Logger, request: FastifyRequest, { raw }: FastifyReply): void {
  const { operation, referenceId, clientId, reason, startedAt } = request.exchange
  logger.info(
    {
      operation,
      method: request.method,
      ...(operation === undefined && { path: withoutTokens(pathOf(request)) }),
      status: raw.headersSent ? raw.statusCode : undefined,
      referenceId: referenceId && withoutTokens(referenceId),
      client: clientId,
      reason: reason?.code,
      durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
    },
    raw.writableFinished ? (reason?.message ?? 'Served') : 'The client was gone before its answer',
  )
}

/** A token that was pasted into a path has no place in a log. */
function withoutTokens(text: string): string {
  return text.replace(/eyJ[\w-]+\.[\w-]*\.[\w-]*/g, '[token]')
}
