import { isObject, objectIn, type ReceivedResponse, type SentRequest } from './message.js'

/*
 * The requests of the checks. Several checks look at one response. docs/verify.md lists them all.
 */

/** The facts that requests need, given or learned from earlier responses. */
export interface Facts {
  /** The origin of the service: `https://example.org`. */
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
  readonly unscopedClientId?: string | undefined
  readonly unscopedClientSecret?: string | undefined
  readonly referenceId?: string | undefined
  readonly file?: { readonly name: string; readonly content: Uint8Array } | undefined
  readonly token?: string
  readonly unscopedToken?: string
  readonly keysPath?: string
  readonly uploadedId?: string
  /** The target of the signed URL, if it leads to the same service. */
  readonly resultPath?: string
}

/** One request, as data. */
export interface RequestSpec {
  /** The sentence in docs/verify.md, after the method and the path. */
  readonly note: string
  /** The facts without which it is not sent. */
  readonly needs: readonly (keyof Facts)[]
  readonly method: string
  readonly path: string | ((facts: Facts) => string)
  headers?(facts: Facts): Record<string, string>
  body?(facts: Facts): SentRequest['body']
  /** Returns what later requests need. */
  learn?(response: ReceivedResponse, facts: Facts): Partial<Facts>
  /** True if the response is not final yet, so that the request is sent again after a while. */
  isRunning?(response: ReceivedResponse): boolean
}

const tokenPath = '/api/v1/upload/v1/oauth2/tokens'
const olderTokenPath = '/api/v1/oauth2/tokens'
const statusPath = '/api/v1/upload/api/v1/status/'
const downloadPath = '/api/v1/upload/api/v1/download/'
const uploadPath = '/api/v1/upload/api/v1/upload'

/** An id that no import has: the version of a UUID that nothing generates. */
const unknownId = '00000000-0000-4000-8000-000000000000'
const boundary = '------------------------tao-upload-emulator'
const formType = { 'content-type': 'application/x-www-form-urlencoded' }
const multipartType = { 'content-type': `multipart/form-data; boundary=${boundary}` }

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
const grant = { grant_type: 'client_credentials' }
const credentials = ({ clientId, clientSecret }: Facts) => ({
  ...grant,
  client_id: clientId,
  client_secret: clientSecret,
})
const multipart = (fields: Record<string, string>) =>
  `${Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('')}--${boundary}--\r\n`

const basic = ({ clientId, clientSecret }: Facts) => {
  const halves = [clientId, clientSecret].map((half) => form({ _: half }).slice(2))
  return `Basic ${Buffer.from(halves.join(':')).toString('base64')}`
}

const bearer = ({ token }: Facts) => ({ authorization: `Bearer ${token}` })
const learnToken = (response: ReceivedResponse) => {
  const { access_token: token } = objectIn(response)
  return response.status === 200 && typeof token === 'string' && token !== '' ? { token } : {}
}

/** A token request that differs from the usual one in its form. */
const tokenForm = (note: string, fields: (facts: Facts) => Record<string, string>) => ({
  note,
  needs: [],
  method: 'POST',
  path: tokenPath,
  headers: () => formType,
  body: (facts: Facts) => form(fields(facts)),
})

/** A status request with the token. */
const statusOf = (note: string, path: string, more: Partial<RequestSpec> = {}) => ({
  note,
  needs: ['token'] as const,
  method: 'GET',
  path,
  headers: bearer,
  ...more,
})

