import { randomUUID } from 'node:crypto'
import { scratchFile } from '../tools/places.js'
import { packageFile } from './installed.js'
import { answer, stubPaths } from './stubs.js'

/*
 * https://mockoon.com/docs/latest/cli/: `start --data`, `--disable-log-to-file`. A stub is a route. Its
 * record of requests cannot be turned off; it keeps the last 100 by default.
 */
export const mockoon = {
  name: 'Mockoon',
  package: '@mockoon/cli',
  hasJournal: false,
  subject({ stubs }) {
    const file = scratchFile(`mockoon-${stubs}.json`, JSON.stringify(environment(stubs)))
    return (port) => ({
      command: process.execPath,
      args: [
        ...[packageFile('@mockoon/cli/bin/run.js'), 'start', '--data', file],
        ...['--port', String(port), '--hostname', '127.0.0.1', '--disable-log-to-file'],
      ],
    })
  },
}

function environment(stubs) {
  const routes = stubPaths(stubs).map(route)
  return {
    uuid: randomUUID(),
    lastMigration: 33,
    name: 'Status',
    endpointPrefix: '',
    latency: 0,
    port: 3000,
    hostname: '127.0.0.1',
    folders: [],
    routes,
    rootChildren: routes.map(({ uuid }) => ({ type: 'route', uuid })),
    proxyMode: false,
    proxyHost: '',
    proxyRemovePrefix: false,
    tlsOptions: {
      enabled: false,
      type: 'CERT',
      pfxPath: '',
      certPath: '',
      keyPath: '',
      caPath: '',
      passphrase: '',
    },
    cors: true,
    headers: [],
    proxyReqHeaders: [],
    proxyResHeaders: [],
    data: [],
    callbacks: [],
  }
}

const route = (path) => ({
  uuid: randomUUID(),
  type: 'http',
  documentation: '',
  method: 'get',
  endpoint: path.slice(1),
  responses: [
    {
      uuid: randomUUID(),
      body: JSON.stringify(answer),
      latency: 0,
      statusCode: 200,
      label: '',
      headers: [{ key: 'Content-Type', value: 'application/json' }],
      bodyType: 'INLINE',
      filePath: '',
      databucketID: '',
      sendFileAsBody: false,
      rules: [],
      rulesOperator: 'OR',
      // The body is as it is meant.
      disableTemplating: true,
      fallbackTo404: false,
      default: true,
      crudKey: 'id',
      callbacks: [],
    },
  ],
  responseMode: null,
  streamingMode: null,
  streamingInterval: 0,
})
