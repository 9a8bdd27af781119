import { mkdirSync, writeFileSync } from 'node:fs'
import { scratch } from '../tools/places.js'
import { packageFile } from './installed.js'
import { answer, stubPaths } from './stubs.js'

/*
 * https://wiremock.org/docs/running-standalone/: `--no-request-journal` and `--disable-request-logging` for
 * tests of performance; several stubs in one file: https://wiremock.org/docs/stubbing/. The jar of the npm
 * package is run as the page says, and so without the Node process that the package puts around it.
 */
export const wiremock = {
  name: 'WireMock',
  package: 'wiremock',
  hasJournal: true,
  subject({ stubs, journal }) {
    const folder = scratch(`wiremock-${stubs}`)
    mkdirSync(`${folder}/mappings`, { recursive: true })
    writeFileSync(`${folder}/mappings/stubs.json`, JSON.stringify({ mappings: mappings(stubs) }))
    const journalFlags = journal
      ? ['--max-request-journal-entries', '1000']
      : ['--no-request-journal']
    return (port) => ({
      command: 'java',
      args: [
        ...['-jar', packageFile('wiremock/build/wiremock-standalone-3.13.2.jar')],
        ...['--port', String(port), '--bind-address', '127.0.0.1', '--root-dir', folder],
        ...['--disable-request-logging', ...journalFlags],
      ],
    })
  },
}

const mappings = (stubs) =>
  stubPaths(stubs).map((urlPath) => ({
    request: { method: 'GET', urlPath },
    response: { status: 200, headers: { 'content-type': 'application/json' }, jsonBody: answer },
  }))
