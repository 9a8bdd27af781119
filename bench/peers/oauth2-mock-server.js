import { generateKeyPairSync } from 'node:crypto'
import { scratchFile } from '../tools/places.js'
import { tokenRequest } from '../tools/requests.js'
import { packageFile } from './installed.js'

/*
 * The section «CLI» of https://github.com/axa-group/oauth2-mock-server: `--jwk` gives it the same kind of key
 * that the emulator has. It issues tokens and has no journal.
 */
export const oauth2MockServer = {
  name: 'oauth2-mock-server',
  package: 'oauth2-mock-server',
  hasJournal: false,
  issues: tokenRequest('/token'),
  subject() {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256' }
    const file = scratchFile('oauth2-mock-server.json', JSON.stringify(jwk))
    return (port) => ({
      command: process.execPath,
      args: [
        packageFile('oauth2-mock-server/dist/oauth2-mock-server.mjs'),
        ...['-a', '127.0.0.1', '-p', String(port), '--jwk', file],
      ],
    })
  },
}
