import type { Operation } from './operations.js'
import type { ReasonCode } from './reason.js'

/*
 * The ledger: one row for each thing that a client of the rostering API can observe, and the evidence for it.
 * docs/fidelity.md is made from it, and journal entries name its rows.
 */

/** The kinds of evidence, the strongest first. */
export const bases = ['documented', 'standard', 'published', 'decided'] as const

/**
 * The evidence for a behaviour. `documented`: a page of the vendor's documentation. `standard`: an RFC or the Fetch
 * standard. `published`: the vendor's open-source Simple Roster behaves so. `decided`: no source says anything, and
 * this emulator chose.
 */
export type Basis = (typeof bases)[number]

/** One row of the ledger. */
export interface Behaviour {
  /** The part of the API: the headings of docs/fidelity.md. */
  readonly part: 'Token endpoint' | 'Status endpoint' | 'Upload' | 'Result files' | 'HTTP'
  readonly topic: string
  readonly basis: Basis
  readonly source: string
  /** The file below `test/`, and the title in it. */
  readonly test: readonly [file: string, title: string]
  /** The switch and the value that bring it about: `rowErrors: fail`. */
  readonly switch?: string
}

const page = 'Check Upload Status via API'
const sibling = 'the vendor’s pages on CSV imports'
const roster = 'oat-sa/simple-roster'

const statusRows = ['contract/status.test.ts', 'every row of the contract, byte for byte'] as const
const issued = ['contract/token.test.ts', 'a token is issued'] as const
const notIssued = [
  'contract/token.test.ts',
  'a request that cannot have a token is refused',
] as const
const refusedUploads = [
  'contract/upload.test.ts',
  'a request that is no upload is refused with the reason',
] as const
const journey = ['contract/published.test.ts', 'the journey of a roster, byte for byte'] as const
const bothValues = ['contract/service.test.ts', 'each switch has both of its values'] as const
const odd = [
  'contract/protocol.test.ts',
  'a malformed request gets a response in the format of the API',
] as const

type Row = [
  topic: string,
  basis: Basis,
  source: string,
  test: Behaviour['test'],
  switchValue?: string,
]

function rows<Id extends string>(part: Behaviour['part'], given: Record<Id, Row>) {
  return Object.fromEntries(
    Object.entries<Row>(given).map(([id, [topic, basis, source, test, switchValue]]) => [
      id,
      { part, topic, basis, source, test, ...(switchValue && { switch: switchValue }) },
    ]),
  ) as Record<Id, Behaviour>
}

