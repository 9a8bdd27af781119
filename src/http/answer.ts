import type { FastifyReply } from 'fastify'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  /** Absent where there is no body. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body: string
}

/** Compact JSON, keys in the order in which they are written. */
export function json(
  status: number,
  value: unknown,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return { status, contentType: 'application/json', headers, body: JSON.stringify(value) }
}

const nosniff = { 'x-content-type-options': 'nosniff' }

/** The headers of an answer, as they are sent. */
export function answerHeaders({ contentType, headers }: Answer): Record<string, string> {
  if (contentType === undefined) return { ...nosniff, ...headers }
  return { 'content-type': contentType, ...nosniff, ...headers }
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).header('x-content-type-options', 'nosniff')
  if (answer.headers !== undefined) reply.headers(answer.headers)
  if (answer.contentType === undefined) return reply.send()
  // With a serializer of its own, Fastify leaves the type as it is; else it adds `; charset=utf-8`, which
  // the documentation does not have.
  return reply.header('content-type', answer.contentType).serializer(asIs).send(answer.body)
}

function asIs(body: unknown): string {
  return body as string
}
