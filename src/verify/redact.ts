/** The longest text that is shown, in characters. */
const maxLength = 300

/** Words of the contract, which name nobody. */
const plainWords = new Set([
  ...['processed', 'pending', 'failed', 'processing', 'File uploaded', 'Bearer', 'bearer'],
  ...['rostering', 'Access Denied', 'Insufficient scope', 'Not Found', 'Method Not Allowed'],
  ...['Forbidden', 'Reference ID not found. File not found in pending bucket.'],
  ...['Reference ID must be a valid UUID.', 'Internal Server Error', 'invalid_request'],
  ...['invalid_client', 'invalid_grant', 'invalid_scope', 'unsupported_grant_type'],
  ...['unauthorized_client'],
])

/**
 * Returns the text of a response without secrets, tokens and personal details. In JSON, each text that is no word of the
 * contract is replaced by its length.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '(redacted)'), maskJson(text))
    // A JWT, whoever issued it.
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '(redacted)')
  return hidden.length > maxLength
    ? `${hidden.slice(0, maxLength)}… (${hidden.length} characters)`
    : hidden
}

function maskJson(text: string): string {
  try {
    return JSON.stringify(mask(JSON.parse(text)))
  } catch {
    return text
  }
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') {
    return plainWords.has(value) ? value : `(${value.length} characters)`
  }
  if (Array.isArray(value)) return value.map(mask)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mask(item)]))
}
