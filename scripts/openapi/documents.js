import { controlRoutes } from '../../dist/domain/control/routes.js'
import { version } from '../../dist/emulator/package-files.js'
import { controlDocument, sendExamples } from './control-document.js'
import { startExampleEmulator } from './example-emulator.js'
import { rosteringDocument } from './rostering-document.js'
import { sendRequests } from './rostering-requests.js'
import { headerComponents, ref, withTypes } from './shared.js'
import { typeSchemas } from './type-schemas.js'

/** Returns the OpenAPI documents, by their paths. */
export async function openapiDocuments(source, scenarioSchema) {
  const { checker, typeOf } = source
  const [requests, examples] = [await withEmulator(sendRequests), await withEmulator(sendExamples)]
  const rostering = rosteringDocument({
    version,
    sent: requests,
    types: typeSchemas(checker),
    typeOf,
  })
  const control = controlDocument({
    version,
    routes: controlRoutes,
    sent: examples,
    source,
    types: typeSchemas(checker, scenarioTypes(scenarioSchema)),
  })
  return {
    'openapi/rostering.json': textOf(rostering),
    'openapi/control.json': textOf(control),
  }
}

function textOf(document) {
  const components = { ...document.components, headers: headerComponents(document) }
  return `${inLines({ ...document, components }, 3)}\n`
}

/** JSON with a line for each operation and each schema: half as large as with a line for each value, and fit for a diff. */
function inLines(value, levels, indent = '') {
  if (levels === 0 || typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}  `
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const lines = Object.entries(value).map(([name, part]) => {
    const text = inLines(part, levels - 1, inner)
    return inner + (Array.isArray(value) ? text : `${JSON.stringify(name)}: ${text}`)
  })
  return lines.length === 0 ? open + close : `${open}\n${lines.join(',\n')}\n${indent}${close}`
}

async function withEmulator(work) {
  const live = await startExampleEmulator()
  try {
    return await work(live)
  } finally {
    await live.close()
  }
}

/** The types of which a scenario consists, by the schema that reads them. */
function scenarioTypes(schema) {
  const scenario = withTypes(schema)
  const { clients, imports, faults, uploads, service } = scenario.properties
  const list = ({ anyOf }) => anyOf.find(({ type }) => type === 'array')
  const itemsOf = (field) => list(field).items
  const ServiceInput = service.anyOf.find(({ type }) => type === 'object')
  const listOf = (field, name) => ({
    ...field,
    anyOf: field.anyOf.map((form) =>
      form.type === 'array' ? { ...form, items: ref('schemas', name) } : form,
    ),
  })
  return {
    ClientFixture: itemsOf(clients),
    ClientInput: without('clientId', itemsOf(clients)),
    ImportFixture: itemsOf(imports),
    ImportInput: without('referenceId', itemsOf(imports)),
    FaultDefinition: itemsOf(faults),
    UploadOutcome: itemsOf(uploads),
    ServiceInput,
    ScenarioFixture: {
      ...scenario,
      properties: {
        ...scenario.properties,
        clients: listOf(clients, 'ClientFixture'),
        imports: listOf(imports, 'ImportFixture'),
        faults: listOf(faults, 'FaultDefinition'),
        uploads: listOf(uploads, 'UploadOutcome'),
        service: { ...service, anyOf: [ref('schemas', 'ServiceInput'), { type: 'null' }] },
      },
    },
  }
}

/** The schema without a field, which stands in the path. */
function without(name, schema) {
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((form) => without(name, form)) }
  const { [name]: _, ...properties } = schema.properties
  const required = schema.required.filter((it) => it !== name)
  return {
    ...schema,
    properties,
    ...(required.length > 0 ? { required } : { required: undefined }),
  }
}