/** The ledger, by the id of each row. */
export const behaviours = {
  ...rows('Token endpoint', {
    'token-multipart': [
      'A token request is `multipart/form-data` with `grant_type`, `client_id` and `client_secret`; the documented curl command works as printed',
      'documented',
      page,
      ['contract/token.test.ts', 'the documented command works as printed'],
    ],
    'token-urlencoded': [
      'A token request may be `application/x-www-form-urlencoded`',
      'standard',
      'RFC 6749 §4.4.2',
      issued,
    ],
    'token-json': [
      'A token request may be a JSON object; members that are unknown are ignored',
      'published',
      'oat-sa/tao-core',
      issued,
    ],
    'token-query': [
      'Query parameters are ignored, and a secret there is no credential',
      'published',
      'oat-sa/tao-core',
      ['contract/token.test.ts', 'query parameters change nothing'],
    ],
    'token-basic': [
      'The client may authenticate by `Authorization: Basic`',
      'standard',
      'RFC 6749 §2.3.1, §3.2.1',
      issued,
    ],
    'token-content-type': [
      'Any other content type is 400 `invalid_request`',
      'decided',
      'no source',
      notIssued,
    ],
    'token-response': [
      '200 with `access_token`, `token_type` and `expires_in`',
      'documented',
      page,
      issued,
    ],
    'token-response-headers': [
      '`cache-control: no-store`, `pragma: no-cache`, and the member `scope`',
      'standard',
      'RFC 6749 §5.1',
      issued,
    ],
    'token-scope': [
      'Without `scope` a token has every scope of its client; a scope that the client does not have is 400 `invalid_scope`',
      'decided',
      'no source',
      notIssued,
    ],
    'token-errors': [
      'Errors are 400 (401 for `invalid_client`) with `error` and `error_description`',
      'standard',
      'RFC 6749 §3.2, §5.2',
      notIssued,
    ],
    'token-jwt': [
      'The access token is a JWT with `iss`, `sub`, `client_id`, `aud`, `iat`, `exp`, `jti` and `scope`',
      'standard',
      'RFC 9068',
      issued,
    ],
    'token-claims': [
      'The scopes are also an array, `scopes`; a client may have claims such as `tenant_id`',
      'published',
      'tao-ce/tao-deliver-be',
      ['contract/token.test.ts', 'a client adds its claims to every token'],
    ],
    'token-metadata': [
      'Keys and metadata are at `/.well-known/…`',
      'standard',
      'RFC 7517, RFC 8414',
      ['contract/token.test.ts', 'a strict OAuth client is content'],
    ],
    'token-older-path': [
      '`POST /api/v1/oauth2/tokens` responds in the same way',
      'documented',
      sibling,
      issued,
    ],
  }),
  ...rows('Status endpoint', {
    'status-found': [
      '200 `{"result":{"status","fileLine","messages"}}`, with the states `pending`, `processed` and `failed`',
      'documented',
      page,
      statusRows,
    ],
    'status-processing': [
      'The state `processing`, where a scenario has it',
      'published',
      roster,
      [
        'contract/upload.test.ts',
        'an upload may be processing, as published, and then has no result file yet',
      ],
    ],
    'status-unauthorized': [
      '401 `Access Denied` without a valid token',
      'documented',
      page,
      statusRows,
    ],
    'status-forbidden': [
      '403 `Insufficient scope` without the scope `rostering`',
      'documented',
      page,
      statusRows,
    ],
    'status-error': ['500 with the details of the error', 'documented', page, statusRows],
    'status-unknown': [
      '404 for an id that is unknown or cannot be one',
      'documented',
      page,
      [
        'contract/status.test.ts',
        'ids that no import has are unknown, after the checks of the token',
      ],
      'referenceIds: any',
    ],
    'status-not-uuid': [
      '400 for an id that is no UUID',
      'published',
      roster,
      bothValues,
      'referenceIds: uuid',
    ],
    'status-challenge': [
      '`www-authenticate` on 401 and 403',
      'standard',
      'RFC 6750 §3, RFC 9110 §15.5.2',
      statusRows,
    ],
    'status-token-checks': [
      'A token needs a known key, the issuer, the audience and the claims of an access token',
      'standard',
      'RFC 7519, RFC 9068',
      ['emulator/tokens.test.ts', 'forged and odd tokens are 401, each for its own reason'],
    ],
    'status-content-type': [
      'Content types without a parameter: `text/plain`, `application/json`',
      'documented',
      page,
      statusRows,
      'contentTypes: bare',
    ],
    'status-charset': [
      'Content types with `; charset=utf-8`',
      'decided',
      'most frameworks add it',
      bothValues,
      'contentTypes: charset',
    ],
    'status-head': [
      '`HEAD` responds as `GET`, without a body',
      'standard',
      'RFC 9110 §9.3.2',
      statusRows,
    ],
  }),
  ...rows('Upload', {
    'upload-paths': [
      '`POST /api/v1/upload/api/v1/upload` and, older, `/api/v1/upload`, with the part `file`',
      'documented',
      sibling,
      journey,
    ],
    'upload-response': [
      '200 `{"result":{"message":"File uploaded","referenceId":"<UUID>"}}`',
      'published',
      roster,
      journey,
    ],
    'upload-refused': [
      '400 without a file, for an empty file, for one that is no CSV, and for a name that ends with neither `.csv` nor `.zip`',
      'published',
      roster,
      refusedUploads,
    ],
    'upload-refused-decided': [
      '400 for several files, for a text in place of the file, for a file with none of the known columns, and for damaged or encrypted archives',
      'decided',
      'no source',
      refusedUploads,
    ],
    'upload-too-large': [
      '413 over `--max-upload-size`, 50 MiB unless set',
      'decided',
      `${roster} responds with 400 over 5 MiB`,
      ['contract/upload.test.ts', 'a large upload is 413'],
    ],
    'upload-zip': [
      'A ZIP archive with one file counts as that file',
      'published',
      roster,
      ['contract/upload-zip.test.ts', 'a ZIP archive with one CSV file is taken as that file'],
    ],
    'upload-columns': [
      'Unknown columns are accepted and handed through to the result file',
      'published',
      roster,
      ['contract/upload.test.ts', 'the journal names the columns that no rule checks'],
    ],
    'upload-values': [
      'Values are trimmed; booleans are `true`, `false`, `1`, `0` in any case; `user_username` has no white space and at most 255 bytes',
      'published',
      roster,
      ['domain/roster.test.ts', 'a value'],
    ],
    'upload-rules': [
      'Mandatory columns and values, the password rule, roles, and the templates of the columns',
      'documented',
      sibling,
      ['domain/roster.test.ts', 'a row'],
    ],
    'upload-pending': [
      'An upload is pending for a second at least, by the virtual clock',
      'decided',
      'no source',
      ['contract/upload.test.ts', 'an import takes its time by the virtual clock'],
    ],
    'row-errors-fail': [
      'An upload with mistakes in its rows ends `failed`, with a message for each',
      'documented',
      page,
      bothValues,
      'rowErrors: fail',
    ],
    'row-errors-report': [
      'An upload with mistakes in its rows ends `processed`, and only the result file names the rows',
      'published',
      roster,
      bothValues,
      'rowErrors: report',
    ],
    'file-line-handled': [
      '`fileLine` counts all data rows',
      'documented',
      `${page}: “imported or processed”`,
      bothValues,
      'fileLine: handled',
    ],
    'file-line-imported': [
      '`fileLine` counts the rows without a mistake',
      'documented',
      `${page}: “imported or processed”`,
      bothValues,
      'fileLine: imported',
    ],
    'ragged-rows-check': [
      'A row with too few or too many values has a mistake',
      'documented',
      `${sibling}: the vendor’s own sample is ragged`,
      bothValues,
      'raggedRows: check',
    ],
    'ragged-rows-refuse': [
      'A file with such a row is refused with 400',
      'published',
      roster,
      bothValues,
      'raggedRows: refuse',
    ],
    'max-records-none': [
      'A file may have any number of rows',
      'decided',
      'no source',
      bothValues,
      'maxRecords: null',
    ],
    'max-records': [
      'A file with more rows is refused with 400',
      'published',
      `${roster}: 10,000 by default`,
      bothValues,
      'maxRecords: a number',
    ],
  }),
  ...rows('Result files', {
    'download-response': ['200 `{"signedUrl":"…"}`', 'published', roster, journey],
    'download-missing': [
      '404 while there is no result file: the import runs, or the whole file was refused',
      'published',
      roster,
      ['contract/upload.test.ts', 'an upload is pending, then processed, then downloaded'],
    ],
    'result-file': [
      'The uploaded columns, then `status,errorType,errorCode,errorMessage`',
      'published',
      roster,
      journey,
    ],
    'result-link': [
      'The signed URL needs no token and lives for 15 minutes; altered or expired it is 403',
      'decided',
      `${roster}: 15 minutes`,
      ['contract/upload.test.ts', 'a link to a report is for that report, and for a while'],
    ],
  }),
  ...rows('HTTP', {
    'path-unknown': [
      '404 `{"message":"Not Found"}` for any other path',
      'decided',
      'no source',
      statusRows,
    ],
    root: [
      '`GET /` is 200 with a short text, for tools that wait for a server',
      'decided',
      'no source',
      [
        'http/sandbox.test.ts',
        'a browser that comes to / is led to the page, and anybody else gets a short text',
      ],
    ],
    'method-not-allowed': [
      '405 with `allow` for any other method',
      'decided',
      'RFC 9110 §15.5.6; the body: no source',
      [
        'contract/status.test.ts',
        'every other method is 405, and the response lists the allowed ones',
      ],
    ],
    malformed: [
      '400, 408, 413, 415, 417, 431 and 505 for what is no request of HTTP/1.1, in the shape `{"message":"…"}`',
      'decided',
      'the status: RFC 9110; the body: no source',
      odd,
    ],
    'internal-error': [
      '500 `{"message":"<details of the error>"}` where the emulator itself fails',
      'documented',
      page,
      [
        'contract/protocol.test.ts',
        'whatever fails inside is a 500 with its details, and is logged whole',
      ],
    ],
    cors: [
      'A page of any origin may call the API, without credentials',
      'decided',
      'the protocol: the Fetch standard',
      ['contract/protocol.test.ts', 'a page on another origin can call the API'],
    ],
    workspace: [
      'A workspace that cannot be made is 401',
      'decided',
      'workspaces are the emulator’s own',
      ['http/control.test.ts', 'a workspace that was used within the last minute is not evicted'],
    ],
    fault: [
      'A fault that was armed',
      'decided',
      'faults are the emulator’s own',
      ['contract/faults.test.ts', 'each kind puts its bytes on the wire'],
    ],
  }),
} satisfies Record<string, Behaviour>

