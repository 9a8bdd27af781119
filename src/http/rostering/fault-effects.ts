import { once } from 'node:events'
import { STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toMs } from '../../domain/duration.js'
import { OAuthError, VendorError, type VendorErrorCode } from '../../domain/errors.js'
import { bodilessStatuses, defaultHang, type Fault, type FaultKind } from '../../domain/fault.js'
import type { Operation } from '../../domain/operations.js'
import { monotonicNow } from '../../emulator/real-time.js'
import { type Answer, content, json, noContent } from '../answer.js'
import { carrierOf } from '../carriers.js'
import { oauthAnswer, vendorAnswer } from '../errors.js'
import { hold } from '../hold.js'

/** An exchange with a fault in it. */
interface Struck<K extends FaultKind> {
  readonly fault: Fault<K>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** The effect of a kind of fault. With `replace` or `end` the operation does not run. */
interface Effect<K extends FaultKind> {
  /** Answers in place of the operation. */
  readonly replace?: (fault: Fault<K>, operation: Operation | undefined) => Answer
  /** Ends the request without an answer. */
  readonly end?: (struck: Struck<K>) => Promise<void> | void
  /** Changes the answer of the operation. */
  readonly change?: (answer: Answer) => Answer
  /** Puts the answer of the operation on the wire in its own way. */
  readonly send?: (answer: Answer, struck: Struck<K>) => Promise<void> | void
  /** True if this cuts the response off. */
  readonly isCut?: true
}

/** The one table of kinds: it does not compile without each of them. */
const effects: { readonly [K in FaultKind]: Effect<K> } = {
  // A delay is common to all kinds.
  delay: {},
  status: { replace: statusAnswer },
  html: { replace: gatewayPage },
  hang: { end: hang },
  reset: { end: reset },
  empty: { end: closeWithoutByte },
  malformed: { change: cutJson },
  truncate: { send: sendTruncated, isCut: true },
  'slow-body': { send: sendSlowly },
}

export function effectOf<K extends FaultKind>(fault: Fault<K>): Effect<K> {
  return effects[fault.kind as K]
}

/** The documented bodies of these statuses, except at the token endpoint. */
const documented: Readonly<Record<number, VendorErrorCode>> = {
  401: 'access-denied',
  403: 'insufficient-scope',
  404: 'reference-id-not-found',
}

function statusAnswer(fault: Fault<'status'>, operation: Operation | undefined): Answer {
  const { retryAfter } = fault
  const answer = withStatus(fault, operation)
  const headers: Record<string, string> = { ...answer.headers }
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(toMs(retryAfter) / 1000))
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    headers[name.toLowerCase()] = value
  }
  return { ...answer, headers }
}

function withStatus(
  { status, message, body }: Fault<'status'>,
  operation: Operation | undefined,
): Answer {
  if (typeof body === 'string') return content(status, 'text/plain', body)
  if (body !== undefined) return json(status, body)
  if (message !== undefined) return json(status, { message })
  if (operation === 'token' && status === 401) {
    return oauthAnswer(new OAuthError('invalid_client', 'Client authentication failed'))
  }
  const code = documented[status]
  if (code !== undefined) {
    return vendorAnswer(new VendorError(code, { code: 'fault', message: '' }))
  }
  if (bodilessStatuses.includes(status)) return noContent(status)
  return json(status, { message: STATUS_CODES[status] ?? `Status ${status}` })
}

/** The page of an nginx whose upstream does not respond. */
function gatewayPage({ status = 502 }: Fault<'html'>): Answer {
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ]
  return content(status, 'text/html', lines.join('\r\n'))
}

/** It says that it is JSON, and its last byte is missing. */
function cutJson(answer: Answer): Answer {
  const { status, headers, body } = answer
  const cut = typeof body === 'string' ? body.slice(0, -1) : body.subarray(0, -1)
  return content(status, 'application/json', cut, headers)
}

async function hang({ fault, request, reply }: Struck<'hang'>): Promise<void> {
  await hold(request, reply, toMs(fault.atMost ?? defaultHang))
  reply.raw.destroy()
}

/** RST instead of FIN. */
function reset({ reply: { raw } }: Struck<'reset'>): void {
  if (raw.socket instanceof Socket) carrierOf(raw.socket).resetAndDestroy()
  // An injected request has no connection.
  else raw.destroy()
}

async function closeWithoutByte({ request, reply: { raw } }: Struck<'empty'>): Promise<void> {
  if (!request.raw.complete) {
    // With a part of the request unread, the system would send RST.
    request.raw.resume()
    await Promise.race([once(request.raw, 'end'), once(raw, 'close')]).catch(() => {})
  }
  raw.destroy()
}

function sendTruncated(answer: Answer, { fault, reply }: Struck<'truncate'>): void {
  const body = writeHead(reply, answer)
  const { bytes = Math.floor(body.length / 2) } = fault
  const { raw } = reply
  raw.write(body.subarray(0, Math.max(0, Math.min(bytes, body.length - 1))))
  // Once what was written is on its way: FIN in the middle of the body.
  if (raw.socket instanceof Socket) raw.socket.destroySoon()
  else raw.destroy()
}

/** The interval between the parts of a slow body, in milliseconds. */
const slowStepMs = 50

async function sendSlowly(
  answer: Answer,
  { fault, request, reply }: Struck<'slow-body'>,
): Promise<void> {
  const body = writeHead(reply, answer)
  const { raw } = reply
  const startedAt = monotonicNow()
  let sent = 0
  while (sent < body.length) {
    const missingMs = ((sent + 1) * 1000) / fault.bytesPerSecond - (monotonicNow() - startedAt)
    const isAwaited = await hold(request, reply, Math.max(slowStepMs, missingMs))
    if (!isAwaited) break
    const due = Math.floor(((monotonicNow() - startedAt) * fault.bytesPerSecond) / 1000)
    raw.write(body.subarray(sent, due))
    sent = Math.max(sent, due)
  }
  // The rest, if the server closes.
  raw.end(body.subarray(sent))
}

function writeHead(reply: FastifyReply, answer: Answer): Buffer {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  const { raw } = reply
  raw.writeHead(answer.status, {
    ...answer.headers,
    'content-length': body.length,
  })
  raw.flushHeaders()
  return body
}
