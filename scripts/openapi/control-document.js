import { readFileSync } from 'node:fs'
import { ControlError } from '../../dist/domain/errors.js'
import { journalFilterSchema } from '../../dist/domain/journal.js'
import { controlResponse } from '../../dist/http/errors.js'
import { examples } from '../control-examples.js'
import { callOf, placeOf } from '../control-tables.js'
import { jsonSchemaOf } from '../json-schema.js'
import { docOf } from '../typed-fields.js'
import { address } from './example-emulator.js'
import { describe, headersOf, ref, withTypes } from './shared.js'

/*
 * The OpenAPI document of the control API: paths and inputs of the table of routes, results of its types, sentences of the
 * library, and examples as the emulator responds.
 */

const prefix = '/__control'

/** Returns the document. */
export function controlDocument({ version, routes, sent, source, types }) {
  const { checker, typeOf, typeOfConstant } = source
  const control = typeOf('EmulatorControl')
  const table = typeOfConstant('controlRoutes')
  const error = types.ofType(typeOf('ControlErrorResponse'))
  const paths = {}
  const add = (path, method, operation) => {
    paths[prefix + path] = { ...paths[prefix + path], [method]: operation }
  }
  for (const [name, route] of Object.entries(routes)) {
    if (sent[name] === undefined)
      throw new Error(`scripts/control-examples.js has no example of ${name}: add one`)
    const call = callOf(name, route, source)
    const verb = checker.getTypeOfSymbol(table.getProperty(name))
    const result = checker.getNonNullableType(checker.getTypeOfSymbol(verb.getProperty('result')))
    const operation = operationOf(call, sent[name], result, { ...types, typeOf })
    add(route.path.replace(/:(\w+)/g, '{$1}'), route.method.toLowerCase(), operation)
  }
  add('/journal/events', 'get', eventsOf(typeOf('JournalFilter'), checker))
  add('/ca.pem', 'get', caCertificate)
  add('/metrics', 'get', metrics)
  add('/openapi/{name}', 'get', documents)
  return {
    openapi: '3.1.0',
    info: { title: 'Control API of tao-upload-emulator', version, ...about },
    servers: [
      { url: address, description: 'The emulator' },
      {
        url: `${address}/w/{workspace}`,
        description: 'A workspace of the emulator',
        variables: {
          workspace: { default: 'my-workspace', description: 'The name of a workspace' },
        },
      },
    ],
    security: [{ controlToken: [] }, {}],
    tags: tagsOf(routes, control, checker),
    paths,
    components: {
      schemas: { ...types.components },
      responses: errorResponses(error),
      securitySchemes: {
        controlToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The control token, where the emulator was started with one.',
        },
      },
    },
  }
}

