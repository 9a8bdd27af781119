import type { FastifyInstance } from 'fastify'

/**
 * Sends a request to the emulator without a connection. It takes and returns the same as `fetch`; a path is enough for an
 * address.
 */
export type Inject = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** Statuses whose `Response` takes no body: Fetch standard §2.2.3. */
const nullBodyStatuses = [204, 205, 304]

/** Makes the function that injects requests into an application whose address is `url`. */
export function createInject(app: FastifyInstance, url: string): Inject {
  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, url), init)
    request.signal.throwIfAborted()
    const { host, pathname, search } = new URL(request.url)
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
    const response = await app.inject({
      method: request.method as 'GET',
      url: pathname + search,
      headers: { host, ...Object.fromEntries(request.headers) },
      ...(body && { payload: body }),
      signal: request.signal,
    })
    const { statusCode: status, statusMessage: statusText, headers, rawPayload } = response
    const bytes = nullBodyStatuses.includes(status) ? null : new Uint8Array(rawPayload)
    return new Response(bytes, {
      status,
      statusText,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    })
  }
}
