import type { ReasonCode } from '../reason.js'

/** The kinds of requests that no integration should make. */
export const unexpectedKinds = [
  'unknown-path',
  'wrong-method',
  'malformed-http',
  'older-revision',
  'impossible-reference-id',
  'secret-in-url',
] as const

/** A kind of request that no integration should make. */
export type UnexpectedKind = (typeof unexpectedKinds)[number]

/** The mistake of such a request, in a line. */
export const unexpectedTitles: Readonly<Record<UnexpectedKind, string>> = {
  'unknown-path': 'The API has no such path',
  'wrong-method': 'The path does not allow the method',
  'malformed-http': 'The request is malformed, too large or incomplete',
  'older-revision': 'The path belongs to an older revision of the API',
  'impossible-reference-id': 'No import can have the referenceId',
  'secret-in-url': 'The URL has a secret in its query',
}

const byReason: Partial<Record<ReasonCode, UnexpectedKind>> = {
  'path-unknown': 'unknown-path',
  'method-not-allowed': 'wrong-method',
  'http-malformed': 'malformed-http',
  'http-too-large': 'malformed-http',
  'http-timeout': 'malformed-http',
  'reference-id-impossible': 'impossible-reference-id',
}

/** Returns the kind of an unexpected request by the reason of its response. The path and the query can make others. */
export function unexpectedOf(code: ReasonCode): UnexpectedKind | undefined {
  return byReason[code]
}
