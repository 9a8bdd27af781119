import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearTimeout, setTimeout } from '../emulator/real-time.js'

/**
 * Waits on the wall clock. Returns whether the time has come to its end: not if the client has gone, or the
 * server closes.
 */
export function hold(
  { exchange: { server } }: FastifyRequest,
  { raw }: FastifyReply,
  ms: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isOver: boolean) => {
      clearTimeout(timer)
      server.held.delete(stop)
      raw.off('close', stop)
      resolve(isOver)
    }
    const stop = () => end(false)
    const timer = setTimeout(end, ms, true)
    server.held.add(stop)
    raw.once('close', stop)
    if (server.isClosing || raw.destroyed) stop()
  })
}
