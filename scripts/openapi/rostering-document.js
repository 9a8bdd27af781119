import { bases, behaviours, behavioursOf, weakestBasis } from '../../dist/domain/behaviours.js'
import { VendorError } from '../../dist/domain/errors.js'
import { requiredScope } from '../../dist/domain/oauth.js'
import { reasonTexts } from '../../dist/domain/reason-texts.js'
import { defaultService } from '../../dist/domain/service.js'
import { vendorResponse } from '../../dist/http/errors.js'
import { endpoints } from '../../dist/http/rostering/endpoint-table.js'
import { address } from './example-emulator.js'
import { describe, headersOf, ref } from './shared.js'

/*
 * The OpenAPI document of the rostering API: paths and methods of the endpoint table, responses as the emulator sends them, and
 * for each the basis that its journal entry has.
 */

/** The sentences of each operation, its name in generated clients, and the type of its response. */
const operationTexts = {
  token: {
    operationId: 'createToken',
    text: 'Issues an access token. The client authenticates by fields of the body, or by HTTP Basic.',
    body: 'MintedToken',
  },
  upload: {
    operationId: 'uploadRoster',
    text: 'Uploads a CSV file, or a ZIP archive with one, and begins an import.',
    body: 'UploadResponse',
  },
  status: {
    operationId: 'getStatus',
    text: 'Returns the status of an import. Poll it until the status is `processed` or `failed`.',
    body: 'StatusResponse',
  },
  download: {
    operationId: 'getDownload',
    text: 'Returns a signed URL that leads to the result file of an import.',
    body: 'DownloadResponse',
  },
  result: {
    operationId: 'getResultFile',
    text: 'Returns the result file of an import: its rows, each with its mistakes. Use the URL that getDownload returns.',
  },
  jwks: {
    operationId: 'getKeySet',
    text: 'Returns the keys that verify access tokens.',
    body: 'KeySetResponse',
  },
  metadata: {
    operationId: 'getServerMetadata',
    text: 'Returns the metadata of the authorization server, for OAuth clients.',
    body: 'ServerMetadataResponse',
  },
}

/** Returns the document. */
export function rosteringDocument({ version, sent, types, typeOf }) {
  const schemaOf = (name) => types.ofType(typeOf(name))
  const paths = {}
  for (const [operation, endpoint] of Object.entries(endpoints)) {
    if (operationTexts[operation] === undefined || sent[operation] === undefined)
      throw new Error(`scripts/openapi has no texts or no requests for ${operation}: add them`)
    for (const [index, path] of endpoint.paths.entries()) {
      const [method] = endpoint.methods
      const described = operationOf(operation, endpoint, sent[operation], schemaOf)
      paths[path.replace(/:(\w+)/g, '{$1}')] = {
        [method.toLowerCase()]: index === 0 ? described : older(described, path),
      }
    }
  }
  const unserved = {
    NotFound: wire('not-found', 'path-unknown', schemaOf),
    MethodNotAllowed: wire('method-not-allowed', 'method-not-allowed', schemaOf),
  }
  return {
    openapi: '3.1.0',
    info: { title: 'TAO Advance rostering API, as emulated', version, ...about },
    servers: serversOf(),
    tags: [{ name: 'Rostering', description: 'The API of the vendor.' }, metadataTag],
    paths,
    components: {
      schemas: { ...types.components },
      responses: { ...wireComponents(schemaOf), ...unserved },
      securitySchemes: securitySchemes(),
    },
    'x-ledger': ledger(),
    'x-reasons': reasonTexts,
  }
}

/** The rows of docs/fidelity.md, without the tests that show them. */
function ledger() {
  const rows = Object.entries(behaviours).map(([id, { part: _, test: __, ...row }]) => [id, row])
  return Object.fromEntries(rows)
}

const metadataTag = {
  name: 'Authorization server',
  description: 'What OAuth clients ask for, to find endpoints and to verify access tokens.',
}

