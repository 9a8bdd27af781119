import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ControlError } from '../../domain/errors.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import { controlResponse, toControlError } from '../errors.js'
import { type Guards, keepStrangersOut } from '../guard.js'
import { content, sendResponse } from '../response.js'
import { drain, hasUnreadBody } from '../unread-body.js'

/** Sends the file at a path below the prefix of some pages. */
export type ServePage = (
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>

/** The options of the pages. */
export interface PageOptions {
  readonly logger: EmulatorLogger
  readonly guards: Guards
  /** The pages below each prefix. */
  readonly pages: Readonly<Record<string, ServePage>>
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
 * The pages of the emulator, with their policy, and their errors as text. They hold no secret, so they load without the control
 * token. Strangers are kept out as they are of the control API. All pages share a scope, because each scope and each route costs
 * the start half a millisecond.
 */
export async function builtPages(
  app: FastifyInstance,
  { logger, guards, pages }: PageOptions,
): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
  keepStrangersOut(app, guards)
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    await drain(request.raw)
    if (hasUnreadBody(request.raw)) reply.header('connection', 'close')
    const refusal = toControlError(error)
    if (refusal.code === 'internal_error') logger.error({ err: error }, 'The emulator failed')
    const { status } = controlResponse(refusal)
    return sendResponse(reply, content(status, 'text/plain', refusal.message))
  })
  app.setNotFoundHandler(() => {
    throw new ControlError('not_found', 'There is no such page')
  })
  const method = ['GET', 'HEAD']
  for (const [prefix, serve] of Object.entries(pages)) {
    app.route({
      method,
      url: `/${prefix}`,
      handler: (request, reply) => reply.redirect(pageFrom(request.originalUrl, prefix), 302),
    })
    app.route<{ Params: { '*': string } }>({
      method,
      url: `/${prefix}/*`,
      handler: (request, reply) => serve(request.params['*'], request, reply),
    })
  }
}

/** The way to pages from a URL that leads to them: relative, so that workspace and prefix stay, also those that a proxy adds. */
function pageFrom(url: string, page: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last === '' || last === page ? `${page}/` : `./${last}/${page}/`
}
