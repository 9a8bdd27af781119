/** The operations of the vendor's API that are emulated. */
export const operations = [
  'token',
  'upload',
  'status',
  'download',
  'result',
  'jwks',
  'metadata',
] as const

/** The name of an operation; `result` is what a signed URL of `download` leads to. */
export type Operation = (typeof operations)[number]
