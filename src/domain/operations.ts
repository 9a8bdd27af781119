/** The operations of the vendor's API that are emulated. */
export const operations = [
  'token',
  'upload',
  'status',
  'download',
  'report',
  'jwks',
  'metadata',
] as const

/** The name of an operation; `report` is what a signed URL of `download` leads to. */
export type Operation = (typeof operations)[number]
