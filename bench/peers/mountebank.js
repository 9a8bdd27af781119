import { scratch, scratchFile } from '../tools/places.js'
import { freePort } from '../tools/server.js'
import { packageFile } from './installed.js'
import { answer, stubPaths } from './stubs.js'

/*
 * https://www.mbtest.org/docs/commandLine: `start --configfile`, `--nologfile`, `--loglevel`;
 * https://www.mbtest.org/docs/api/mocks: `recordRequests` of an imposter is its journal, which has no bound.
 */
export const mountebank = {
  name: 'mountebank',
  package: 'mountebank',
  hasJournal: true,
  subject({ stubs, journal }) {
    return async (port) => {
      const imposters = [
        { port, protocol: 'http', recordRequests: journal, stubs: stubList(stubs) },
      ]
      const file = scratchFile(`mountebank-${port}.json`, JSON.stringify({ imposters }))
      return {
        command: process.execPath,
        args: [
          ...[packageFile('mountebank/bin/mb'), 'start', '--configfile', file, '--noParse'],
          // Its own port, apart from that of the imposter.
          ...['--port', String(await freePort()), '--localOnly'],
          ...['--nologfile', '--loglevel', 'error', '--pidfile', scratch(`mb-${port}.pid`)],
        ],
      }
    }
  },
}

const stubList = (stubs) =>
  stubPaths(stubs).map((path) => ({
    predicates: [{ equals: { method: 'GET', path } }],
    responses: [
      {
        is: {
          statusCode: 200,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(answer),
        },
      },
    ],
  }))
