import { scratchFile } from '../tools/places.js'
import { packageFile } from './installed.js'
import { answer, state, stubPaths } from './stubs.js'

/*
 * `prism mock --help` and docs/guides/01-mocking.md: without `--dynamic` the example of the document is the
 * answer. A stub is a path of the document. It has no journal, and logs each request unless told not to.
 */
export const prism = {
  name: 'Prism',
  package: '@stoplight/prism-cli',
  hasJournal: false,
  subject({ stubs }) {
    const file = scratchFile(`prism-${stubs}.json`, JSON.stringify(description(stubs)))
    return (port) => ({
      command: process.execPath,
      args: [
        ...[packageFile('@stoplight/prism-cli/dist/index.js'), 'mock', file],
        ...['--host', '127.0.0.1', '--port', String(port), '--verboseLevel', 'silent'],
      ],
      env: { NODE_ENV: 'production' },
    })
  },
}

function description(stubs) {
  const schema = {
    type: 'object',
    properties: {
      result: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(state).map(([name, value]) => [name, schemaOf(value)]),
        ),
      },
    },
  }
  const content = { 'application/json': { schema, example: answer } }
  const get = { responses: { 200: { description: 'The state', content } } }
  return {
    openapi: '3.0.3',
    info: { title: 'Status', version: '1' },
    paths: Object.fromEntries(stubPaths(stubs).map((path) => [path, { get }])),
  }
}

const schemaOf = (value) =>
  Array.isArray(value) ? { type: 'array', items: { type: 'string' } } : { type: typeof value }
