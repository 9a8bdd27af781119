import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  /** Every header but those of the connection. Without a `content-type` there is no body. */
  readonly headers: Readonly<Record<string, string>>
  /** A large body is one buffer, which all who read it share. */
  readonly body: string | Buffer
}

type Headers = Answer['headers']

const nosniff: Headers = { 'x-content-type-options': 'nosniff' }

/** A body of some media type. */
export function content(
  status: number,
  contentType: string,
  body: string | Buffer,
  headers?: Headers,
): Answer {
  return { status, headers: { ...nosniff, ...headers, 'content-type': contentType }, body }
}

const jsonType = 'application/json'
const jsonHeaders: Headers = { ...nosniff, 'content-type': jsonType }

/** Compact JSON, keys in the order in which they are written. */
export function json(status: number, value: unknown, headers?: Headers): Answer {
  const body = JSON.stringify(value)
  // Most answers have no header of their own, and share these.
  return headers === undefined
    ? { status, headers: jsonHeaders, body }
    : content(status, jsonType, body, headers)
}

export function noContent(status: number, headers?: Headers): Answer {
  return { status, headers: { ...nosniff, ...headers }, body: '' }
}

/** An answer with further headers, of which it has its own instead where both have one. */
export function withHeaders(answer: Answer, headers: Headers | undefined): Answer {
  return headers === undefined ? answer : { ...answer, headers: { ...headers, ...answer.headers } }
}

export function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (headers['content-type'] === undefined) return reply.send()
  if (typeof body !== 'string') return sendBuffer(reply, body)
  // With a serializer of its own, Fastify leaves the type as it is; else it adds `; charset=utf-8`, which
  // the documentation does not have.
  return reply.serializer(asIs).send(body)
}

function asIs(body: unknown): string {
  return body as string
}

/** The size of the slices of a large body, in bytes. */
const sliceBytes = 65_536

/** The factor by which a reading client may pause longer than a sending one. */
const readerPatience = 3

/**
 * Sends slices of the one buffer as the client takes them, so that a slow client holds no memory of its own. The socket
 * notices progress within a slice too, so only a client that takes nothing for 30 s loses its connection.
 */
function sendBuffer(reply: FastifyReply, body: Buffer): FastifyReply {
  const { raw, request } = reply
  reply.header('content-length', body.length)
  if (request.method === 'HEAD') return reply.send()
  // An injected request has no connection.
  if (raw.socket instanceof Socket) {
    const maxPauseMs = readerPatience * request.server.server.requestTimeout
    raw.setTimeout(maxPauseMs, () => raw.destroy())
  }
  return reply.send(Readable.from(slicesOf(body)))
}

function* slicesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += sliceBytes) yield body.subarray(at, at + sliceBytes)
}
