import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from './answer.js'
import { deliver } from './exchange.js'

const preflight: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, HEAD, POST',
    // The wildcard does not cover Authorization (Fetch standard §3.3.5).
    'access-control-allow-headers': 'Authorization, *',
    'access-control-max-age': '600',
  },
  body: '',
}

/**
 * Lets a page on any origin call the vendor's API (Fetch standard, CORS protocol), and tells whether that
 * was a preflight, which is answered then. Without credentials: this API knows bearer tokens only. Not by
 * @fastify/cors: it adds `vary` to answers without an `Origin`.
 */
export function allowCrossOrigin(request: FastifyRequest, reply: FastifyReply): boolean {
  const { method, headers } = request
  if (headers.origin === undefined) return false
  reply.header('access-control-allow-origin', '*')
  if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
    request.exchange.reason = { code: 'preflight', message: 'A CORS preflight' }
    deliver(request, reply, preflight)
    return true
  }
  reply.header('access-control-expose-headers', 'WWW-Authenticate, Retry-After')
  return false
}
