/** The answer that every subject gives, with the headers in the order in which the emulator sends them. */
export const path = '/api/v1/upload/api/v1/status/'
export const states = new Map([['12345', { status: 'processed', fileLine: 2, messages: [] }]])
export const headers = { 'x-content-type-options': 'nosniff', 'content-type': 'application/json' }
/** Fastify's own default: it shows in the `Keep-Alive` header. */
export const keepAliveTimeoutMs = 72_000
