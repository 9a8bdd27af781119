import { toJsonSchema } from '@valibot/to-json-schema'
import { scenarioSchema } from '../dist/domain/fixture.js'
import { describeFields } from './typed-fields.js'

/**
 * The JSON Schema of a fixture file. Its rules come from the schema that validates the file, its descriptions from the TSDoc
 * of the types.
 */
export function scenarioJsonSchema({ checker, typeOf }) {
  const schema = describeFields(jsonSchemaOf(scenarioSchema), typeOf('ScenarioFixture'), checker)
  return {
    title: 'tao-upload-emulator scenario',
    ...schema,
    properties: { ...schema.properties, imports: withNamedNumbers(schema.properties.imports) },
  }
}

/** In an import, the pattern of its id may name what stands where a number is expected: `"{n}"`. */
function withNamedNumbers(schema) {
  if (Array.isArray(schema)) return schema.map(withNamedNumbers)
  if (typeof schema !== 'object' || schema === null) return schema
  if (schema.type === 'integer') {
    const { description, ...number } = schema
    return { description, anyOf: [number, { type: 'string', pattern: '^\\{\\w+\\}$' }] }
  }
  return Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [name, withNamedNumbers(part)]),
  )
}

/** The JSON Schema of what a schema takes. */
export function jsonSchemaOf(schema) {
  // Lazy schemas are resolved below, so nothing refers to the definitions.
  const { $defs: _, ...json } = toJsonSchema(schema, {
    typeMode: 'input',
    // Checks that JSON Schema cannot say; the emulator makes them when it loads the file.
    ignoreActions: ['raw_check', 'check'],
    overrideSchema: ({ valibotSchema }) => {
      if (valibotSchema.type === 'lazy') {
        const forms = Object.values(valibotSchema.forms).map((form) => jsonSchemaOf(form))
        return { anyOf: forms.map(({ $schema, ...form }) => form) }
      }
    },
  })
  return json
}
