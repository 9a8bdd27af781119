import { type Basis, type BehaviourId, behaviours } from '../behaviours.js'
import type { FaultKind } from '../fault.js'
import type { ImportStatus } from '../imports/import-status.js'
import { type Operation, operations } from '../operations.js'
import type { ReasonCode } from '../reason.js'

/*
 * The outcomes that a run can meet: one closed list, made from the operations, the reasons and the kinds of faults. None of
 * these tables compiles while an entry is missing.
 */

/** The title of an outcome, and the row of the ledger that it rests on. */
type Row = readonly [title: string, restsOn: BehaviourId]

/** Every operation that needs an access token refuses these. */
const tokenRefusals = {
  'unauthorized.missing': ['Refused: no access token', 'status-unauthorized'],
  'unauthorized.expired': ['Refused: the access token has expired', 'status-unauthorized'],
  'unauthorized.invalid': ['Refused: the access token is not valid', 'status-unauthorized'],
  forbidden: ['Refused: the scope is missing', 'status-forbidden'],
} as const satisfies Record<string, Row>

const idRefusals = {
  'not-found': ['No import has this referenceId', 'status-unknown'],
  'not-uuid': ['The referenceId is no UUID', 'status-not-uuid'],
} as const satisfies Record<string, Row>

/** The outcomes of a poll that found its import, by its status. */
const statuses = {
  pending: ['The import is pending', 'status-found'],
  processing: ['The import is processing', 'status-processing'],
  processed: ['The import is processed', 'status-found'],
  failed: ['The import has failed', 'status-found'],
} as const satisfies Record<ImportStatus, Row>

const rows = {
  token: {
    issued: ['An access token was issued', 'token-response'],
    'refused.client': ['The client was refused', 'token-errors'],
    'refused.request': ['The request cannot be read', 'token-errors'],
    'refused.grant': ['The grant type is not supported', 'token-errors'],
    'refused.scope': ['The client does not have the scope', 'token-scope'],
  },
  upload: {
    accepted: ['The file was accepted', 'upload-response'],
    refused: ['The file was refused', 'upload-refused'],
    'too-large': ['The file is too large', 'upload-too-large'],
    ...tokenRefusals,
  },
  status: {
    ...statuses,
    error: ['The import has a server error', 'status-error'],
    ...idRefusals,
    ...tokenRefusals,
  },
  download: {
    ready: ['The result file is ready', 'download-response'],
    'not-available': ['There is no result file', 'download-missing'],
    ...idRefusals,
    ...tokenRefusals,
  },
  result: {
    sent: ['The result file was sent', 'result-file'],
    'not-available': ['The result file is gone', 'download-missing'],
    forbidden: ['The signed URL is altered or expired', 'result-link'],
  },
  jwks: { sent: ['The keys were sent', 'token-metadata'] },
  metadata: { sent: ['The metadata was sent', 'token-metadata'] },
} as const satisfies Record<Operation, Record<string, Row>>

const faultTitles: Readonly<Record<FaultKind, string>> = {
  status: 'A fault responded with a status',
  delay: 'A fault delayed the response',
  hang: 'A fault sent nothing',
  reset: 'A fault reset the connection',
  empty: 'A fault closed the connection without a response',
  truncate: 'A fault cut the response off',
  malformed: 'A fault sent broken JSON',
  'slow-body': 'A fault sent the body slowly',
  html: 'A fault sent the page of a gateway',
}

type Suffix = { [O in Operation]: keyof (typeof rows)[O] }[Operation]

/** The name of an outcome: its operation, or `fault`, and what became of the request: `status.pending`. */
export type OutcomeName =
  | { [O in Operation]: `${O}.${keyof (typeof rows)[O] & string}` }[Operation]
  | `fault.${FaultKind}`

/** The part of an outcome's name before the first dot. */
export type OutcomeGroup = Operation | 'fault'