const about = {
  summary: 'Access tokens, uploads of rosters, their status and their result files.',
  description: [
    'The rostering API of TAO Advance, as `tao-upload-emulator` has it. Responses and their examples are those that the emulator sends.',
    'Each example has the reason of the response (`summary`), its basis (`x-basis`), and the rows of docs/fidelity.md that it rests on (`x-behaviours`). The basis is `documented`, `standard`, `published` or `decided`, as in the journal. The `x-basis` of a response is the strongest of its examples. `x-switch` names the switch of the emulator that brings an example about.',
    '`x-ledger` has those rows, each with its basis and its source. `x-reasons` has the check that fails for each reason of a response, the value that it expects, and the next step.',
    '`HEAD` responds as `GET`, without a body. A path that is not here is 404, as the component `NotFound`. A method that is not here is 405, as the component `MethodNotAllowed`.',
    'A fault that a test arms can change any response. This document does not describe it.',
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' },
}

/** The addresses of an emulator, of one of its workspaces, and of the service itself. */
function serversOf() {
  return [
    { url: address, description: 'The emulator' },
    {
      url: `${address}/w/{workspace}`,
      description: 'A workspace of the emulator',
      variables: { workspace: { default: 'my-workspace', description: 'The name of a workspace' } },
    },
    {
      url: 'https://{TAO_ADVANCE_URL}',
      description: 'The service',
      variables: {
        TAO_ADVANCE_URL: { default: 'localhost:4080', description: 'The host of your service' },
      },
    },
  ]
}

function securitySchemes() {
  const [tokenPath] = endpoints.token.paths
  return {
    accessToken: {
      type: 'oauth2',
      description: 'An access token with the scope `rostering`, as `Authorization: Bearer`.',
      flows: {
        clientCredentials: {
          tokenUrl: `${address}${tokenPath}`,
          scopes: { [requiredScope]: 'The rostering API' },
        },
      },
    },
    clientBasic: {
      type: 'http',
      scheme: 'basic',
      description: 'The id and the secret of the client, each form-encoded (RFC 6749 §2.3.1).',
    },
  }
}

function operationOf(operation, { paths: [path], bearer }, sent, schemaOf) {
  const { operationId, text } = operationTexts[operation]
  const isRostering = path.startsWith('/api/')
  const security = bearer
    ? [{ accessToken: [requiredScope] }]
    : operation === 'token'
      ? [{}, { clientBasic: [] }]
      : []
  const parameters = parametersOf(operation, path, sent)
  return {
    operationId,
    ...describe(text),
    tags: [isRostering ? 'Rostering' : metadataTag.name],
    security,
    ...(parameters.length > 0 && { parameters }),
    ...requestBodies[operation],
    responses: responsesOf(operation, sent, schemaOf),
  }
}

/** The same operation at a path of an older revision. */
function older(operation, path) {
  const id = path.includes('openid') ? 'getOpenidConfiguration' : `${operation.operationId}Older`
  const description = path.includes('openid')
    ? 'The same as /.well-known/oauth-authorization-server, where some OAuth clients look for it.'
    : `${operation.description} This is the path of an older revision.`
  const isDeprecated = !path.includes('openid')
  return { ...operation, operationId: id, description, ...(isDeprecated && { deprecated: true }) }
}

function parametersOf(operation, path, sent) {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: 'The id of an import, percent-encoded.',
    schema: { type: 'string' },
    example: '12345',
  }))
  if (operation !== 'result') return inPath
  const query = new URLSearchParams(sent[0].request.url.split('?')[1])
  return [
    ...inPath,
    ...[...query].map(([name, example]) => ({
      name,
      in: 'query',
      // A request without them is refused with 403, and not malformed.
      required: false,
      description: `A part of the signed URL: take it as it is.`,
      schema: { type: 'string' },
      example,
    })),
  ]
}

const tokenFields = {
  type: 'object',
  properties: {
    grant_type: { type: 'string', const: 'client_credentials', description: 'The grant of OAuth.' },
    client_id: { type: 'string', description: 'The id of the client, unless a header has it.' },
    client_secret: {
      type: 'string',
      description: 'The secret of the client, unless a header has it.',
    },
    scope: {
      type: 'string',
      description: 'The scopes of the token, separated by spaces. Default: all of the client.',
    },
  },
  required: ['grant_type'],
}

const tokenExample = {
  grant_type: 'client_credentials',
  client_id: 'demo-client',
  client_secret: 'demo-secret',
}

const tokenBody = (behaviour) => ({
  schema: tokenFields,
  example: tokenExample,
  'x-basis': behaviours[behaviour].basis,
  'x-behaviours': [behaviour],
})

const requestBodies = {
  token: {
    requestBody: {
      required: true,
      content: {
        'multipart/form-data': tokenBody('token-multipart'),
        'application/x-www-form-urlencoded': tokenBody('token-urlencoded'),
        'application/json': tokenBody('token-json'),
      },
    },
  },
  upload: {
    requestBody: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            properties: {
              file: {
                type: 'string',
                format: 'binary',
                description: 'The file. Its name ends with `.csv` or `.zip`.',
              },
            },
            required: ['file'],
          },
          'x-basis': behaviours['upload-paths'].basis,
          'x-behaviours': ['upload-paths'],
        },
      },
    },
  },
}