function fileForm({ name, content }: { name: string; content: Uint8Array }): Buffer {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name.replace(/["\\\r\n]/g, '_')}"\r\nContent-Type: text/csv\r\n\r\n`
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

/** The requests, in the order in which they are sent. Those for a token come first. */
export const requests = {
  'token-multipart': {
    note: 'as the documented curl command sends it',
    needs: [],
    method: 'POST',
    path: tokenPath,
    headers: () => multipartType,
    body: (facts) => multipart(credentials(facts)),
    learn: learnToken,
  },
  'token-urlencoded': {
    ...tokenForm('with a form', credentials),
    learn: learnToken,
  },
  'token-json': {
    note: 'with JSON, and a member that is unknown',
    needs: [],
    method: 'POST',
    path: tokenPath,
    headers: () => ({ 'content-type': 'application/json' }),
    body: (facts) => JSON.stringify({ ...credentials(facts), comment: 'unknown' }),
    learn: learnToken,
  },
  'token-basic': {
    ...tokenForm('with `Authorization: Basic`', () => grant),
    headers: (facts) => ({ ...formType, authorization: basic(facts) }),
    learn: learnToken,
  },
  'token-older-path': {
    ...tokenForm('on the older path', credentials),
    path: olderTokenPath,
    learn: learnToken,
  },
  'token-query': {
    ...tokenForm('with a query that names another client', credentials),
    path: `${tokenPath}?client_id=nobody`,
  },
  'token-unknown-field': tokenForm('with a parameter that is unknown', (facts) => ({
    ...credentials(facts),
    comment: 'unknown',
  })),
  'token-empty-scope': tokenForm('with a scope without a value', (facts) => ({
    ...credentials(facts),
    scope: '',
  })),
  'token-no-grant': tokenForm('without `grant_type`', ({ clientId, clientSecret }) => ({
    client_id: clientId,
    client_secret: clientSecret,
  })),
  'token-other-grant': tokenForm('with another grant', (facts) => ({
    ...credentials(facts),
    grant_type: 'password',
  })),
  'token-other-scope': tokenForm('with a scope that no client has', (facts) => ({
    ...credentials(facts),
    scope: 'tao-upload-emulator-verify',
  })),
  'token-no-client': tokenForm('without a client', () => grant),
  'token-wrong-secret': tokenForm('with a wrong secret, once', (facts) => ({
    ...credentials(facts),
    client_secret: 'wrong-secret-of-tao-upload-emulator-verify',
  })),
  'token-text': {
    note: 'with the content type `text/plain`, without a secret',
    needs: [],
    method: 'POST',
    path: tokenPath,
    headers: () => ({ 'content-type': 'text/plain' }),
    body: () => form(grant),
  },
  metadata: {
    note: 'the metadata of the authorization server',
    needs: [],
    method: 'GET',
    path: '/.well-known/oauth-authorization-server',
    learn: (response, { origin }) => {
      const keysPath = targetOf(objectIn(response).jwks_uri, origin)
      return keysPath === undefined ? {} : { keysPath }
    },
  },
  'openid-metadata': {
    note: 'the same metadata, where OpenID Connect has it',
    needs: [],
    method: 'GET',
    path: '/.well-known/openid-configuration',
  },
  keys: {
    note: 'the public keys, at the path that the metadata names',
    needs: ['keysPath'],
    method: 'GET',
    path: ({ keysPath }) => keysPath as string,
  },
  'status-no-token': {
    note: 'without a token',
    needs: [],
    method: 'GET',
    path: statusPath + unknownId,
  },
  'status-odd-token': {
    note: 'with `Bearer not-a-token`',
    needs: [],
    method: 'GET',
    path: statusPath + unknownId,
    headers: () => ({ authorization: 'Bearer not-a-token' }),
  },
  'status-altered-token': statusOf(
    'with the token, its signature altered',
    statusPath + unknownId,
    {
      headers: ({ token = '' }) => ({ authorization: `Bearer ${alter(token)}` }),
    },
  ),
  'status-two-tokens': statusOf('with the token and a word behind it', statusPath + unknownId, {
    headers: ({ token }) => ({ authorization: `Bearer ${token} more` }),
  }),
  'status-other-scheme': statusOf(
    'with the token under the scheme `Token`',
    statusPath + unknownId,
    {
      headers: ({ token }) => ({ authorization: `Token ${token}` }),
    },
  ),
  'status-lower-case': statusOf('with the scheme in lower case', statusPath + unknownId, {
    headers: ({ token }) => ({ authorization: `bearer ${token}` }),
  }),
  'status-unknown': statusOf('with an id that no import has', statusPath + unknownId),
  'status-head': statusOf('with an id that no import has', statusPath + unknownId, {
    method: 'HEAD',
  }),
  'status-not-uuid': statusOf('with an id that is no UUID', `${statusPath}tao-upload-emulator`),
  'status-odd-id': statusOf('with an id that cannot be one', `${statusPath}%00__proto__`),
  'status-long-id': statusOf('with an id of 2,000 characters', statusPath + 'x'.repeat(2000)),
  'status-post': statusOf('with a method that it does not have', statusPath + unknownId, {
    method: 'POST',
  }),
  'other-path': statusOf('a path that does not exist', '/api/v1/upload/api/v1/tao-upload-emulator'),
  'misprinted-path': statusOf(
    'the path as the documentation misprints it',
    `/api/v1/uploadpi/v1/status/${unknownId}`,
  ),
  'unscoped-token': {
    ...tokenForm('for the client without the scope', (facts) => ({
      ...grant,
      client_id: facts.unscopedClientId as string,
      client_secret: facts.unscopedClientSecret as string,
    })),
    needs: ['unscopedClientId', 'unscopedClientSecret'],
    learn: (response) => {
      const { token } = learnToken(response) as { token?: string }
      return token === undefined ? {} : { unscopedToken: token }
    },
  },
  'status-unscoped': {
    note: 'with a token without the scope',
    needs: ['unscopedToken'],
    method: 'GET',
    path: statusPath + unknownId,
    headers: ({ unscopedToken }) => ({ authorization: `Bearer ${unscopedToken}` }),
  },
  'status-found': statusOf('with the id of `--reference-id`', '', {
    needs: ['token', 'referenceId'],
    path: ({ referenceId }) => statusPath + encodeURIComponent(referenceId as string),
  }),
  'download-no-token': {
    note: 'without a token',
    needs: [],
    method: 'GET',
    path: downloadPath + unknownId,
  },
  'download-unknown': statusOf('with an id that no import has', downloadPath + unknownId),
  'upload-no-token': {
    note: 'without a token and without a file',
    needs: [],
    method: 'POST',
    path: uploadPath,
    headers: () => multipartType,
    body: () => multipart({}),
  },
  'upload-no-file': {
    note: 'with `--upload`: without a file',
    needs: ['token', 'file'],
    method: 'POST',
    path: uploadPath,
    headers: (facts) => ({ ...bearer(facts), ...multipartType }),
    body: () => multipart({ comment: 'no file' }),
  },
  'upload-other-name': {
    note: 'with `--upload`: a file whose name ends with `.txt`',
    needs: ['token', 'file'],
    method: 'POST',
    path: uploadPath,
    headers: (facts) => ({ ...bearer(facts), ...multipartType }),
    body: () => fileForm({ name: 'roster.txt', content: Buffer.from('a\n') }),
  },
  upload: {
    note: 'with `--upload`: the file',
    needs: ['token', 'file'],
    method: 'POST',
    path: uploadPath,
    headers: (facts) => ({ ...bearer(facts), ...multipartType }),
    body: ({ file }) => fileForm(file as NonNullable<Facts['file']>),
    learn: (response) => {
      const { result } = objectIn(response)
      const id = isObject(result) ? result.referenceId : undefined
      return response.status === 200 && typeof id === 'string' ? { uploadedId: id } : {}
    },
  },
  'upload-status': statusOf('with `--upload`: the upload, once a second until it has ended', '', {
    needs: ['token', 'uploadedId'],
    path: ({ uploadedId }) => statusPath + encodeURIComponent(uploadedId as string),
    isRunning: (response) => {
      const { result } = objectIn(response)
      return isObject(result) && /^(?:pending|processing)$/.test(String(result.status))
    },
  }),
  download: statusOf('with `--upload`: the address of its result file', '', {
    needs: ['token', 'uploadedId'],
    path: ({ uploadedId }) => downloadPath + encodeURIComponent(uploadedId as string),
    learn: (response, { origin }) => {
      const resultPath = targetOf(objectIn(response).signedUrl, origin)
      return resultPath === undefined ? {} : { resultPath }
    },
  }),
  result: {
    note: 'with `--upload`: the result file, without a token',
    needs: ['resultPath'],
    method: 'GET',
    path: ({ resultPath }) => resultPath as string,
  },
} satisfies Record<string, RequestSpec>

export type RequestId = keyof typeof requests

/** Returns the path of a request as docs/verify.md shows it. */
export function shownPath({ path }: RequestSpec): string {
  const named = new Proxy({} as Facts, { get: (_, name) => `{${String(name)}}` })
  const text = typeof path === 'string' ? path : decodeURIComponent(path(named))
  return text.length > 200 ? `${text.slice(0, text.lastIndexOf('/') + 1)}xxx…` : text
}

/** The path and query of a URL that leads to the service itself. */
function targetOf(url: unknown, origin: string): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const target = new URL(url)
  return target.origin === origin ? target.pathname + target.search : undefined
}

/** Changes the first character of the signature: the last one may have bits that nobody reads. */
function alter(token: string): string {
  const at = token.lastIndexOf('.') + 1
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}
