import type { FastifyReply, FastifyRequest } from 'fastify'
import { noContent } from '../answer.js'
import { deliver } from './exchange.js'

const allowOrigin = { 'access-control-allow-origin': '*' } as const

const preflight = noContent(204, {
  ...allowOrigin,
  'access-control-allow-methods': 'GET, HEAD, POST',
  // The wildcard does not cover Authorization (Fetch standard §3.3.5).
  'access-control-allow-headers': 'Authorization, *',
  'access-control-max-age': '600',
})

const exposed = {
  ...allowOrigin,
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
} as const

/**
 * Lets a page on any origin call the vendor's API (Fetch standard, CORS protocol), and tells whether that
 * was a preflight, which is answered then. Without credentials: this API knows bearer tokens only. Not by
 * @fastify/cors: a preflight is an exchange like any other, with its journal entry.
 */
export function allowCrossOrigin(request: FastifyRequest, reply: FastifyReply): boolean {
  const { method, headers, exchange } = request
  if (headers.origin === undefined) return false
  if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
    exchange.reason = { code: 'preflight', message: 'A CORS preflight' }
    deliver(request, reply, preflight)
    return true
  }
  exchange.headers = exposed
  return false
}
