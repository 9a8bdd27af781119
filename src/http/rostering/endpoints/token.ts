import type { FastifyRequest } from 'fastify'
import type { BehaviourId } from '../../../domain/behaviours.js'
import { OAuthError } from '../../../domain/errors.js'
import { grantScopes, tokenResponse } from '../../../domain/oauth.js'
import { noStore } from '../../errors.js'
import { headerValues } from '../../request-head.js'
import { jsonWith } from '../../response.js'
import type { Call, Endpoint, Served } from '../endpoint.js'
import { type Form, invalidRequest } from '../form.js'

const olderPath = '/api/v1/oauth2/tokens'

const uncachedJson = jsonWith(noStore)

/** The token endpoint: RFC 6749 §4.4. */
export const token: Endpoint = {
  methods: ['POST'],
  paths: ['/api/v1/upload/v1/oauth2/tokens', olderPath],
  olderPaths: [olderPath],
  bearer: false,
  body: 'form',
  identify(emulator, request, named) {
    const tokenRequest = readTokenRequest(request)
    const { clientId, clientSecret } = tokenRequest
    const { workspace, clientId: idInWorkspace } = emulator.resolveClient(clientId, named)
    return {
      clientId,
      workspace,
      mayCreate:
        !emulator.isKept(workspace) && workspace.clients.isRight(idInWorkspace, clientSecret),
      run: (call) => issueToken(call, tokenRequest, idInWorkspace),
    }
  },
}

interface TokenRequest {
  readonly grantType: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | undefined
  /** Absent where the client authenticates by the body. */
  readonly basic: BasicCredentials | undefined
}

function readTokenRequest(request: FastifyRequest): TokenRequest {
  const form = (request.body as Form | undefined) ?? new URLSearchParams()
  const basic = parseBasic(headerValues(request, 'authorization'))
  const clientId = parameter(form, 'client_id')
  const clientSecret = parameter(form, 'client_secret')
  if (basic === undefined && clientId === undefined && clientSecret === undefined) {
    throw unauthenticated()
  }
  if (basic !== undefined && clientSecret !== undefined) {
    throw invalidRequest('The client authenticates by header and by body at once')
  }
  if (basic !== undefined && clientId !== undefined && clientId !== basic.clientId) {
    throw invalidRequest('The client_id of the body is not the client of the Authorization header')
  }
  return {
    grantType: required(form, 'grant_type'),
    clientId: basic?.clientId ?? required(form, 'client_id'),
    clientSecret: basic?.clientSecret ?? required(form, 'client_secret'),
    scope: parameter(form, 'scope'),
    basic,
  }
}

/** Clients that wait for a challenge authenticate after it: RFC 6749 §5.2. */
function unauthenticated(): OAuthError {
  const message = 'The request has no client authentication'
  return new OAuthError('invalid_client', message, {
    reason: { code: 'client-unauthenticated', message },
    challenge: true,
  })
}

async function issueToken(
  { emulator, workspace, request }: Call,
  { grantType, clientId, clientSecret, scope, basic }: TokenRequest,
  idInWorkspace: string,
): Promise<Served> {
  const client = workspace.clients.authenticate(idInWorkspace, clientSecret, basic)
  if (grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'The grant type must be client_credentials', {
      reason: { code: 'grant-unsupported', message: 'The grant type must be client_credentials' },
    })
  }
  const scopes = grantScopes(scope, client.scopes)
  const { tokenLifetime: lifetime, tokenFlaw: flaw, claims } = client
  const spec = { clientId, scopes, lifetime, flaw, claims }
  const accessToken = await emulator.tokens.mint(spec, workspace.clock.now())
  const behaviour = formBehaviour(request)
  return {
    response: uncachedJson(200, tokenResponse(accessToken, lifetime, scopes)),
    restsOn: basic === undefined ? [behaviour] : [behaviour, 'token-basic'],
  }
}

function formBehaviour({ headers }: FastifyRequest): BehaviourId {
  const type = String(headers['content-type'])
  if (/^multipart\//i.test(type)) return 'token-multipart'
  return /json/i.test(type) ? 'token-json' : 'token-urlencoded'
}

/** RFC 6749 §3.2: a parameter must not repeat, and one without a value counts as omitted. */
function parameter(form: Form, name: string): string | undefined {
  const values = form.getAll(name)
  if (values.length > 1) throw invalidRequest(`The parameter ${name} is repeated`)
  return values[0] || undefined
}

function required(form: Form, name: string): string {
  const value = parameter(form, name)
  if (value === undefined) throw invalidRequest(`The parameter ${name} is missing`)
  return value
}

interface BasicCredentials {
  readonly clientId: string
  readonly clientSecret: string
  /** The secret as it stands in the header, before it is form-decoded. */
  readonly encodedSecret: string
}

/** RFC 6749 §2.3.1: HTTP Basic, each half encoded as in a form. */
function parseBasic(authorization: readonly string[]): BasicCredentials | undefined {
  if (authorization.length > 1) {
    throw invalidRequest('The request has more than one Authorization header')
  }
  const [value] = authorization
  if (value === undefined) return undefined
  const encoded = /^basic +([a-z\d+/]+=*) *$/i.exec(value)?.[1]
  const halves = /^([^:]+):(.*)$/s.exec(decodeBase64(encoded ?? '') ?? '')
  const [, encodedId, encodedSecret = ''] = halves ?? []
  const clientId = decodeFormValue(encodedId)
  const clientSecret = decodeFormValue(encodedSecret)
  if (clientId === undefined || clientSecret === undefined) {
    const message = 'The Authorization header holds no Basic credentials'
    const hint = '; each half is form-encoded (RFC 6749 §2.3.1), with %25 for a %'
    throw new OAuthError('invalid_client', message, {
      reason: { code: 'request-invalid', message: message + (halves === null ? '' : hint) },
      challenge: true,
    })
  }
  return { clientId, clientSecret, encodedSecret }
}

function decodeBase64(encoded: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'))
  } catch {
    return undefined
  }
}

function decodeFormValue(encoded: string | undefined): string | undefined {
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
