import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'
import type { Operation } from '../../domain/operations.js'
import type { Emulator } from '../../emulator/emulator.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import type { Endpoint } from './endpoint.js'
import { endpoints } from './endpoint-table.js'
import { type Exchange, exchangeOpener, type OpenExchange } from './exchange.js'
import { acceptForms, admitForm } from './form.js'
import { admitToken, createPipeline, type Route, refuse } from './pipeline.js'
import { recordEnd } from './record.js'
import { logExchanges } from './request-log.js'
import { unknownPath } from './unknown-path.js'

export interface RosteringApiOptions {
  readonly emulator: Emulator
  readonly logger: EmulatorLogger
  /** Serves the paths that are the emulator's own, before any request to an unknown path is judged. */
  readonly ownPaths: onRequestAsyncHookHandler
}

/** The rostering API: everything that is not the emulator's own. */
export async function rosteringApi(
  app: FastifyInstance,
  { emulator, logger, ownPaths }: RosteringApiOptions,
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
  // A scope for each kind of body, and not for each endpoint: each costs the start a quarter of a millisecond.
  for (const [body, accept] of Object.entries(bodies) as [Endpoint['body'], AcceptBody][]) {
    app.register(async (scope) => {
      await accept(scope)
      for (const [operation, endpoint] of operations) {
        if (endpoint.body === body) addRoutes(scope, open, operation, endpoint)
      }
    })
  }
  app.register(async (scope) => {
    const { onRequest, handler } = createPipeline(open, unknownPath)
    scope.addHook('onRequest', ownPaths)
    scope.addHook('onRequest', onRequest)
    scope.setNotFoundHandler(handler)
  })
}

const operations = Object.entries(endpoints) as [Operation, Endpoint][]

type AcceptBody = (scope: FastifyInstance) => Promise<void>

/** Prepares a scope for bodies of a kind. */
const bodies: Readonly<Record<Endpoint['body'], AcceptBody>> = {
  async none() {},
  form: acceptForms,
  async streamed(scope) {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  },
}

function addRoutes(
  scope: FastifyInstance,
  open: OpenExchange,
  operation: Operation,
  endpoint: Endpoint,
): void {
  for (const url of endpoint.paths) {
    const steps = createPipeline(open, {
      operationOf: () => operation,
      isOlder: endpoint.olderPaths?.includes(url) ?? false,
      admit: admissionTo(endpoint),
      action: endpoint,
    })
    scope.route({ method: [...endpoint.methods], url, ...steps })
  }
}

function admissionTo({ bearer, body }: Endpoint): Route['admit'] {
  if (bearer) return admitToken
  return body === 'form' ? admitForm : admitAnyone
}

function admitAnyone(): undefined {}
