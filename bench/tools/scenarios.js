import { scratchFile } from './places.js'

const clients = [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }]

/** A file with so many imports, `import-0` the first and all processed, in JSON. */
export function scenarioFile(count) {
  const imports = Array.from({ length: count }, (_, index) => ({
    referenceId: `import-${index}`,
    status: 'processed',
    fileLine: 2,
  }))
  return scratchFile(`scenario-${count}.json`, JSON.stringify({ clients, imports }))
}
