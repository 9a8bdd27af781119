/** The header that names the trace of a request: W3C Trace Context §3.2. A later version may add fields at its end. */
const pattern = /^(?!ff)([\da-f]{2})-((?!0{32})[\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(-.*)?$/

/** The ids of a trace: 32 hexadecimal digits. */
export const traceIdPattern = /^(?!0{32})[\da-f]{32}$/

/** Returns the header if it is valid. It is no secret: it holds hexadecimal digits only, so that no text can hide in it. */
export function validTraceparent(header: unknown): string | undefined {
  const [, version, , further] = (typeof header === 'string' && pattern.exec(header)) || []
  if (version === undefined || (version === '00' && further !== undefined)) return undefined
  return (header as string).slice(0, 55)
}

/** The trace of a request: the second field of its header, if that is valid. */
export function traceIdOf(rawHeaders: readonly string[]): string | undefined {
  return traceparentIn(rawHeaders)?.split('-')[1]
}

/** The valid header among raw ones: names and values in turn. Undefined without one, or with several. */
export function traceparentIn(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if ((rawHeaders[index] as string).toLowerCase() !== 'traceparent') continue
    if (found !== undefined) return undefined
    found = rawHeaders[index + 1] as string
  }
  return validTraceparent(found)
}
