import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

// The scenario that is loaded when none is named, read ahead: a start needs no reader of YAML then.
const text = readFileSync(new URL('../fixtures/default.yaml', import.meta.url), 'utf8')
writeFileSync(
  new URL('../dist/default-fixtures.json', import.meta.url),
  JSON.stringify({ text, value: parse(text) }),
)
