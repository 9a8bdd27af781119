import type { FastifyError, FastifyInstance } from 'fastify'
import type { Emulator } from '../../emulator/emulator.js'
import { health } from './health.js'

/** The emulator's own API: apart from the vendor's, and in a dialect of its own. */
export async function controlApi(
  app: FastifyInstance,
  { emulator }: { emulator: Emulator },
): Promise<void> {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    done()
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'not_found', message: 'There is no such control route' }),
  )
  app.setErrorHandler(({ statusCode = 500, message }: FastifyError, _request, reply) =>
    statusCode < 500
      ? reply.code(statusCode).send({ error: 'bad_request', message })
      : reply.code(500).send({ error: 'internal_error', message }),
  )
  health(app, emulator)
}
