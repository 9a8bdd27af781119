import type { FastifyInstance } from 'fastify'
import type { Operation } from '../../domain/operations.js'
import type { Emulator } from '../../emulator/emulator.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import type { Endpoint } from './endpoint.js'
import { endpoints } from './endpoint-table.js'
import { type Exchange, exchangeOpener } from './exchange.js'
import { acceptForms } from './form.js'
import { admitToken, createPipeline, refuse } from './pipeline.js'
import { recordEnd } from './record.js'
import { logExchanges } from './request-log.js'
import { unknownPath } from './unknown-path.js'

/** The rostering API: everything that is not the emulator's own. */
export async function rosteringApi(
  app: FastifyInstance,
  { emulator, logger }: { emulator: Emulator; logger: EmulatorLogger },
): Promise<void> {
  const log = logExchanges(logger)
  const onEnd = (exchange: Exchange) => {
    recordEnd(exchange)
    log?.(exchange)
  }
  const isFollowed = log !== undefined || emulator.main.journal.size > 0
  const open = exchangeOpener(app, emulator, logger, isFollowed ? onEnd : undefined)
  // Of the parsers of bodies: everything else throws where `refuse` catches it.
  app.setErrorHandler((error: Error, { exchange }) => refuse(exchange, error))
  for (const [operation, endpoint] of Object.entries(endpoints) as [Operation, Endpoint][]) {
    app.register(async (scope) => {
      if (endpoint.body === 'form') await acceptForms(scope)
      if (endpoint.body === 'streamed') leaveBodyUnread(scope)
      for (const url of endpoint.paths) {
        const steps = createPipeline(open, {
          operationOf: () => operation,
          isOlder: endpoint.olderPaths?.includes(url) ?? false,
          admit: endpoint.bearer ? admitToken : admitAnyone,
          action: endpoint,
        })
        scope.route({ method: [...endpoint.methods], url, ...steps })
      }
    })
  }
  app.register(async (scope) => {
    const { onRequest, handler } = createPipeline(open, unknownPath)
    scope.addHook('onRequest', onRequest)
    scope.setNotFoundHandler(handler)
  })
}

function leaveBodyUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

function admitAnyone(): undefined {}
