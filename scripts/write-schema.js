import { writeFileSync } from 'node:fs'
import { scenarioJsonSchema } from './json-schema.js'

writeFileSync(
  new URL('../fixtures/schema.json', import.meta.url),
  `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
)
