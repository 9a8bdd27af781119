/** The operations of the vendor's API that are emulated. */
export const operations = ['token', 'status', 'jwks', 'metadata'] as const

/** The name of an operation: `token`, `status`, `jwks` or `metadata`. */
export type Operation = (typeof operations)[number]
