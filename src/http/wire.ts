import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { VendorError } from '../domain/errors.js'
import type { Reason } from '../domain/reason.js'
import { vendorResponse } from './errors.js'
import type { HttpResponse } from './response.js'
import { isOpen, isResponding, recordRefused } from './rostering/record.js'
import { continueWhenRead } from './unread-body.js'

/** The time that a refused client has to read the response. */
const lingerMs = 1000

/**
 * Receives the refusal of every request that the server could not read.
 *
 * @param isCounted - true if the request has an exchange, which is recorded at its end
 */
export type OnUnreadable = (status: number, reason: Reason, isCounted?: boolean) => void

/** Responds in the vendor's format where Node's HTTP server would respond in a format of its own. */
export function guardServer(app: FastifyInstance, onUnreadable: OnUnreadable): void {
  app.server.maxHeadersCount = 0
  continueWhenRead(app.server)
  app.server.on('checkExpectation', (_request: IncomingMessage, raw: ServerResponse) => {
    const reason = { code: 'http-malformed', message: 'The expectation cannot be met' } as const
    const response = vendorResponse(new VendorError('expectation-failed', reason))
    onUnreadable(response.status, reason)
    raw.writeHead(response.status, wireHeaders(response)).end(response.body)
  })
  app.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    const reason = { code: 'http-malformed', message: 'CONNECT is for proxies' } as const
    const { response } = refuse(socket, new VendorError('bad-request', reason))
    onUnreadable(response.status, reason)
  })
}

/** Connections whose request may take its time to arrive, as long as it goes on: somebody else sees to that. */
export const slowSenders = new WeakSet<Socket>()

/** Responds to requests that the HTTP parser refused, or that took too long to arrive. */
export function respondToUnreadable(onUnreadable: OnUnreadable) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && slowSenders.has(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else if (isResponding(socket)) socket.destroySoon()
    else {
      const { reason, response } = refuse(socket, unreadable(error))
      // A client that closes its side in the middle of a request is gone, and is recorded as gone.
      const isGone = error.code === 'HPE_INVALID_EOF_STATE'
      if (isGone) onUnreadable(response.status, reason, isOpen(socket))
      else if (!recordRefused(socket, response, reason)) onUnreadable(response.status, reason)
    }
  }
}

/** Other protocols by their first bytes, and what to say to who speaks them. */
const greetings: readonly [start: string, hint: string][] = [
  ['PRI * HTTP/2', 'HTTP/2 on a port that speaks HTTP/1.1'],
  ['SSH-', 'SSH on an HTTP port'],
  ['PROXY ', 'The PROXY protocol is not understood: turn it off in the load balancer'],
  ['\r\n\r\n\0\r\nQUIT', 'The PROXY protocol is not understood: turn it off in the load balancer'],
]

function unreadable(error: NodeJS.ErrnoException): VendorError {
  const { code } = error
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new VendorError('request-timeout', {
        code: 'http-timeout',
        message: 'The request did not arrive in time',
      })
    case 'HPE_HEADER_OVERFLOW':
      return new VendorError('header-fields-too-large', {
        code: 'http-too-large',
        message: 'The head of the request is too large',
      })
    default:
      return new VendorError('bad-request', {
        code: 'http-malformed',
        message: greetingHint(error) ?? `The request is not HTTP/1.1: ${code}`,
      })
  }
}

/** Node's parser gives its errors the bytes that it could not read. */
function greetingHint(error: { rawPacket?: Buffer } | Error): string | undefined {
  const start = ('rawPacket' in error && error.rawPacket?.toString('latin1', 0, 16)) || ''
  return greetings.find(([greeting]) => start.startsWith(greeting))?.[1]
}

/** Responds on the bare connection, and closes it. */
function refuse(socket: Socket, error: VendorError): { reason: Reason; response: HttpResponse } {
  const response = vendorResponse(error)
  const head = Object.entries(wireHeaders(response)).map(([name, value]) => `${name}: ${value}\r\n`)
  const statusLine = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}\r\n`
  // Closing at once would reset the connection while the client still sends, and lose the response.
  socket.setTimeout(lingerMs, () => socket.destroy())
  socket.on('data', () => {})
  // For CONNECT, Node has taken its own listener away: a reset would end the process.
  socket.on('error', () => socket.destroy())
  socket.end(`${statusLine}${head.join('')}\r\n${response.body}`)
  return { reason: error.reason, response }
}

function wireHeaders(response: HttpResponse): Record<string, string> {
  const contentLength = String(Buffer.byteLength(response.body))
  return { ...response.headers, 'content-length': contentLength, connection: 'close' }
}
