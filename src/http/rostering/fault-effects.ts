import { once } from 'node:events'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import { OAuthError, VendorError, type VendorErrorCode } from '../../domain/errors.js'
import {
  bodilessStatuses,
  defaultHang,
  type Fault,
  type FaultDefinition,
  type FaultKind,
} from '../../domain/fault.js'
import { toMs } from '../../domain/milliseconds.js'
import type { Operation } from '../../domain/operations.js'
import { quoted } from '../../domain/visible-text.js'
import { monotonicNow } from '../../emulator/real-time.js'
import { carrierOf } from '../carriers.js'
import { oauthResponse, vendorResponse } from '../errors.js'
import { content, type HttpResponse, json, noContent, writeHead } from '../response.js'
import type { Exchange } from './exchange.js'
import { waitUnlessGone } from './wait.js'

/** The effect of a kind of fault. With `replace` or `end` the operation does not run. */
interface Effect<K extends FaultKind> {
  /** Makes the response in place of the operation. */
  readonly replace?: (fault: Fault<K>, operation: Operation | undefined) => HttpResponse
  /** Ends the request without a response. */
  readonly end?: (exchange: Exchange, fault: Fault<K>) => Promise<void> | void
  /** Changes the response of the operation. */
  readonly change?: (response: HttpResponse) => HttpResponse
  /** Puts the response of the operation on the wire in its own way. */
  readonly send?: (
    response: HttpResponse,
    exchange: Exchange,
    fault: Fault<K>,
  ) => Promise<void> | void
  /** True if this cuts the response off. */
  readonly isCut?: true
}

/** The one table of kinds: it does not compile without each of them. */
const effects: { readonly [K in FaultKind]: Effect<K> } = {
  // A delay is common to all kinds.
  delay: {},
  status: { replace: statusResponse },
  html: { replace: gatewayPage },
  hang: { end: hang },
  reset: { end: reset },
  empty: { end: closeWithoutByte },
  malformed: { change: cutJson },
  truncate: { send: sendTruncated, isCut: true },
  'slow-body': { send: sendSlowly },
}

/** The reason of a response with a fault, without the reason of its operation. */
export function describeFault(
  ids: readonly string[],
  fault: FaultDefinition,
  delayMs: number,
): string {
  const names = ids.map((id) => quoted(id)).join(' and ')
  const late = delayMs > 0 ? ` (${delayMs} ms late)` : ''
  return `${ids.length === 1 ? 'Fault' : 'Faults'} ${names}: ${fault.kind}${late}`
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

function statusResponse(fault: Fault<'status'>, operation: Operation | undefined): HttpResponse {
  const { retryAfter } = fault
  const response = withStatus(fault, operation)
  const headers: Record<string, string> = { ...response.headers }
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(toMs(retryAfter) / 1000))
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    headers[name.toLowerCase()] = value
  }
  return { ...response, headers }
}

function withStatus(
  { status, message, body }: Fault<'status'>,
  operation: Operation | undefined,
): HttpResponse {
  if (typeof body === 'string') return content(status, 'text/plain', body)
  if (body !== undefined) return json(status, body)
  if (message !== undefined) return json(status, { message })
  if (operation === 'token' && status === 401) {
    return oauthResponse(new OAuthError('invalid_client', 'Client authentication failed'))
  }
  const code = documented[status]
  if (code !== undefined) {
    return vendorResponse(new VendorError(code, { code: 'fault', message: '' }))
  }
  if (bodilessStatuses.includes(status)) return noContent(status)
  return json(status, { message: STATUS_CODES[status] ?? `Status ${status}` })
}

/** The page of an nginx whose upstream does not respond. */
function gatewayPage({ status = 502 }: Fault<'html'>): HttpResponse {
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
function cutJson({ status, headers, body }: HttpResponse): HttpResponse {
  const cut = typeof body === 'string' ? body.slice(0, -1) : body.subarray(0, -1)
  return content(status, 'application/json', cut, headers)
}

async function hang(exchange: Exchange, { atMost = defaultHang }: Fault<'hang'>): Promise<void> {
  await waitUnlessGone(exchange, toMs(atMost))
  exchange.reply.raw.destroy()
}

/** RST instead of FIN. */
function reset({ reply: { raw } }: Exchange): void {
  if (raw.socket instanceof Socket) carrierOf(raw.socket).resetAndDestroy()
  // An injected request has no connection.
  else raw.destroy()
}

async function closeWithoutByte({ request, reply: { raw } }: Exchange): Promise<void> {
  if (!request.raw.complete) {
    // With a part of the request unread, the system would send RST.
    request.raw.resume()
    await Promise.race([once(request.raw, 'end'), once(raw, 'close')]).catch(() => {})
  }
  raw.destroy()
}

function sendTruncated(
  response: HttpResponse,
  { reply }: Exchange,
  fault: Fault<'truncate'>,
): void {
  const { raw } = reply
  const body = Buffer.from(response.body)
  const { bytes = Math.floor(body.length / 2) } = fault
  beginResponse(raw, response)
  raw.write(body.subarray(0, Math.max(0, Math.min(bytes, body.length - 1))))
  // Once what was written is on its way: FIN in the middle of the body.
  if (raw.socket instanceof Socket) raw.socket.destroySoon()
  else raw.destroy()
}

/** The interval between the parts of a slow body, in milliseconds. */
const slowStepMs = 50

async function sendSlowly(
  response: HttpResponse,
  exchange: Exchange,
  { bytesPerSecond }: Fault<'slow-body'>,
): Promise<void> {
  const { raw } = exchange.reply
  const body = Buffer.from(response.body)
  beginResponse(raw, response)
  const startedAt = monotonicNow()
  let sent = 0
  while (sent < body.length) {
    const missingMs = ((sent + 1) * 1000) / bytesPerSecond - (monotonicNow() - startedAt)
    const isOver = await waitUnlessGone(exchange, Math.max(slowStepMs, missingMs))
    if (!isOver) break
    const due = Math.floor(((monotonicNow() - startedAt) * bytesPerSecond) / 1000)
    raw.write(body.subarray(sent, due))
    sent = Math.max(sent, due)
  }
  // The rest, if the server closes.
  raw.end(body.subarray(sent))
}

/** Sends the head at once, before the body. */
function beginResponse(raw: ServerResponse, response: HttpResponse): void {
  writeHead(raw, response)
  raw.flushHeaders()
}
