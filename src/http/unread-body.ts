import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { clearTimeout, setTimeout } from '../emulator/real-time.js'

/** The time for the rest of an unwanted body, in milliseconds. */
const maxDrainMs = 2000

/** A client that sends nothing for so long, in milliseconds, waits for its response. */
const pauseMs = 100

/** The most bytes of it that are read: more than the default limit of an upload. */
const maxDrainBytes = 64 * 1024 ** 2

/** Requests whose client waits for 100 (Continue) before it sends the body. */
const waiting = new WeakSet<IncomingMessage>()

/**
 * Sends 100 (Continue) once somebody reads the body, and not before: a request that is refused by its head gets its
 * response at once (RFC 9110 §10.1.1).
 */
export function continueWhenRead(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request)
    request.once('resume', () => {
      waiting.delete(request)
      if (!response.headersSent) response.writeContinue()
    })
    server.emit('request', request, response)
  })
}

/** Node's parser reads nothing more behind a request that offers an upgrade, also where the offer is ignored. */
export function endsConnection(raw: IncomingMessage): boolean {
  return raw.headers.upgrade !== undefined
}

/** Returns whether a part of the body has not arrived. */
export function hasUnreadBody(raw: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers
  if ((length === undefined || length === '0') && encoding === undefined) return false
  return !raw.complete && !raw.readableEnded
}

/**
 * Reads what is left of a body that nobody wants, within bounds. A connection that is closed before that is reset, so that the client
 * loses the response; one that stays open would take the rest for the next request.
 */
export async function drain(raw: IncomingMessage): Promise<void> {
  if (!hasUnreadBody(raw) || raw.destroyed || waiting.has(raw)) return
  await new Promise<void>((resolve) => {
    let bytes = 0
    const end = () => {
      clearTimeout(pause)
      clearTimeout(timer)
      raw.off('data', count).off('end', end).off('close', end).pause()
      resolve()
    }
    const count = (chunk: Buffer) => {
      bytes += chunk.length
      pause.refresh()
      if (bytes > maxDrainBytes) end()
    }
    const pause = setTimeout(end, pauseMs)
    const timer = setTimeout(end, maxDrainMs)
    raw.on('data', count).once('end', end).once('close', end).resume()
  })
}