/** The id of a row of the ledger. */
export type BehaviourId = keyof typeof behaviours

const servedBehaviours: Readonly<Record<Operation, BehaviourId>> = {
  token: 'token-response',
  upload: 'upload-response',
  status: 'status-found',
  download: 'download-response',
  result: 'result-file',
  jwks: 'token-metadata',
  metadata: 'token-metadata',
}

/** The row that each reason rests on; null where there is no response, or where the operation decides. */
const reasonBehaviours: Readonly<Record<Exclude<ReasonCode, 'served'>, BehaviourId | null>> = {
  'client-gone': null,
  preflight: 'cors',
  fault: 'fault',
  'token-missing': 'status-unauthorized',
  'token-malformed': 'status-unauthorized',
  'token-algorithm': 'status-unauthorized',
  'token-signature': 'status-unauthorized',
  'token-type': 'status-unauthorized',
  'token-issuer': 'status-unauthorized',
  'token-audience': 'status-unauthorized',
  'token-claims': 'status-unauthorized',
  'token-expired': 'status-unauthorized',
  'token-not-yet-valid': 'status-unauthorized',
  'scope-missing': 'status-forbidden',
  'workspace-limit': 'workspace',
  'request-invalid': 'token-errors',
  'client-unauthenticated': 'token-errors',
  'client-unknown': 'token-errors',
  'client-secret-wrong': 'token-errors',
  'grant-unsupported': 'token-errors',
  'scope-not-granted': 'token-scope',
  'reference-id-unknown': 'status-unknown',
  'reference-id-impossible': 'status-unknown',
  'import-error': 'status-error',
  'upload-refused': 'upload-refused',
  'upload-too-large': 'upload-too-large',
  'reference-id-not-uuid': 'status-not-uuid',
  'result-missing': 'download-missing',
  'link-forged': 'result-link',
  'link-expired': 'result-link',
  'path-unknown': 'path-unknown',
  'method-not-allowed': 'method-not-allowed',
  'http-malformed': 'malformed',
  'http-too-large': 'malformed',
  'http-timeout': 'malformed',
  'internal-error': 'internal-error',
}

/** Returns the rows that a response rests on. */
export function behavioursOf(
  operation: Operation | undefined,
  code: ReasonCode,
  further: readonly BehaviourId[] = [],
): readonly BehaviourId[] {
  const main =
    code !== 'served'
      ? reasonBehaviours[code]
      : operation === undefined
        ? 'root'
        : servedBehaviours[operation]
  return main === null ? [] : [main, ...further]
}

/** Returns the weakest evidence among rows; null where there are none. */
export function weakestBasis(ids: readonly BehaviourId[]): Basis | null {
  const ranks = ids.map((id) => bases.indexOf(behaviours[id].basis))
  return ranks.length === 0 ? null : (bases[Math.max(...ranks)] as Basis)
}
