import type { FastifyReply } from 'fastify'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  readonly contentType: 'application/json' | 'text/plain'
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Compact JSON, keys in the order in which they are written. */
export function json(
  status: number,
  value: unknown,
  headers?: Readonly<Record<string, string>>,
): Answer {
  const answer = { status, contentType: 'application/json', body: JSON.stringify(value) } as const
  return headers === undefined ? answer : { ...answer, headers }
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status)
  reply.header('content-type', answer.contentType)
  reply.header('x-content-type-options', 'nosniff')
  if (answer.headers !== undefined) reply.headers(answer.headers)
  // Fastify adds `; charset=utf-8` to the type of a string, which the documentation does not have.
  return reply.send(Buffer.from(answer.body))
}
