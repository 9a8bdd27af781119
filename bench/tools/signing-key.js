import { generateKeyPairSync } from 'node:crypto'
import { scratchFile } from './places.js'

/** An ES256 key in a PEM file, for processes that are to share it. */
export function signingKeyFile() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return scratchFile('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
