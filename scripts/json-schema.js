import { toJsonSchema } from '@valibot/to-json-schema'
import { scenarioSchema } from '../dist/domain/fixture.js'

/** The JSON Schema of a fixture file, made from the schema that validates it. */
export function scenarioJsonSchema() {
  return { title: 'tao-upload-emulator scenario', ...convert(scenarioSchema) }
}

function convert(schema) {
  return toJsonSchema(schema, {
    typeMode: 'input',
    // Checks that JSON Schema cannot say; the emulator makes them when it loads the file.
    ignoreActions: ['raw_check', 'check'],
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'loose_object')
        return { ...jsonSchema, additionalProperties: false }
      if (valibotSchema.type === 'lazy') {
        const forms = Object.values(valibotSchema.forms).map((form) => convert(form))
        return { anyOf: forms.map(({ $schema, ...form }) => form) }
      }
    },
  })
}
