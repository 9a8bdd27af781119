import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Operation } from '../domain/operations.js'
import type { Reason } from '../domain/reason.js'

/** What is learned of one request to the vendor's API while it is answered; the log line tells it. */
export interface Exchange {
  /** Absent for a path that is no operation's. */
  readonly operation: Operation | undefined
  /** Monotonic, in milliseconds. */
  readonly startedAt: number
  readonly referenceId: string | undefined
  clientId: string | undefined
  reason: Reason | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
  interface FastifyContextConfig {
    operation?: Operation
  }
}

/** Opens an exchange for every request. An unknown path or method has its operation by the path. */
export function openExchanges(
  app: FastifyInstance,
  operationAt: (path: string) => Operation | undefined,
): void {
  app.decorateRequest('exchange')
  app.addHook('onRequest', (request, _reply, done) => {
    const { referenceId } = request.params as { referenceId?: string }
    request.exchange = {
      operation: request.is404
        ? operationAt(pathOf(request))
        : request.routeOptions.config.operation,
      startedAt: performance.now(),
      referenceId,
      clientId: undefined,
      reason: undefined,
    }
    done()
  })
}

/** The path without its query, in which clients send secrets by mistake. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split(/[?#]/, 1)[0] as string
}

/** Every value of a header. `request.headers` keeps only the first one of some. */
export function headerValues(request: FastifyRequest, name: string): string[] {
  const { rawHeaders } = request.raw
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] as string
    if (field.length === name.length && field.toLowerCase() === name) {
      values.push(rawHeaders[index + 1] as string)
    }
  }
  return values
}
