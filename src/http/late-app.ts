import type { FastifyInstance } from 'fastify'

export interface LateAppOptions {
  /** Makes the application. Its paths begin with the prefix, too. */
  create(): FastifyInstance
}

/**
 * Serves all paths below a prefix by an application that is made at their first request: the many routes of the control API
 * would take a quarter of the start, and a test that uses the library sends it no request.
 */
export async function lateApp(app: FastifyInstance, { create }: LateAppOptions): Promise<void> {
  let late: FastifyInstance | undefined
  // That application reads the bodies.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setNotFoundHandler(async (request, reply) => {
    reply.hijack()
    late ??= create()
    await late.ready()
    late.routing(request.raw, reply.raw)
  })
  app.addHook('preClose', async () => late?.close())
}
