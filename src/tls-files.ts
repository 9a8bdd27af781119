import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { InputError } from './domain/errors.js'
import { wallNow } from './emulator/real-time.js'
import { ServerCertificates } from './emulator/tls/server-certificates.js'
import type { ResolvedOptions } from './emulator-options.js'

/** The certificates that the options ask for. Throws an `InputError` for a file that is damaged. */
export function loadCertificates(options: ResolvedOptions): Promise<ServerCertificates> {
  const { allowedHosts, publicUrl, tlsHosts } = options
  const publicHosts = publicUrl === undefined ? [] : [new URL(publicUrl).host]
  const settings = { ...options, tlsHosts: [...tlsHosts, ...allowedHosts, ...publicHosts] }
  return ServerCertificates.load(settings, wallNow)
}

/** Writes what clients have to trust. A reader finds the file whole or not at all. */
export async function writeCaFile(path: string, pem: string): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await writeFile(part, pem)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    const message = `cannot be written: ${(error as Error).message}`
    throw new InputError({ path: '--ca-file', message })
  }
}
