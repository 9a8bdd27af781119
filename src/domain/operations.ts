/** The operations of the vendor's API that are emulated. */
export const operations = ['token', 'status', 'jwks', 'metadata'] as const

export type Operation = (typeof operations)[number]
