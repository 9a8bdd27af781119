import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator/emulator.js'

/** The address under which the client got here, unless `--public-url` or `--issuer` names one. */
export function baseUrl(emulator: Emulator, { host, protocol }: FastifyRequest): string {
  if (emulator.publicUrl !== undefined) return emulator.publicUrl
  const isHost = /^[\w.:[\]-]+$/.test(host)
  return emulator.hasOwnIssuer || !isHost ? emulator.issuer : `${protocol}://${host}`
}
