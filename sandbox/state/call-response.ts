import { signal } from '@preact/signals'
import type { Call } from '../calls.js'

/** The raw response of the rostering API, or the reason why there is none. */
export type CallResponse = {
  readonly request: string
  /** The trace of the request, by which the journal knows it. */
  readonly traceId: string
} & (
  | {
      readonly status: number
      readonly statusText: string
      readonly headers: readonly (readonly [name: string, value: string])[]
      readonly body: string
      readonly durationMs: number
    }
  | { readonly failure: string }
)

export const response = signal<CallResponse | undefined>(undefined)
export const isAsking = signal(false)

export const cutOff = 'The connection closed before the response was complete.'

let asking = new AbortController()

/** A fault can let one wait for long. */
export function stopAsking(): void {
  asking.abort()
}

/** Makes a call as a page of this origin can. */
export async function tryCall(call: Call, file?: File): Promise<void> {
  asking = new AbortController()
  response.value = undefined
  isAsking.value = true
  const startedAt = performance.now()
  const request = `${call.method} ${new URL(call.url).pathname}`
  const traceId = hexOf(16)
  try {
    const init = requestOf(call, file)
    const headers = { ...init.headers, traceparent: `00-${traceId}-${hexOf(8)}-01` }
    const told = await fetch(call.url, { ...init, headers, signal: asking.signal })
    const body = await told.text()
    response.value = {
      request,
      traceId,
      status: told.status,
      statusText: told.statusText,
      headers: [...told.headers],
      body,
      durationMs: Math.round(performance.now() - startedAt),
    }
  } catch {
    response.value = {
      request,
      traceId,
      failure: asking.signal.aborted ? 'You stopped waiting for the response.' : cutOff,
    }
  } finally {
    isAsking.value = false
  }
}

/** Random bytes as hexadecimal digits. */
function hexOf(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count))
  return [...bytes].map((it) => it.toString(16).padStart(2, '0')).join('')
}

export function requestOf(call: Call, file?: File): RequestInit {
  const { method, bearer, authorization = bearer && `Bearer ${bearer}`, fields, fileName } = call
  const headers: Record<string, string> = authorization ? { authorization } : {}
  if (fields !== undefined) return { method, headers, body: formOf(fields) }
  if (fileName === undefined) return { method, headers, cache: 'no-store' }
  const form = new FormData()
  if (file !== undefined) form.append('file', file)
  return { method, headers, body: form }
}

function formOf(fields: NonNullable<Call['fields']>): FormData {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return form
}
