import type { Socket } from 'node:net'

/** The TCP connection below each TLS connection. Node.js tells nobody. */
export const carriers = new WeakMap<Socket, Socket>()

/** The TCP connection of a socket: the socket itself unless it speaks TLS. */
export function carrierOf(socket: Socket): Socket {
  return carriers.get(socket) ?? socket
}
