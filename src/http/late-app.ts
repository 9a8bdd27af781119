import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

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
  const handOver = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.hijack()
    late ??= create()
    await late.ready()
    late.routing(request.raw, reply.raw)
  }
  // Before anything of a request is judged: that application has its own rules, parsers and errors.
  app.addHook('onRequest', handOver)
  // A scope without one has no paths.
  app.setNotFoundHandler(handOver)
  app.addHook('preClose', async () => late?.close())
}