const about = {
  summary:
    'Imports, clients, the clock, faults, uploads, the journal and the state of an emulator.',
  description: [
    'A test controls the emulator by these calls, and reads what its system under test did. docs/control-api.md explains them.',
    'Durations have their unit: `500ms`, `5s`, `2m`. Instants are ISO 8601. A request that is refused changes nothing.',
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' },
}

const nounOf = (name) => (name.includes('.') ? name.split('.')[0] : 'emulator')
const tagOf = (name) => nounOf(name).replace(/^./, (letter) => letter.toUpperCase())

function tagsOf(routes, control, checker) {
  const nouns = [...new Set(Object.keys(routes).map(nounOf))]
  return nouns.map((noun) => {
    const group = control.getProperty(noun)
    const description = group === undefined ? 'The emulator itself.' : docOf(group, checker)
    return { name: tagOf(`${noun}.`), description: description || `The ${noun} of the emulator.` }
  })
}

function operationOf(call, sent, result, types) {
  const { name, route, meaning } = call
  const body = bodyOf(call, sent, types)
  return {
    operationId: name.replace(/\.(.)/, (_, letter) => letter.toUpperCase()),
    ...describe(meaning),
    tags: [tagOf(name)],
    ...(route.isOpen && { security: [] }),
    ...parametersOf(call, sent),
    ...body,
    responses: {
      ...successOf(route, sent, result, types),
      ...refusalsOf(route, body !== undefined),
    },
  }
}

const fieldsOf = ({ schema, path, body }) => {
  const { properties, required = [] } = jsonSchemaOf(schema)
  return Object.entries(properties)
    .filter(([name]) => name !== body)
    .map(([name, field]) => ({
      name,
      schema: withTypes(field),
      required: required.includes(name),
      isInPath: path.includes(`:${name}`),
    }))
}

function parametersOf({ name: verb, route, meaningOf }, sent) {
  const parameters = fieldsOf(route)
    .filter(({ isInPath }) => isInPath || placeOf(route) === 'query')
    .map(({ name, schema, required, isInPath }) => ({
      name,
      in: isInPath ? 'path' : 'query',
      required: isInPath || required,
      description: isInPath ? (idTexts[nounOf(verb)] ?? 'The id.') : meaningOf(name),
      // A query has only texts: a mapping is written as JSON.
      ...(schema.type === 'object' ? { content: { 'application/json': { schema } } } : { schema }),
      ...(sent.input[name] !== undefined && { example: sent.input[name] }),
    }))
  return parameters.length === 0 ? {} : { parameters }
}

const idTexts = {
  imports: 'The id of the import, percent-encoded.',
  clients: 'The id of the client, percent-encoded.',
  faults: 'The id of the fault.',
  uploads: 'The id of the planned upload.',
  savepoints: 'The name of the savepoint.',
  workspaces: 'The name of the workspace.',
}

function bodyOf(call, { input }, types) {
  const { route, parameters, meaningOf } = call
  if (route.body !== undefined) {
    const parameter = parameters.find(({ name }) => name === route.body)
    const schema = wholeBody(parameter.valueDeclaration.type, route, types)
    const content = { 'application/json': { schema: schema.json } }
    if (route.textType !== undefined) {
      content[route.textType] = { schema: { type: 'string' }, example: input[route.body] }
    } else if (typeof input[route.body] === 'object') {
      content['application/json'].example = input[route.body]
    }
    return { requestBody: { required: true, description: meaningOf(route.body), content } }
  }
  const fields = fieldsOf(route).filter(({ isInPath }) => !isInPath)
  if (placeOf(route) === 'query' || fields.length === 0) return undefined
  const required = fields.filter((field) => field.required).map(({ name }) => name)
  const properties = fields.map(({ name, schema }) => [
    name,
    { description: meaningOf(name), ...schema },
  ])
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
  const content = { 'application/json': { schema, example: input } }
  return { requestBody: { required: required.length > 0, content } }
}

/** The type of the parameter. A text that may stand for it has its own media type. */
function wholeBody(node, { textType }, types) {
  const forms = textType === undefined ? [node] : node.types.filter((it) => it.typeName)
  const [json] = forms.map((form) => types.ofNode(form))
  return { json }
}

function successOf({ resultType }, { response }, result, { ofType, typeOf }) {
  const headers = headersOf([response])
  if (response.status === 204) return { 204: { description: 'It is done.', ...headers } }
  const description = 'The result.'
  if (resultType !== undefined) {
    const scenario = { schema: ofType(typeOf('ScenarioFixture')) }
    const text = { schema: { type: 'string' }, example: response.body }
    const mediaTypes = [{}, { format: 'json' }].map((input) => resultType(input).split(';')[0])
    const content = mediaTypes.map((type) => [type, type === 'application/json' ? scenario : text])
    return { 200: { description, ...headers, content: Object.fromEntries(content) } }
  }
  const schema = ofType(result)
  return {
    200: {
      description,
      ...headers,
      content: { 'application/json': { schema, example: response.body } },
    },
  }
}

/** The names of the components for refusals, by their codes. */
const refusalNames = {
  invalid_input: 'InvalidInput',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  not_found: 'NotFound',
  conflict: 'Conflict',
  too_large: 'TooLarge',
  internal_error: 'InternalError',
}

/** The sentence and the status of each code, as docs/control-api.md has them. */
const refusalTexts = [
  ...readFileSync(new URL('../../docs/control-api.md', import.meta.url), 'utf8').matchAll(
    /^\| (\d{3}) \| `(\w+)` \| (.+) \|$/gm,
  ),
].map(([, status, code, text]) => ({ status, code, text }))

/** The paths whose request waits in a workspace that can be deleted, or names a client. */
const namesOther = ['/journal/wait', '/tokens']

/** Everything can go wrong that the shape of a route lets go wrong. */
function refusalsOf({ path, method, isOpen }, hasBody) {
  const creates = method === 'PUT' && path.endsWith(':id')
  const isPossible = {
    invalid_input: true,
    unauthorized: !isOpen,
    forbidden: true,
    // An import, a client or a savepoint is made by its first PUT.
    not_found: (path.includes(':id') && !creates) || namesOther.includes(path),
    // A request may have to make its workspace, for which there may be no room.
    conflict: !isOpen,
    too_large: hasBody,
    internal_error: true,
  }
  return Object.fromEntries(
    refusalTexts
      .filter(({ code }) => isPossible[code])
      .map(({ status, code }) => [status, ref('responses', refusalNames[code])]),
  )
}

function errorResponses(schema) {
  return Object.fromEntries(
    refusalTexts.map(({ code, text }) => {
      const path = code === 'invalid_input' ? 'status' : undefined
      const { headers, body } = controlResponse(new ControlError(code, text, path))
      const content = { 'application/json': { schema, example: JSON.parse(body) } }
      return [refusalNames[code], { description: text, ...headersOf([{ headers }]), content }]
    }),
  )
}

/** The stream of journal entries, which no verb returns. */
function eventsOf(filter, checker) {
  const { properties } = jsonSchemaOf(journalFilterSchema)
  const parameters = Object.entries(properties)
    // A stream goes on, so it has no last page.
    .filter(([name]) => !['before', 'limit'].includes(name))
    .map(([name, schema]) => ({
      name,
      in: 'query',
      required: false,
      description: docOf(filter.getProperty(name), checker),
      schema: withTypes(schema),
    }))
  return {
    operationId: 'journalEvents',
    ...describe(
      'Streams journal entries as server-sent events, from now on. The event `entry` has a JournalEntry, `dropped` the number of entries that were evicted, and `cleared` an empty mapping.',
    ),
    tags: ['Journal'],
    parameters: [
      ...parameters,
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        description: 'The id of the last entry that was read: the stream goes on after it.',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    responses: {
      200: {
        description: 'The stream.',
        content: {
          'text/event-stream': {
            schema: { type: 'string' },
            example: 'id: 7\nevent: entry\ndata: {"id":7}\n\n',
          },
        },
      },
      ...refusalsOf({ path: '/journal/events', method: 'GET' }, false),
    },
  }
}

const caCertificate = {
  operationId: 'caCertificate',
  ...describe(
    'Returns the certificate of the authority that signs for HTTPS. Let clients trust it.',
  ),
  tags: ['Emulator'],
  security: [],
  responses: {
    200: {
      description: 'The certificate.',
      content: {
        'application/x-pem-file': {
          schema: { type: 'string' },
          example: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
        },
      },
    },
    ...refusalsOf({ path: '/ca.pem', method: 'GET', isOpen: true }, false),
  },
}

const metrics = {
  operationId: 'metrics',
  ...describe('Returns the metrics of the whole emulator in the text format of Prometheus.'),
  tags: ['Emulator'],
  responses: {
    200: {
      description: 'The metrics.',
      content: {
        'text/plain': {
          schema: { type: 'string' },
          example: '# TYPE tao_emulator_workspaces gauge\ntao_emulator_workspaces 1\n',
        },
      },
    },
    ...refusalsOf({ path: '/metrics', method: 'GET' }, false),
  },
}

const documents = {
  operationId: 'openapiDocument',
  ...describe(
    'Returns this document, or that of the rostering API, with the address of the emulator.',
  ),
  tags: ['Emulator'],
  security: [],
  parameters: [
    {
      name: 'name',
      in: 'path',
      required: true,
      description: 'The file of the document.',
      schema: { type: 'string', enum: ['rostering.json', 'control.json'] },
    },
  ],
  responses: {
    200: {
      description: 'The document.',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
    ...refusalsOf({ path: '/openapi/:id', method: 'GET', isOpen: true }, false),
  },
}

/** Sends the examples of docs/control-api.md. Returns the first of each verb, with its response. */
export async function sendExamples(live) {
  const sent = {}
  const results = new Map()
  for (const [name, input, workspace, file] of examples) {
    if (workspace !== undefined) await live.openWorkspace(workspace)
    else {
      const given = withResults(input, results)
      const response = await live.call(name, given)
      if (response.status >= 400) throw new Error(`${name}: ${JSON.stringify(response.body)}`)
      if (file !== undefined) results.set(`@${file}`, response.body)
      sent[name] ??= { input, response }
      live.resetClock()
      if (name === 'imports.put') await pollOnce(live, input.id)
    }
  }
  return sent
}

const withResults = (input, results) =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, results.get(value) ?? value]),
  )

/** So that the journal and the history have an entry. */
async function pollOnce(live, id) {
  await live.send({ method: 'GET', url: `/api/v1/upload/api/v1/status/${id}` })
  const authorization = `Bearer ${await live.token({ clientId: 'demo-client' })}`
  await live.send({
    method: 'GET',
    url: `/api/v1/upload/api/v1/status/${id}`,
    headers: { authorization },
  })
}
