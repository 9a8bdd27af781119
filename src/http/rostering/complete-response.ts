import { type HttpResponse, withHeaders } from '../response.js'
import { endsConnection, hasUnreadBody } from '../unread-body.js'
import type { Exchange } from './exchange.js'

const close = { connection: 'close' } as const

/** The response with the headers that do not depend on its operation. */
export function completeResponse(exchange: Exchange, response: HttpResponse): HttpResponse {
  const { headers, server, workspace, request } = exchange
  const { raw } = request
  // A connection that is kept alive holds up a server that closes.
  const isLast = server.isClosing || endsConnection(raw) || hasUnreadBody(raw)
  return withHeaders(
    workspace.service.get().contentTypes === 'charset' ? withCharset(response) : response,
    isLast ? { ...headers, ...close } : headers,
  )
}

/** A response with the content type that most frameworks send. */
function withCharset(response: HttpResponse): HttpResponse {
  const { headers } = response
  const type = headers['content-type']
  if (type === undefined || !/^(?:text\/\w+|application\/json)$/.test(type)) return response
  return { ...response, headers: { ...headers, 'content-type': `${type}; charset=utf-8` } }
}
