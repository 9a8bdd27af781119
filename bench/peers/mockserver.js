import { dirname } from 'node:path'
import { scratchFile } from '../tools/places.js'
import { packageFile } from './installed.js'
import { answer, stubPaths } from './stubs.js'

/*
 * https://www.mock-server.com/mock_server/performance.html: `-Xmx500m`, `logLevel` and `disableLogging`;
 * https://www.mock-server.com/mock_server/initializing_expectations.html: `initializationJsonPath`. A stub is an
 * expectation. Requests are kept for verification in either case: with the journal, as many as the emulator keeps. The
 * jar of the npm package is run without the Node process that the package puts around it.
 */
export const mockserver = {
  name: 'MockServer',
  package: 'mockserver-node',
  hasJournal: true,
  subject({ stubs, journal }) {
    const file = scratchFile(`mockserver-${stubs}.json`, JSON.stringify(expectations(stubs)))
    const journalFlags = journal
      ? ['-Dmockserver.maxLogEntries=1000', '-Dmockserver.disableSystemOut=true']
      : ['-Dmockserver.disableLogging=true']
    return (port) => ({
      command: 'java',
      // It writes the certificate of its authority into the current folder.
      cwd: dirname(file),
      args: [
        ...['-Xmx500m', '-Dmockserver.logLevel=WARN', ...journalFlags],
        ...[`-Dmockserver.maxExpectations=${stubs}`, `-Dmockserver.initializationJsonPath=${file}`],
        '-Dmockserver.localBoundIP=127.0.0.1',
        ...[
          '-jar',
          packageFile('mockserver-node/mockserver-netty-8.0.0-jar-with-dependencies.jar'),
        ],
        ...['-serverPort', String(port)],
      ],
    })
  },
}

const expectations = (stubs) =>
  stubPaths(stubs).map((path) => ({
    httpRequest: { method: 'GET', path },
    httpResponse: {
      statusCode: 200,
      headers: { 'content-type': ['application/json'] },
      body: JSON.stringify(answer),
    },
  }))
