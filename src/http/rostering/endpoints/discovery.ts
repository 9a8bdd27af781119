import type { KeySetResponse, ServerMetadataResponse } from '../../../domain/response-bodies.js'
import { json } from '../../response.js'
import type { Call, Endpoint, Served } from '../endpoint.js'

const keySetPath = '/.well-known/jwks.json'

/** The keys that verify access tokens: RFC 7517 §5. */
export const jwks: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: [keySetPath],
  bearer: false,
  body: 'none',
  run({ emulator }) {
    const keys = [{ ...emulator.signingKey.publicJwk }]
    return { response: json(200, { keys } satisfies KeySetResponse) }
  },
}

/** The metadata that a strict OAuth client fetches first: RFC 8414 §2. */
export const metadata: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
  bearer: false,
  body: 'none',
  run: describeServer,
}

function describeServer({ emulator, workspace }: Call): Served {
  const { issuer, publicUrl } = emulator
  const base = publicUrl ?? issuer
  const response = json(200, {
    issuer,
    token_endpoint: `${base}${workspace.pathPrefix}/api/v1/upload/v1/oauth2/tokens`,
    // All workspaces share the keys.
    jwks_uri: `${base}${keySetPath}`,
    scopes_supported: workspace.clients.scopes(),
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  } satisfies ServerMetadataResponse)
  return { response }
}
