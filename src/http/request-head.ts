import type { FastifyRequest } from 'fastify'

/**
 * The target of a request as a path. An absolute one loses its origin (RFC 9112 §3.2.2); what cannot
 * be decoded becomes U+FFFD, as in the URL standard, and no import can have such an id.
 */
export function toPath(target: string): string {
  const url = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '') || '/'
  if (!url.includes('%')) return url
  try {
    decodeURIComponent(url)
    return url
  } catch {
    return url.replace(/(?:%[0-9a-f]{2})+|%/gi, (encoded) => {
      try {
        decodeURIComponent(encoded)
        return encoded
      } catch {
        return '%EF%BF%BD'
      }
    })
  }
}

/** The path without its query, in which clients send secrets by mistake. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split(/[?#]/, 1)[0] as string
}

/** Says why a body in a content coding is refused; undefined for a plain one. */
export function contentEncodingMistake(headers: FastifyRequest['headers']): string | undefined {
  const { 'content-encoding': coding = 'identity' } = headers
  if (/^(?:identity)?$/i.test(coding)) return undefined
  return 'Compressed bodies are not accepted: send the body without Content-Encoding'
}

/** Every value of a header. `request.headers` keeps only the first one of some. */
export function headerValues(request: FastifyRequest, name: string): string[] {
  const { rawHeaders } = request.raw
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] as string
    if (field.length === name.length && field.toLowerCase() === name) {
      values.push(rawHeaders[index + 1] as string)
    }
  }
  return values
}
