import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { quoted } from '../domain/visible-text.js'
import type { EmulatorLogger } from '../emulator/emulator-logger.js'
import { clearTimeout, setTimeout } from '../emulator/real-time.js'
import type { ServerCertificates } from '../emulator/tls/server-certificates.js'
import type { TlsEndpoint } from './tls-endpoint.js'
import { logTlsFailure } from './tls-failure.js'

/** The first byte of a TLS connection: a record with a part of the handshake (RFC 8446 §5.1). No HTTP method begins with it. */
const handshakeRecord = 0x16

export interface TwoProtocolsOptions {
  readonly certificates: ServerCertificates
  /** The time for the first byte, and then for the handshake, in milliseconds. */
  readonly timeoutMs: number
  readonly logger: EmulatorLogger
}

/**
 * Lets the server speak HTTP and HTTPS on one port: the first byte of a connection decides. The HTTP server takes a
 * connection, with its limits and deadlines, once that byte is there, or once the handshake is done.
 */
export function speakTwoProtocols(
  { server }: FastifyInstance,
  { certificates, timeoutMs, logger }: TwoProtocolsOptions,
): void {
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  const serveHttp = (socket: Socket) => {
    for (const listener of listeners) listener.call(server, socket)
  }

  /** Connections that the HTTP server does not know, or knows by what they carry. */
  const ours = new Set<Socket>()
  const { closeAllConnections } = server
  server.closeAllConnections = () => {
    closeAllConnections.call(server)
    for (const socket of ours) socket.destroy()
  }

  let endpoint: Promise<TlsEndpoint> | undefined
  const loadEndpoint = async () => {
    // Plain HTTP does not pay for it.
    const { createTlsEndpoint } = await import('./tls-endpoint.js')
    return createTlsEndpoint(certificates, (name) =>
      logger.info(
        { event: 'tls-name-unknown', name },
        `A client asked for ${quoted(name)} by TLS, and got the certificate of localhost. Allow it with --tls-host`,
      ),
    )
  }

  const serveTls = async (socket: Socket) => {
    ours.add(socket)
    socket.once('close', () => ours.delete(socket))
    // The TLS connection reports it.
    socket.on('error', () => {})
    try {
      endpoint ??= loadEndpoint()
      const accept = await endpoint
      serveHttp(await accept(socket, timeoutMs))
    } catch (error) {
      logTlsFailure(logger, error as Error)
      socket.destroy()
    }
  }

  server.on('connection', (socket: Socket) => {
    const leave = () => {
      clearTimeout(timer)
      ours.delete(socket)
      socket.off('data', begin).off('end', end).off('error', leave).off('close', leave)
    }
    const begin = (chunk: Buffer) => {
      leave()
      if (chunk[0] === handshakeRecord) {
        socket.pause()
        socket.unshift(chunk)
        serveTls(socket)
      } else {
        serveHttp(socket)
        // The HTTP server has just begun to listen for it.
        socket.emit('data', chunk)
      }
    }
    const end = () => {
      leave()
      socket.end()
    }
    const timer = setTimeout(() => {
      leave()
      // As the HTTP server reports a request whose head does not arrive.
      const code = 'ERR_HTTP_REQUEST_TIMEOUT'
      server.emit('clientError', Object.assign(new Error('Request timeout'), { code }), socket)
    }, timeoutMs)
    ours.add(socket)
    socket.on('data', begin).on('end', end).on('error', leave).on('close', leave)
  })
}
