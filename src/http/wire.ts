import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { VendorError } from '../domain/errors.js'
import type { Reason } from '../domain/reason.js'
import type { Answer } from './answer.js'
import { vendorAnswer } from './errors.js'
import { isAnswering, settleRefused } from './exchange.js'
import { headerValues } from './request-head.js'

/** Past this number Node drops headers in silence, `Authorization` among them. */
const maxHeaders = 2000

/** How long a client that was refused may take to read why. */
const lingerMs = 1000

/** Told of every request that never became one. */
export type OnUnreadable = (status: number, reason: Reason) => void

/** Answers in the vendor's format what Node's HTTP server would answer in a format of its own. */
export function guardServer(app: FastifyInstance, onUnreadable: OnUnreadable): void {
  app.server.maxHeadersCount = 0
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const reason = { code: 'http-malformed', message: 'The expectation cannot be met' } as const
    const answer = vendorAnswer(new VendorError('expectation-failed', reason))
    onUnreadable(answer.status, reason)
    response.writeHead(answer.status, wireHeaders(answer)).end(answer.body)
  })
  app.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    const reason = { code: 'http-malformed', message: 'CONNECT is for proxies' } as const
    const { answer } = refuse(socket, new VendorError('bad-request', reason))
    onUnreadable(answer.status, reason)
  })
}

/** Connections whose request may take its time to arrive, as long as it goes on: somebody else sees to that. */
export const slowSenders = new WeakSet<Socket>()

/** Answers what the HTTP parser refused, and requests that took too long to arrive. */
export function answerUnreadable(onUnreadable: OnUnreadable) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && slowSenders.has(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else if (isAnswering(socket)) socket.destroySoon()
    else {
      const { reason, answer } = refuse(socket, unreadable(error))
      // Whoever closes its side in the middle of a request is gone, and recorded as such.
      const isGone = error.code === 'HPE_INVALID_EOF_STATE'
      if (isGone || !settleRefused(socket, answer, reason)) onUnreadable(answer.status, reason)
    }
  }
}

function unreadable({ code }: NodeJS.ErrnoException): VendorError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new VendorError('request-timeout', {
        code: 'http-timeout',
        message: 'The request did not arrive whole in time',
      })
    case 'HPE_HEADER_OVERFLOW':
      return new VendorError('header-fields-too-large', {
        code: 'http-too-large',
        message: 'The head of the request is too large',
      })
    default:
      return new VendorError('bad-request', {
        code: 'http-malformed',
        message: `The request is not HTTP/1.1: ${code}`,
      })
  }
}

/** Answers on the bare connection, and closes it. */
function refuse(socket: Socket, error: VendorError): { reason: Reason; answer: Answer } {
  const answer = vendorAnswer(error)
  const head = Object.entries(wireHeaders(answer)).map(([name, value]) => `${name}: ${value}\r\n`)
  const statusLine = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n`
  // Closing at once would reset the connection while the client still sends, and lose the answer.
  socket.setTimeout(lingerMs, () => socket.destroy())
  socket.on('data', () => {})
  // For CONNECT, Node has taken its own listener away: a reset would end the process.
  socket.on('error', () => socket.destroy())
  socket.end(`${statusLine}${head.join('')}\r\n${answer.body}`)
  return { reason: error.reason, answer }
}

function wireHeaders(answer: Answer): Record<string, string> {
  const contentLength = String(Buffer.byteLength(answer.body))
  return { ...answer.headers, 'content-length': contentLength, connection: 'close' }
}

/** What is ambiguous in the head of a request: Node would pick one reading in silence. */
export function findAmbiguity(request: FastifyRequest): VendorError | undefined {
  if (request.raw.rawHeaders.length > 2 * maxHeaders) {
    const reason = { code: 'http-too-large', message: `More than ${maxHeaders} headers` } as const
    return new VendorError('header-fields-too-large', reason)
  }
  const hosts = headerValues(request, 'host').length
  if (hosts === 1 || (hosts === 0 && request.raw.httpVersion === '1.0')) return undefined
  const reason = { code: 'http-malformed', message: `${hosts} Host headers` } as const
  return new VendorError('bad-request', reason)
}
