import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OAuthError } from '../../domain/errors.js'
import { contentEncodingMistake } from '../request-head.js'
import type { Exchange } from './exchange.js'
import { createMultipartParser } from './multipart.js'

/** The most bytes of a form, whatever its media type. */
const maxFormBytes = 1024 * 1024

/** The fields of a form: names may repeat. */
export type Form = URLSearchParams

/** Reads forms, and nothing else: `request.body` is a `Form`, or undefined where there was no body. */
export async function acceptForms(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  await app.register(formbody, {
    bodyLimit: maxFormBytes,
    // Keeps repeated fields, and fields of any name.
    parser: (body) => new URLSearchParams(body) as never,
  })
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: maxFormBytes },
    (request: FastifyRequest, body: Buffer) => parseMultipart(request.headers, body),
  )
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: maxFormBytes },
    async (_request: FastifyRequest, body: string) => parseJsonForm(body),
  )
}

/** Refuses a compressed form by its head. */
export function admitForm({ request }: Exchange): undefined {
  const mistake = contentEncodingMistake(request.headers)
  if (mistake !== undefined) throw invalidRequest(mistake)
}

/** The members of a JSON object that stand for the parameters of a form; others are ignored. */
const jsonMembers = ['grant_type', 'client_id', 'client_secret', 'scope']

/** The client of the vendor sends JSON (published). */
function parseJsonForm(body: string): Form {
  const form = new URLSearchParams()
  if (body === '') return form
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest('The body is not a JSON object')
  }
  for (const name of jsonMembers) {
    if (!Object.hasOwn(value, name)) continue
    const member: unknown = (value as Record<string, unknown>)[name]
    if (typeof member !== 'string') throw invalidRequest(`The member ${name} must be a string`)
    form.append(name, member)
  }
  return form
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Not by @fastify/multipart: it streams, so it would have to be kept from reading past the limit. */
function parseMultipart(headers: FastifyRequest['headers'], body: Buffer): Promise<Form> {
  return new Promise((resolve, reject) => {
    const malformed = () => reject(invalidRequest('The multipart body is malformed'))
    const form = new URLSearchParams()
    const parser = createMultipartParser(headers, {
      limits: { fieldNameSize: maxFormBytes, fieldSize: maxFormBytes },
      // A part whose header cannot be read has no reader: with room for all of it, it does not hold up the rest.
      fileHwm: maxFormBytes,
    })
    if (parser === undefined) {
      malformed()
      return
    }
    parser.on('field', (name, value) => form.append(name, value))
    parser.on('file', (_name, stream) => {
      // A part that the body cuts off ends with an error, and nothing else listens to its stream.
      stream.on('error', malformed).resume()
      reject(invalidRequest('Every part must be text, not a file'))
    })
    parser.on('error', malformed)
    parser.on('finish', () => resolve(form))
    parser.end(body)
  })
}

export function invalidRequest(description: string): OAuthError {
  return new OAuthError('invalid_request', description)
}
