import { behaviours } from '../dist/domain/behaviours.js'
import { fidelityPage } from './fidelity-page.js'
import { fieldTables } from './field-tables.js'
import { scenarioJsonSchema } from './json-schema.js'
import { withPart } from './page-part.js'
import { openSource } from './typed-fields.js'

/** The files that are generated from the code, by their paths, each with its text. */
export function generatedFiles() {
  const source = openSource('src/index.ts')
  const schema = scenarioJsonSchema(source)
  return {
    'fixtures/schema.json': `${JSON.stringify(schema, null, 2)}\n`,
    'docs/scenarios.md': withPart('scenarios.md', 'fields', fieldTables(schema)),
    'docs/fidelity.md': fidelityPage(behaviours),
  }
}
