import type { FastifyRequest } from 'fastify'
import { type HttpResponse, noContent } from '../response.js'
import type { Served } from './endpoint.js'

const allowOrigin = { 'access-control-allow-origin': '*' } as const

/** The response to a preflight. Not by @fastify/cors: a preflight has its journal entry like any other request. */
export const preflight: Served = {
  response: noContent(204, {
    ...allowOrigin,
    'access-control-allow-methods': 'GET, HEAD, POST',
    // The wildcard does not cover Authorization (Fetch standard §3.3.5).
    'access-control-allow-headers': 'Authorization, *',
    'access-control-max-age': '600',
  }),
  reason: { code: 'preflight', message: 'A CORS preflight' },
}

const exposed = {
  ...allowOrigin,
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
} as const

export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}

/**
 * The headers that let a page of any origin read the response (Fetch standard, CORS protocol); undefined where no page
 * asks. Without credentials: this API knows bearer tokens only.
 */
export function corsHeaders({ headers }: FastifyRequest): HttpResponse['headers'] | undefined {
  return headers.origin === undefined ? undefined : exposed
}
