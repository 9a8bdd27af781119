import type { FastifyRequest } from 'fastify'
import { OAuthError } from '../../domain/errors.js'
import { grantScopes, tokenResponse } from '../../domain/oauth.js'
import type { Emulator } from '../../emulator/emulator.js'
import { type Answer, json } from '../answer.js'
import type { Endpoint } from '../endpoint.js'
import { noStore } from '../errors.js'
import { type Form, invalidRequest } from '../form.js'
import { headerValues } from '../request-head.js'

/** The token endpoint: RFC 6749 §4.4. */
export const token: Endpoint = {
  methods: ['POST'],
  paths: ['/api/v1/upload/v1/oauth2/tokens', '/api/v1/oauth2/tokens'],
  bearer: false,
  body: 'form',
  identify(emulator, request) {
    const { exchange } = request
    exchange.clientId = readTokenRequest(request).clientId
    exchange.workspace = emulator.locateClient(exchange.clientId, exchange.named).workspace
  },
  answer: issueToken,
}

interface TokenRequest {
  readonly grantType: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | undefined
  /** Whether the client authenticates by header. */
  readonly isBasic: boolean
}

function readTokenRequest(request: FastifyRequest): TokenRequest {
  const form = request.body as Form | undefined
  if (form === undefined) throw invalidRequest('The request has no body')

  const basic = parseBasic(headerValues(request, 'authorization'))
  if (basic !== undefined && (form.has('client_id') || form.has('client_secret'))) {
    throw invalidRequest('The client authenticates by header and by body at once')
  }
  return {
    grantType: required(form, 'grant_type'),
    clientId: basic?.clientId ?? required(form, 'client_id'),
    clientSecret: basic?.clientSecret ?? required(form, 'client_secret'),
    scope: form.has('scope') ? required(form, 'scope') : undefined,
    isBasic: basic !== undefined,
  }
}

async function issueToken(emulator: Emulator, request: FastifyRequest): Promise<Answer> {
  const { grantType, clientId, clientSecret, scope, isBasic } = readTokenRequest(request)
  const home = emulator.locateClient(clientId, request.exchange.named)
  const { workspace } = home
  const client = workspace.clients.authenticate(home.clientId, clientSecret, isBasic)

  if (grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'The grant type must be client_credentials', {
      reason: { code: 'grant-unsupported', message: 'The grant type must be client_credentials' },
    })
  }
  const scopes = grantScopes(scope, client.scopes)
  const { tokenLifetime: lifetime, tokenFlaw: flaw } = client
  const spec = { clientId, scopes, lifetime, flaw }
  const accessToken = await emulator.tokens.mint(spec, workspace.clock.now())
  return json(200, tokenResponse(accessToken, lifetime, scopes), noStore)
}

/** RFC 6749 §3.2: parameters must not be sent more than once. */
function required(form: Form, name: string): string {
  const values = form.getAll(name)
  if (values.length > 1) throw invalidRequest(`The parameter ${name} is repeated`)
  const [value] = values
  if (value === undefined) throw invalidRequest(`The parameter ${name} is missing`)
  if (value === '') throw invalidRequest(`The parameter ${name} is empty`)
  return value
}

interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** RFC 6749 §2.3.1: HTTP Basic, each half encoded as in a form. */
function parseBasic(authorization: readonly string[]): Credentials | undefined {
  if (authorization.length > 1) {
    throw invalidRequest('The request has more than one Authorization header')
  }
  const [value] = authorization
  if (value === undefined) return undefined
  const encoded = /^basic +([a-z\d+/]+=*) *$/i.exec(value)?.[1]
  const halves = /^([^:]+):(.*)$/s.exec(decodeBase64(encoded ?? '') ?? '')
  const clientId = decodeFormValue(halves?.[1])
  const clientSecret = decodeFormValue(halves?.[2])
  if (clientId === undefined || clientSecret === undefined) {
    throw new OAuthError('invalid_client', 'The Authorization header holds no Basic credentials', {
      challenge: true,
    })
  }
  return { clientId, clientSecret }
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
