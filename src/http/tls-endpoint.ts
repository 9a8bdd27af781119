import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { LRUCache } from 'lru-cache'
import { clearTimeout, monotonicNow, setTimeout } from '../emulator/real-time.js'
import type { ServerCertificate, ServerCertificates } from '../emulator/tls/server-certificates.js'
import { carriers } from './carriers.js'

/*
 * This module is loaded with the first TLS connection, and not before.
 */

/** Does the handshake of a connection. Rejects if it fails, or takes longer than `timeoutMs`. */
export type TlsEndpoint = (socket: Socket, timeoutMs: number) => Promise<TLSSocket>

/** How many names and addresses are remembered with their certificates. */
const maxContexts = 100

/** Long before a certificate expires, in milliseconds. */
const contextLifetimeMs = 30 * 24 * 60 * 60 * 1000

/**
 * Creates the side of TLS that a server has.
 *
 * @param onForeignName - receives each name for which there is no certificate, mostly once
 */
export function createTlsEndpoint(
  certificates: ServerCertificates,
  onForeignName: (name: string) => void,
): TlsEndpoint {
  const contexts = new LRUCache<string, Promise<SecureContext>>({
    max: maxContexts,
    ttl: contextLifetimeMs,
    // A test may fake the clock.
    perf: { now: monotonicNow },
  })
  const contextFor = (key: string, make: () => Promise<ServerCertificate>) => {
    const known = contexts.get(key)
    if (known !== undefined) return known
    const context = make().then(toContext)
    contexts.set(key, context)
    context.catch(() => contexts.delete(key))
    return context
  }
  const contextForName = (name: string) =>
    contextFor(`name ${name}`, () => {
      // The certificate of localhost: a client that does not verify goes on, any other one says that the name is wrong.
      if (!certificates.covers(name)) onForeignName(name)
      return certificates.forName(name)
    })

  return async (socket, timeoutMs) => {
    const { localAddress = '' } = socket
    const secureContext = await contextFor(`address ${localAddress}`, () =>
      certificates.forAddress(localAddress),
    )
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, done) => {
        contextForName(name.toLowerCase()).then((context) => done(null, context), done)
      },
    })
    carriers.set(secured, socket)
    // Without a listener, an error between the handshake and the HTTP server would end the process.
    secured.on('error', () => {})
    await handshake(secured, socket, timeoutMs)
    // The bytes right behind the handshake may have been wrong.
    if (secured.destroyed) throw secured.errored ?? failure('ECONNRESET')
    return secured
  }
}

function toContext({ cert, key }: ServerCertificate): SecureContext {
  return createSecureContext({
    cert,
    key,
    minVersion: 'TLSv1.2',
    // It costs a server much, and a client little.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  })
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** Resolves once the handshake is done. */
function handshake(secured: TLSSocket, carrier: Socket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: string) => secured.destroy(failure(code))
    // A deadline for all of it: a timeout of the socket would begin again with each byte.
    const timer = setTimeout(() => fail('ERR_TLS_HANDSHAKE_TIMEOUT'), timeoutMs)
    const onEnd = () => fail('ECONNRESET')
    const leave = () => {
      clearTimeout(timer)
      secured.off('error', reject).off('end', onEnd).off('close', onClose).off('secure', onSecure)
      carrier.off('end', onEnd)
    }
    const onClose = () => {
      leave()
      // Mostly too late: an error came first.
      reject(failure('ECONNRESET'))
    }
    const onSecure = () => {
      leave()
      resolve()
    }
    secured.on('error', reject).on('end', onEnd).on('close', onClose).on('secure', onSecure)
    // A client that closed its side before TLS took over is seen here only.
    carrier.on('end', onEnd)
  })
}
