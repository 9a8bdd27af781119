import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  bodiesOf,
  callFor,
  type Document,
  fieldsOf,
  groupsOf,
  parametersOf,
  responsesOf,
  type Schema,
  typeOf,
} from '../../sandbox/reference.js'

const read = (name: string): Document =>
  JSON.parse(readFileSync(new URL(`../../openapi/${name}.json`, import.meta.url), 'utf8'))
const rostering = read('rostering')
const control = read('control')

/** The operation of a document that has this name. */
function operationOf(document: Document, id: string) {
  const all = groupsOf(document, '').flatMap(({ operations }) => operations)
  const found = all.find(({ operation }) => operation.operationId === id)
  if (found === undefined) throw new Error(id)
  return found.operation
}

t.test('operations stand by their tags, and are searched by words', async (t) => {
  const cases: [name: string, document: Document, search: string, found: string[]][] = [
    ['a path', rostering, 'api/v1/status', ['GET /api/v1/upload/api/v1/status/{referenceId}']],
    ['words in any order', rostering, 'token issues older', ['POST /api/v1/oauth2/tokens']],
    ['a method', control, 'patch', ['PATCH /__control/service']],
    ['nothing', rostering, 'xyzzy', []],
  ]
  for (const [name, document, search, found] of cases) {
    const operations = groupsOf(document, search).flatMap((group) => group.operations)
    t.strictSame(
      operations.map(({ method, path }) => `${method} ${path}`),
      found,
      name,
    )
  }
  const tags = groupsOf(rostering, '').map(({ name }) => name)
  t.strictSame(tags, ['Rostering', 'Authorization server'])
})

t.test('an operation of the vendor leads to its call', async (t) => {
  t.equal(callFor(operationOf(rostering, 'createTokenOlder')), 'token')
  t.equal(callFor(operationOf(rostering, 'getStatus')), 'status')
  t.equal(callFor(operationOf(rostering, 'getResultFile')), undefined)
  t.equal(callFor(operationOf(control, 'clockGet')), undefined)
})

t.test('parameters have their place and type', async (t) => {
  t.strictSame(parametersOf(rostering, operationOf(rostering, 'getStatus')), [
    {
      path: 'referenceId',
      type: 'text in the path',
      meaning: 'The id of an import, percent-encoded.',
      isRequired: true,
    },
  ])
  const load = parametersOf(control, operationOf(control, 'scenarioLoad'))
  t.strictSame(
    load.map(({ path, type }) => [path, type]),
    [
      ['mode', 'replace, merge in the query'],
      ['variables', 'mapping, as JSON in the query'],
    ],
  )
  t.strictSame(parametersOf(control, operationOf(control, 'clockGet')), [])
})

t.test('a body has its basis, its fields and an example', async (t) => {
  const [multipart, , json] = bodiesOf(rostering, operationOf(rostering, 'createToken'))
  t.match(multipart, { type: 'multipart/form-data', basis: 'documented' })
  t.match(json, { type: 'application/json', basis: 'published' })
  t.match(multipart?.fields[0], { path: 'grant_type', type: 'client_credentials' })
  t.match(multipart?.examples, [{ title: 'Example', text: /^\{\n {2}"grant_type"/ }])
  t.strictSame(bodiesOf(rostering, operationOf(rostering, 'getStatus')), [])
})

t.test('a response has its basis, its fields, and an example for each reason', async (t) => {
  const responses = responsesOf(rostering, operationOf(rostering, 'getStatus'))
  const [found, refused, unauthorized] = responses
  t.match(found, { status: 200, basis: 'documented' })
  t.strictSame(
    found?.contents[0]?.fields.map(({ path, type }) => [path, type]),
    [
      ['result', 'mapping'],
      ['result.status', 'processed, pending, processing, failed'],
      ['result.fileLine', 'whole number'],
      ['result.messages', 'list of text'],
    ],
  )
  t.match(refused?.contents[0]?.examples[0], { basis: 'published', switch: 'referenceIds: uuid' })
  t.match(unauthorized, { description: '`Access Denied` without a valid token' })
  t.match(unauthorized?.contents[0], { type: 'text/plain', fields: [] })
  t.equal(unauthorized?.contents[0]?.examples[0]?.text, 'Access Denied')
  const late = responses.find(({ status }) => status === 408)
  t.match(late, { description: 'Request Timeout', basis: 'decided' }, 'of the components')
  const [done] = responsesOf(control, operationOf(control, 'reset'))
  t.match(done, { status: 204, contents: [] })
})

t.test('types are told in words', async (t) => {
  const cases: [Schema | undefined, string][] = [
    [undefined, ''],
    [{}, ''],
    [{ type: 'string' }, 'text'],
    [{ type: ['integer', 'null'] }, 'whole number or null'],
    [{ const: 'poll' }, 'poll'],
    [{ enum: ['yaml', 'json'] }, 'yaml, json'],
    [{ type: 'array', items: { type: 'boolean' } }, 'list of true or false'],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'string' }] }, 'text or number'],
    [{ oneOf: [{ $ref: '#/components/schemas/ImportResult' }] }, 'mapping'],
  ]
  for (const [schema, words] of cases) t.equal(typeOf(control, schema), words)
})

t.test('fields of forms are listed once, and a type that holds itself ends', async (t) => {
  const pathsOf = (schema: Schema, document = control) =>
    fieldsOf(document, schema).map(({ path }) => path)
  const text = { type: 'string' }
  t.strictSame(
    pathsOf({ anyOf: [{ properties: { a: text, b: text } }, { properties: { a: text } }] }),
    ['a', 'b'],
  )
  t.strictSame(pathsOf({ items: { properties: { a: text } } }), ['[].a'])
  const schemas = { Tree: { properties: { inner: { $ref: '#/components/schemas/Tree' } } } }
  const trees = { ...control, components: { schemas, responses: {} } }
  t.equal(pathsOf({ $ref: '#/components/schemas/Tree' }, trees).length, 4)
  t.ok(pathsOf({ $ref: '#/components/schemas/FaultDefinition' }).includes('delay.median'))
})