/** An outcome that a run can meet. */
export interface OutcomeInfo {
  /** The name of the outcome: `status.pending`. */
  readonly outcome: OutcomeName
  /** The operation, or `fault` for a fault. */
  readonly operation: OutcomeGroup
  /** The outcome in a few words. */
  readonly title: string
  /** The evidence for the outcome. */
  readonly basis: Basis
}

function infoOf(operation: OutcomeGroup, suffix: string, [title, restsOn]: Row): OutcomeInfo {
  const { basis } = behaviours[restsOn]
  return { outcome: `${operation}.${suffix}` as OutcomeName, operation, title, basis }
}

/** Every outcome, in the order of a run: from the access token to the result file, then faults. */
export const outcomeInfos: readonly OutcomeInfo[] = [
  ...operations.flatMap((operation) =>
    Object.entries<Row>(rows[operation]).map(([suffix, row]) => infoOf(operation, suffix, row)),
  ),
  ...Object.entries(faultTitles).map(([kind, title]) => infoOf('fault', kind, [title, 'fault'])),
]

/** The names of all outcomes. */
export const outcomeNames: readonly OutcomeName[] = outcomeInfos.map(({ outcome }) => outcome)

const knownNames: ReadonlySet<string> = new Set(outcomeNames)

/** The outcome of a request that was served. A poll has that of its status. */
const servedSuffixes: { readonly [O in Exclude<Operation, 'status'>]: keyof (typeof rows)[O] } = {
  token: 'issued',
  upload: 'accepted',
  download: 'ready',
  result: 'sent',
  jwks: 'sent',
  metadata: 'sent',
}

const invalidToken = ['unauthorized.invalid'] as const

/** The outcome that each reason leads to: the first one that the operation has. Without one it is no outcome of the API. */
const refusedSuffixes: Readonly<Record<Exclude<ReasonCode, 'served'>, readonly Suffix[]>> = {
  preflight: [],
  'client-gone': [],
  fault: [],
  'token-missing': ['unauthorized.missing'],
  'token-malformed': invalidToken,
  'token-algorithm': invalidToken,
  'token-signature': invalidToken,
  'token-type': invalidToken,
  'token-issuer': invalidToken,
  'token-audience': invalidToken,
  'token-claims': invalidToken,
  'token-expired': ['unauthorized.expired'],
  'token-not-yet-valid': invalidToken,
  'scope-missing': ['forbidden'],
  'workspace-limit': [],
  'request-invalid': ['refused.request'],
  'client-unauthenticated': ['refused.client'],
  'client-unknown': ['refused.client', 'unauthorized.invalid'],
  'client-secret-wrong': ['refused.client'],
  'grant-unsupported': ['refused.grant'],
  'scope-not-granted': ['refused.scope'],
  'reference-id-unknown': ['not-found'],
  'reference-id-impossible': ['not-found'],
  'import-error': ['error'],
  'upload-refused': ['refused'],
  'upload-too-large': ['too-large'],
  'reference-id-not-uuid': ['not-uuid'],
  'result-missing': ['not-available'],
  'link-forged': ['forbidden'],
  'link-expired': ['forbidden'],
  'path-unknown': [],
  'method-not-allowed': [],
  'http-malformed': ['refused.request'],
  'http-too-large': ['refused.request'],
  'http-timeout': [],
  'internal-error': [],
}

/**
 * Returns the outcome of a response that no fault made. Undefined where it is none of the API.
 *
 * @param status - the status of the import, after a poll that found one
 */
export function outcomeOf(
  operation: Operation | undefined,
  code: ReasonCode,
  status?: ImportStatus,
): OutcomeName | undefined {
  if (operation === undefined) return undefined
  if (code !== 'served') return firstKnown(operation, refusedSuffixes[code])
  const suffix = operation === 'status' ? status : servedSuffixes[operation]
  return suffix && (`${operation}.${suffix}` as OutcomeName)
}

function firstKnown(
  operation: Operation,
  suffixes: readonly (Suffix & string)[],
): OutcomeName | undefined {
  const suffix = suffixes.find((it) => knownNames.has(`${operation}.${it}`))
  return suffix && (`${operation}.${suffix}` as OutcomeName)
}
