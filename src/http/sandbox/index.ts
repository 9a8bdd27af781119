import type { FastifyError, FastifyInstance } from 'fastify'
import { ControlError } from '../../domain/errors.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import { controlResponse, toControlError } from '../errors.js'
import { type Guards, keepStrangersOut } from '../guard.js'
import { content, sendResponse } from '../response.js'
import { drain, hasUnreadBody } from '../unread-body.js'
import { createPageReader, type PageFileName, pageFiles } from './page-files.js'

export interface SandboxOptions {
  readonly logger: EmulatorLogger
  readonly guards: Guards
  /** The folder of the built page. */
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
  // Requested again each time, and then mostly answered with 304.
  'cache-control': 'no-cache',
}

/** The way to the page from a URL that leads to it: relative, so that workspace and prefix stay, also those that a proxy adds. */
function pageFrom(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last === '' || last === '__sandbox' ? '__sandbox/' : `./${last}/__sandbox/`
}

/**
 * The page on which people see and drive the emulator. It holds no secret, so it loads without the control
 * token, for which it asks; strangers are kept out as they are of the control API.
 */
export async function sandboxPage(
  app: FastifyInstance,
  { logger, guards, folder }: SandboxOptions,
): Promise<void> {
  const readFile = createPageReader(folder)
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

  const method = ['GET', 'HEAD']
  app.route({
    method,
    url: '',
    handler: (request, reply) => reply.redirect(pageFrom(request.originalUrl), 302),
  })
  for (const [name, type] of Object.entries(pageFiles) as [PageFileName, string][]) {
    app.route({
      method,
      url: name === 'index.html' ? '/' : `/${name}`,
      prefixTrailingSlash: 'slash',
      async handler(request, reply) {
        const { content, gzipped, etag } = await readFile(name)
        reply.headers({ 'content-type': type, etag, vary: 'accept-encoding' })
        if (request.headers['if-none-match'] === etag) return reply.code(304).send()
        if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(content)
        return reply.header('content-encoding', 'gzip').send(gzipped)
      },
    })
  }
}
