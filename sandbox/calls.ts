/*
 * The calls of the vendor's API that the page can make.
 */

export const callNames = ['token', 'status', 'upload', 'download', 'jwks', 'metadata'] as const

export type CallName = (typeof callNames)[number]

/** A request, as commands and `fetch` are made from it. */
export interface Call {
  readonly method: string
  readonly url: string
  /** The access token that it bears. */
  readonly bearer?: string
  /** The arguments of the command that gets the access token, if it is not known. */
  readonly tokenArguments?: readonly string[]
  /** An Authorization header that is no token. */
  readonly authorization?: string
  /** A client that authenticates by header, percent-encoded. */
  readonly basic?: readonly [clientId: string, secret: string]
  readonly fields?: readonly (readonly [name: string, value: string])[]
  /** The name of a file that goes as the field `file`. */
  readonly fileName?: string
  /** The address that returns the URL to send the request to, if that has to be asked for. */
  readonly signedBy?: string
}

export interface CallArguments {
  readonly apiUrl: string
  readonly accessToken: string
  readonly clientId: string
  readonly clientSecret: string
  readonly referenceId: string
  readonly fileName: string
}

/** The fields that each call needs. */
export const callNeeds: Readonly<
  Record<CallName, readonly ('bearer' | 'referenceId' | 'secret' | 'file')[]>
> = {
  token: ['secret'],
  status: ['bearer', 'referenceId'],
  upload: ['bearer', 'file'],
  download: ['bearer', 'referenceId'],
  jwks: [],
  metadata: [],
}

/** The path of uploads. */
export const uploadPath = '/api/v1/upload/api/v1/upload'

const makeCall: Readonly<Record<CallName, (given: CallArguments) => Call>> = {
  token: ({ apiUrl, clientId, clientSecret }) => ({
    method: 'POST',
    url: `${apiUrl}/api/v1/upload/v1/oauth2/tokens`,
    fields: [
      ['grant_type', 'client_credentials'],
      ['client_id', clientId],
      ['client_secret', clientSecret],
    ],
  }),
  status: ({ apiUrl, referenceId, accessToken }) => ({
    method: 'GET',
    url: `${apiUrl}/api/v1/upload/api/v1/status/${encodeURIComponent(referenceId)}`,
    bearer: accessToken,
  }),
  upload: ({ apiUrl, accessToken, fileName }) => ({
    method: 'POST',
    url: `${apiUrl}${uploadPath}`,
    bearer: accessToken,
    fileName,
  }),
  download: ({ apiUrl, referenceId, accessToken }) => ({
    method: 'GET',
    url: `${apiUrl}/api/v1/upload/api/v1/download/${encodeURIComponent(referenceId)}`,
    bearer: accessToken,
  }),
  jwks: ({ apiUrl }) => ({ method: 'GET', url: `${apiUrl}/.well-known/jwks.json` }),
  metadata: ({ apiUrl }) => ({
    method: 'GET',
    url: `${apiUrl}/.well-known/oauth-authorization-server`,
  }),
}

export const callOf = (name: CallName, given: CallArguments): Call => makeCall[name](given)
