import { scratchFile } from '../tools/places.js'
import { ids, state } from './stubs.js'

/** https://github.com/typicode/json-server/tree/v0: see its file. A stub is a record. It has no journal. */
export const jsonServer = {
  name: 'json-server',
  package: 'json-server',
  hasJournal: false,
  subject({ stubs }) {
    const imports = ids(stubs).map((id) => ({ id, ...state }))
    const file = scratchFile(`json-server-${stubs}.json`, JSON.stringify({ imports }))
    const app = new URL('json-server-app.js', import.meta.url).pathname
    return (port) => ({
      command: process.execPath,
      args: [app, file],
      env: { PORT: String(port), NODE_ENV: 'production' },
    })
  },
}
