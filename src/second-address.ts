import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * A server that hands its connections to the one of the application, so that one set of guards, limits
 * and deadlines holds for both. Left to itself, Fastify makes a second HTTP server for `localhost`, which
 * has none of them. It ends with the application.
 */
export function createSecondServer(app: FastifyInstance): Server {
  const second = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    app.server.emit('connection', socket)
  })
  const closed = new Promise((resolve) => second.once('close', resolve))
  app.addHook('preClose', async () => {
    second.close()
  })
  app.addHook('onClose', async () => {
    await closed
  })
  return second
}

/** The error codes of a system that does not have an address, or its whole family. */
const missing = ['EADDRNOTAVAIL', 'EAFNOSUPPORT']

/** Listens on an address, unless this machine does not have it. */
export async function listenWherePossible(
  server: Server,
  host: string,
  port: number,
): Promise<void> {
  try {
    await once(server.listen(port, host), 'listening')
  } catch (error) {
    if (!missing.includes(String((error as NodeJS.ErrnoException).code))) throw error
  }
}
