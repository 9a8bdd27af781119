import type { FastifyError, FastifyInstance } from 'fastify'
import { ControlError } from '../../domain/errors.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import { controlResponse, toControlError } from '../errors.js'
import { type Guards, keepStrangersOut } from '../guard.js'
import { content, sendResponse } from '../response.js'
import { drain, hasUnreadBody } from '../unread-body.js'

/** The options of a scope that serves built pages. */
export interface PageOptions {
  readonly logger: EmulatorLogger
  readonly guards: Guards
  /** The folder of the built files. */
  readonly folder: string
}

const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Browsers ask again each time, and mostly get 304.
  'cache-control': 'no-cache',
}

/**
 * Prepares a scope for pages: their policy, their errors as text, and a redirect from the prefix without a slash at its end.
 * Pages hold no secret, so they load without the control token. Strangers are kept out as they are of the control API.
 */
export function preparePages(app: FastifyInstance, { logger, guards }: PageOptions): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
  keepStrangersOut(app, guards)
  app.setNotFoundHandler(() => {
    throw new ControlError('not_found', 'There is no such page')
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    await drain(request.raw)
    if (hasUnreadBody(request.raw)) reply.header('connection', 'close')
    const refusal = toControlError(error)
    if (refusal.code === 'internal_error') logger.error({ err: error }, 'The emulator failed')
    const { status } = controlResponse(refusal)
    return sendResponse(reply, content(status, 'text/plain', refusal.message))
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '',
    handler: (request, reply) =>
      reply.redirect(pageFrom(request.originalUrl, app.prefix.slice(1)), 302),
  })
}

/** The way to a page from a URL that leads to it: relative, so that workspace and prefix stay, also those that a proxy adds. */
function pageFrom(url: string, page: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last === '' || last === page ? `${page}/` : `./${last}/${page}/`
}
