/** A request that a check sends. */
export interface SentRequest {
  readonly method: string
  /** From the slash on, encoded. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A response as it was received. */
export interface ReceivedResponse {
  readonly status: number
  /** Each name in lower case, with its value. A name may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** Sends a request to the service. Rejects if there is no response. `id` is its name in the table of requests. */
export type Send = (request: SentRequest, id: string) => Promise<ReceivedResponse>

/** Returns the value of a header; several values are joined as RFC 9110 §5.3 has it. */
export function headerOf({ headers }: ReceivedResponse, name: string): string | undefined {
  const values = headers.filter(([it]) => it === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** Returns the body as an object; an empty one if it is no JSON object. */
export function objectIn({ body }: ReceivedResponse): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
