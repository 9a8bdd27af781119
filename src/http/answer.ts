import type { FastifyReply } from 'fastify'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  /** Absent where there is no body. */
  readonly contentType?: 'application/json' | 'text/plain'
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

/** The headers of an answer, as they are sent. */
export function answerHeaders({ contentType, headers }: Answer): Record<string, string> {
  const type = contentType === undefined ? {} : { 'content-type': contentType }
  return { ...type, 'x-content-type-options': 'nosniff', ...headers }
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).headers(answerHeaders(answer))
  if (answer.contentType === undefined) return reply.send()
  // Fastify adds `; charset=utf-8` to the type of a string, which the documentation does not have.
  return reply.send(Buffer.from(answer.body))
}
