import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'

export interface LateAppOptions {
  /** The first segments of the paths that it serves. */
  readonly prefixes: readonly string[]
  /** Makes the application. Its paths begin with the prefixes, too. */
  create(): FastifyInstance
}

/**
 * Returns a hook that serves all paths below some prefixes by an application that is made at their first request: its many
 * routes would take a third of the start, and a test that uses the library sends it no request.
 */
export function lateApp(
  app: FastifyInstance,
  { prefixes, create }: LateAppOptions,
): onRequestAsyncHookHandler {
  const isBelow = new RegExp(`^/(?:${prefixes.join('|')})(?:[/?]|$)`)
  let late: FastifyInstance | undefined
  app.addHook('preClose', async () => late?.close())
  return async ({ raw }, reply) => {
    if (!isBelow.test(raw.url as string)) return
    reply.hijack()
    late ??= create()
    await late.ready()
    late.routing(raw, reply.raw)
  }
}
