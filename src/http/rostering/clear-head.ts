import type { FastifyRequest } from 'fastify'
import { VendorError } from '../../domain/errors.js'

/** A client that sends more headers makes a mistake. Node itself has no limit here, because it would drop the others in silence. */
const maxHeaders = 2000

/** Headers of which a request has one at the most: Node would take the first in silence. */
const singletons = ['host', 'content-type', 'origin', 'sec-fetch-site']

const singletonLengths = new Set(singletons.map(({ length }) => length))

/** Throws if the head of a request is ambiguous: Node would pick one reading in silence. */
export function requireClearHead(request: FastifyRequest): void {
  const { rawHeaders, httpVersion } = request.raw
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    const reason = {
      code: 'http-malformed',
      message: `HTTP/${httpVersion} is not HTTP/1.1`,
    } as const
    throw new VendorError('http-version', reason)
  }
  if (rawHeaders.length > 2 * maxHeaders) {
    const reason = { code: 'http-too-large', message: `More than ${maxHeaders} headers` } as const
    throw new VendorError('header-fields-too-large', reason)
  }
  const message = headMistake(request)
  if (message !== undefined) {
    throw new VendorError('bad-request', { code: 'http-malformed', message })
  }
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
