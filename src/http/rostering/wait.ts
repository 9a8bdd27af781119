import { clearTimeout, setTimeout } from '../../emulator/real-time.js'
import type { Exchange } from './exchange.js'

/**
 * Waits on the wall clock. Resolves with false where the client goes away or the server closes before the time is over,
 * else with true.
 */
export function waitUnlessGone({ server, reply }: Exchange, ms: number): Promise<boolean> {
  const { raw } = reply
  return new Promise((resolve) => {
    const end = (isOver: boolean) => {
      clearTimeout(timer)
      server.waits.delete(stop)
      raw.off('close', stop)
      resolve(isOver)
    }
    const stop = () => end(false)
    const timer = setTimeout(end, ms, true)
    server.waits.add(stop)
    raw.once('close', stop)
    if (server.isClosing || raw.destroyed) stop()
  })
}