/** Statuses that any request can get, because it is no HTTP/1.1 or because the emulator fails. */
const wireRefusals = {
  400: ['bad-request', 'http-malformed', 'BadRequest'],
  408: ['request-timeout', 'http-timeout', 'RequestTimeout'],
  417: ['expectation-failed', 'http-malformed', 'ExpectationFailed'],
  431: ['header-fields-too-large', 'http-too-large', 'HeaderFieldsTooLarge'],
  500: ['import-error', 'internal-error', 'InternalError'],
  505: ['http-version', 'http-malformed', 'HttpVersionNotSupported'],
}

function wireComponents(schemaOf) {
  return Object.fromEntries(
    Object.values(wireRefusals).map(([code, reason, name]) => [name, wire(code, reason, schemaOf)]),
  )
}

/** A response that the table of errors makes, whatever the operation is. */
function wire(code, reason, schemaOf) {
  return responseOf([wireSent(code, reason)], schemaOf)
}

function wireSent(code, reasonCode) {
  const reason = { code: reasonCode, message: 'Details of the error' }
  const refusal = new VendorError(code, reason, { allow: ['GET', 'HEAD'] })
  const response = vendorResponse(refusal)
  const body = JSON.parse(response.body)
  const rows = behavioursOf(undefined, reasonCode)
  const entry = {
    reason: { code: reasonCode, message: body.message },
    basis: weakestBasis(rows),
    behaviours: rows,
  }
  return { response: { ...response, body }, entry }
}

function responsesOf(operation, sent, schemaOf) {
  const statuses = [...new Set(sent.map(({ response }) => response.status))]
  const own = statuses.map((status) => {
    const some = sent.filter(({ response }) => response.status === status)
    const shared = wireRefusals[status]
    // The token endpoint has its own words for a request that it cannot read.
    const isShared = shared && !(operation === 'token' && status === 400)
    const all = isShared ? [...some, wireSent(shared[0], shared[1])] : some
    return [status, responseOf(all, schemaOf, operationTexts[operation].body)]
  })
  const others = Object.entries(wireRefusals)
    .filter(([status]) => !statuses.includes(Number(status)))
    .map(([status, [, , name]]) => [status, ref('responses', name)])
  return Object.fromEntries([...own, ...others].sort(([a], [b]) => a - b))
}

/** One response, with an example for each reason. */
function responseOf(sent, schemaOf, successType) {
  const topics = sent.map(
    ({
      entry: {
        behaviours: [row],
        reason,
      },
    }) =>
      // Its topic is about other statuses, too.
      row === 'malformed' ? reason.message : behaviours[row].topic,
  )
  const description = [...new Set(topics)].join('. ')
  const examples = sent.map(({ response, entry }) => exampleOf(response, entry))
  const [{ response }] = sent
  const ranks = sent.map(({ entry }) => bases.indexOf(entry.basis))
  return {
    description,
    'x-basis': bases[Math.min(...ranks)],
    'x-behaviours': [...new Set(sent.flatMap(({ entry }) => entry.behaviours))],
    ...headersOf(sent.map((it) => it.response)),
    content: {
      [response.headers['content-type']]: {
        schema: bodySchema(response, schemaOf, successType),
        examples: named(examples, sent),
      },
    },
  }
}

function bodySchema({ status, body }, schemaOf, successType) {
  if (typeof body === 'string') return { type: 'string' }
  if (status === 200) return schemaOf(successType)
  return schemaOf(body.error_description === undefined ? 'ErrorResponse' : 'OAuthErrorResponse')
}

function exampleOf({ body }, { reason, basis, behaviours: rows }) {
  const switches = rows.flatMap((row) => behaviours[row].switch ?? []).filter(isOtherValue)
  return {
    summary: reason.code === 'served' ? servedText(body, rows) : reason.message,
    value: body,
    'x-reason': reason.code,
    'x-basis': basis,
    'x-behaviours': rows,
    ...(switches.length > 0 && { 'x-switch': switches[0] }),
  }
}

function servedText({ result }, rows) {
  return result?.status ? `The import is ${result.status}` : behaviours[rows.at(-1)].topic
}

/** True if a switch must be set for it. */
function isOtherValue(text) {
  const [name, value] = text.split(': ')
  return String(defaultService[name]) !== value
}

/** Names the examples by their reasons. Those that share a reason are numbered. */
function named(examples, sent) {
  const seen = new Map()
  const entries = examples.map((example, index) => {
    const { code } = sent[index].entry.reason
    const count = (seen.get(code) ?? 0) + 1
    seen.set(code, count)
    return [count === 1 ? code : `${code}-${count}`, example]
  })
  return Object.fromEntries(entries)
}
