import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ControlError } from '../../domain/errors.js'
import { contentEncodingMistake } from '../request-head.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media type of a text that may be the body, in place of JSON. */
    textType?: string | undefined
  }
}

type Parse = (
  request: FastifyRequest,
  body: string,
  done: (error: Error | null, body?: unknown) => void,
) => void

/** Reads the bodies of requests: JSON, or a text where the route takes one. A web page can send neither to another origin unasked. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error') as Parse
  const add = (type: string, parse: Parse) =>
    app.addContentTypeParser(type, { parseAs: 'string' }, (request, body, done) => {
      const mistake = contentEncodingMistake(request.headers)
      if (mistake === undefined) parse(request, body as string, done)
      else done(new ControlError('invalid_input', mistake, 'content-encoding'))
    })

  add('application/json', (request, body, done) => {
    // Many clients name the type of a body that they do not send.
    if (body === '') done(null)
    // As a text it has lines, in which mistakes have their places.
    else if (textTypeOf(request) !== undefined && body.includes('\n')) done(null, body)
    else parseJson(request, body, done)
  })
  add('application/yaml', (request, body, done) => {
    if (textTypeOf(request) !== undefined) done(null, body)
    else done(otherType(request))
  })
  app.addContentTypeParser('*', (request, _body, done) => {
    // An unknown path is 404, whatever the body is.
    if (request.is404) done(null)
    else done(otherType(request))
  })
}

const textTypeOf = ({ routeOptions }: FastifyRequest) => routeOptions.config.textType

function otherType(request: FastifyRequest): ControlError {
  const types = [textTypeOf(request), 'application/json'].filter((type) => type !== undefined)
  return new ControlError('invalid_input', `must be ${types.join(' or ')}`, 'content-type')
}
