import { behaviours } from '../dist/domain/behaviours.js'
import { controlRoutes } from '../dist/domain/control/routes.js'
import { commandTable, optionTable } from '../dist/help.js'
import { checks } from '../dist/verify/checks.js'
import { requests, shownPath } from '../dist/verify/requests.js'
import { controlCalls } from './control-tables.js'
import { fidelityPage } from './fidelity-page.js'
import { fieldTables } from './field-tables.js'
import { scenarioJsonSchema } from './json-schema.js'
import { llmsText } from './llms-text.js'
import { openapiDocuments } from './openapi/documents.js'
import { withParts } from './page-parts.js'
import { controlResults } from './result-tables.js'
import { toolTexts } from './tool-texts.js'
import { openSource } from './typed-fields.js'
import { checkTable, requestTable } from './verify-tables.js'

/** The files that are generated from the code, by their paths, each with its text. */
export async function generatedFiles() {
  const source = openSource(
    'src/index.ts',
    'src/domain/control/routes.ts',
    'src/domain/response-bodies.ts',
  )
  const schema = scenarioJsonSchema(source)
  return {
    'fixtures/schema.json': `${JSON.stringify(schema, null, 2)}\n`,
    'docs/scenarios.md': withParts('scenarios.md', { fields: fieldTables(schema) }),
    'docs/control-api.md': withParts('control-api.md', {
      calls: controlCalls(controlRoutes, source),
      results: controlResults(source),
    }),
    'docs/cli.md': withParts('cli.md', { commands: commandTable(), flags: optionTable() }),
    'src/mcp/tool-texts.ts': toolTexts(schema, source),
    'llms.txt': llmsText(),
    'docs/verify.md': withParts('verify.md', {
      checks: checkTable(checks),
      requests: requestTable(requests, shownPath),
    }),
    'docs/fidelity.md': fidelityPage(behaviours),
    ...(await openapiDocuments(source, schema)),
  }
}
