import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { VendorError } from '../domain/errors.js'
import type { Reason } from '../domain/reason.js'
import type { Answer } from './answer.js'
import { vendorAnswer } from './errors.js'
import { isAnswering, settleRefused } from './rostering/exchange.js'
import { continueWhenRead } from './unread-body.js'

/** Past this number Node drops headers in silence, `Authorization` among them. */
const maxHeaders = 2000

/** The time that a refused client has to read the response. */
const lingerMs = 1000

/** Told of every request that never became one. */
export type OnUnreadable = (status: number, reason: Reason) => void

/** Answers in the vendor's format what Node's HTTP server would answer in a format of its own. */
export function guardServer(app: FastifyInstance, onUnreadable: OnUnreadable): void {
  app.server.maxHeadersCount = 0
  continueWhenRead(app.server)
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
      // A client that closes its side in the middle of a request is gone, and is recorded as gone.
      const isGone = error.code === 'HPE_INVALID_EOF_STATE'
      if (isGone || !settleRefused(socket, answer, reason)) onUnreadable(answer.status, reason)
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

/** Headers of which a request has one at the most: Node would take the first in silence. */
const singletons = ['host', 'content-type', 'origin', 'sec-fetch-site']

const singletonLengths = new Set(singletons.map(({ length }) => length))

/** Finds what makes the head of a request ambiguous: Node would pick one reading in silence. */
export function findAmbiguity(request: FastifyRequest): VendorError | undefined {
  const { rawHeaders, httpVersion } = request.raw
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    const reason = {
      code: 'http-malformed',
      message: `HTTP/${httpVersion} is not HTTP/1.1`,
    } as const
    return new VendorError('http-version', reason)
  }
  if (rawHeaders.length > 2 * maxHeaders) {
    const reason = { code: 'http-too-large', message: `More than ${maxHeaders} headers` } as const
    return new VendorError('header-fields-too-large', reason)
  }
  const message = headMistake(request)
  if (message === undefined) return undefined
  return new VendorError('bad-request', { code: 'http-malformed', message })
}

function headMistake(request: FastifyRequest): string | undefined {
  const { rawHeaders, httpVersion } = request.raw
  if (request.originalUrl.includes('#')) return 'The target of the request has a fragment'
  const counts = [0, 0, 0, 0]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    // Most names have another length, which spares them the costlier comparison.
    if (!singletonLengths.has(name.length)) continue
    const singleton = singletons.indexOf(name.toLowerCase())
    if (singleton >= 0) counts[singleton] = (counts[singleton] as number) + 1
  }
  const [hosts] = counts
  if (hosts === 0 && httpVersion === '1.1') return 'The request has no Host header'
  const repeated = singletons.find((_, index) => (counts[index] as number) > 1)
  return repeated && `The request has more than one ${repeated} header`
}
