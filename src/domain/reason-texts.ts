import { accessTokenType, audience } from './access-token.js'
import { requiredScope } from './oauth.js'
import type { ReasonCode } from './reason.js'

/** The checks of a request. Each operation has some of them. */
export type Check =
  | 'head'
  | 'path'
  | 'form'
  | 'token'
  | 'signature'
  | 'claims'
  | 'time'
  | 'client'
  | 'grant'
  | 'scope'
  | 'fault'
  | 'link'
  | 'file'
  | 'import'

/** The texts of a reason. */
export interface ReasonText {
  /** The check that failed; `none` if all passed, `unknown` if the reason does not tell. */
  readonly failed: Check | 'none' | 'unknown'
  /** The value that the check expects. Empty if no check failed. */
  readonly expected: string
  /** The next step, as in docs/troubleshooting.md. Empty if none is needed. */
  readonly next: string
  /** True if a fresh token solves it. */
  readonly needsToken?: true
}

/** The texts of each reason. */
export const reasonTexts: Readonly<Record<ReasonCode, ReasonText>> = {
  served: { failed: 'none', expected: '', next: '' },
  preflight: { failed: 'none', expected: '', next: '' },
  'client-gone': { failed: 'unknown', expected: '', next: "Check the client's timeout." },
  fault: {
    failed: 'fault',
    expected: 'no armed fault that matches',
    next: '`faults.list()` shows it; `faults.clear()` disarms all.',
  },
  'token-missing': {
    failed: 'token',
    expected: 'Authorization: Bearer <access token>',
    next: 'Send `Authorization: Bearer <access token>`.',
    needsToken: true,
  },
  'token-malformed': {
    failed: 'token',
    expected: 'one signed JWT after the word Bearer',
    next: 'Send exactly one token, as the token endpoint returned it.',
    needsToken: true,
  },
  'token-algorithm': {
    failed: 'signature',
    expected: 'the algorithm of the key in the JWKS',
    next: 'Use a token of this emulator.',
    needsToken: true,
  },
  'token-signature': {
    failed: 'signature',
    expected: 'a signature of the key in the JWKS',
    next: 'Get a new token, or start with `--signing-key` so that tokens outlive a restart.',
    needsToken: true,
  },
  'token-type': {
    failed: 'claims',
    expected: `typ ${accessTokenType}`,
    next: 'Send the `access_token`.',
    needsToken: true,
  },
  'token-issuer': {
    failed: 'claims',
    expected: 'iss as in the metadata of this emulator',
    next: 'Use the token endpoint of this emulator, or set `--issuer`.',
    needsToken: true,
  },
  'token-audience': {
    failed: 'claims',
    expected: `aud "${audience}"`,
    next: 'Use a token of this emulator.',
    needsToken: true,
  },
  'token-claims': {
    failed: 'claims',
    expected: 'sub, client_id, jti, iat and exp (RFC 9068)',
    next: 'Use a token of this emulator; see `claims` of `tokens.mint`.',
    needsToken: true,
  },
  'token-expired': {
    failed: 'time',
    expected: 'a time before exp, by the virtual clock',
    next: 'Get a new token on 401. An advanced clock makes tokens expire.',
    needsToken: true,
  },
  'token-not-yet-valid': {
    failed: 'time',
    expected: 'a time from nbf and iat on, by the virtual clock',
    next: 'Check whether the clock was set back.',
    needsToken: true,
  },
  'scope-missing': {
    failed: 'scope',
    expected: `scope "${requiredScope}"`,
    next: 'Give the client the scope in the scenario, or request it.',
  },
  'workspace-limit': {
    failed: 'client',
    expected: 'room for a new workspace',
    next: 'Delete one, or raise `--max-workspaces`.',
  },
  'request-invalid': {
    failed: 'form',
    expected: 'each parameter once, in a body that can be read',
    next: 'The message names the parameter.',
  },
  'client-unauthenticated': {
    failed: 'form',
    expected: 'client_id and client_secret',
    next: 'Send `client_id` and `client_secret`, in the body or by Basic.',
  },
  'client-unknown': {
    failed: 'client',
    expected: 'a client of the scenario',
    next: 'Add it under `clients:`, or put it with `clients.put`.',
  },
  'client-secret-wrong': {
    failed: 'client',
    expected: 'the secret of the client',
    next: 'Compare it with the scenario. For Basic, form-encode each half.',
  },
  'grant-unsupported': {
    failed: 'grant',
    expected: 'grant_type=client_credentials',
    next: 'Send `grant_type=client_credentials`.',
  },
  'scope-not-granted': {
    failed: 'scope',
    expected: 'scopes that the client has',
    next: 'Add the scope to the client, or leave `scope` out.',
  },
  'reference-id-unknown': {
    failed: 'import',
    expected: 'the id of an import',
    next: 'The message names the nearest id. Uploads give new ids.',
  },
  'reference-id-impossible': {
    failed: 'import',
    expected: 'an id that an import can have',
    next: 'Check how the id is encoded in the path.',
  },
  'import-error': {
    failed: 'import',
    expected: 'an import without an error',
    next: 'This is what the scenario plans: handle it.',
  },
  'upload-refused': {
    failed: 'file',
    expected: 'one CSV file, or a ZIP archive with one',
    next: 'The message says what is wrong: the rules (docs/csv-rules.md).',
  },
  'upload-too-large': {
    failed: 'file',
    expected: 'a file within --max-upload-size',
    next: 'Split the file, or raise the limit.',
  },
  'reference-id-not-uuid': {
    failed: 'import',
    expected: 'a UUID, by the switch referenceIds',
    next: 'Use ids of uploads, or set the switch to `any`.',
  },
  'result-missing': {
    failed: 'import',
    expected: 'an import that has ended with a result file',
    next: 'Wait until the import is `processed` or `failed`.',
  },
  'link-forged': {
    failed: 'link',
    expected: 'the URL as download returned it',
    next: 'Use the URL as `download` returned it.',
  },
  'link-expired': {
    failed: 'link',
    expected: 'a link of the last 15 minutes, by the virtual clock',
    next: 'Ask `download` for a new one.',
  },
  'path-unknown': {
    failed: 'path',
    expected: 'the path of an operation',
    next: 'The message may name the path that was meant.',
  },
  'method-not-allowed': {
    failed: 'path',
    expected: 'a method that the path allows',
    next: 'The header `Allow` lists the methods.',
  },
  'http-malformed': {
    failed: 'head',
    expected: 'a valid request of HTTP/1.1',
    next: 'The message says which rule it breaks.',
  },
  'http-too-large': {
    failed: 'head',
    expected: 'a request within the limits',
    next: 'Shorten the headers.',
  },
  'http-timeout': {
    failed: 'head',
    expected: 'a whole request in time',
    next: 'Send it faster than the limits (docs/security.md).',
  },
  'internal-error': {
    failed: 'unknown',
    expected: '',
    next: 'The log has the stack: please report it.',
  },
}
