import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../emulator/emulator.js'

/** The path of result files: below the vendor's prefix (decided). */
export const resultPath = '/api/v1/upload/results'

/** The signed URL of a result file. It leads back to the workspace of the request. */
export function resultUrl(
  emulator: Emulator,
  request: FastifyRequest,
  referenceId: string,
): string {
  const { workspace } = request.exchange
  const query = emulator.resultLinks.sign(subjectOf(request, referenceId), workspace.clock.now())
  const path = `${workspace.pathPrefix}${resultPath}/${encodeURIComponent(referenceId)}/output.csv`
  return `${baseUrl(emulator, request)}${path}?${new URLSearchParams({ ...query })}`
}

/** Throws 403 unless the request bears a signature that is right, and not expired. */
export function verifyResultUrl(
  emulator: Emulator,
  request: FastifyRequest,
  referenceId: string,
): void {
  const query = request.query as Readonly<Record<string, unknown>>
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  emulator.resultLinks.verify(
    subjectOf(request, referenceId),
    { expires: text('expires'), signature: text('signature') },
    request.exchange.workspace.clock.now(),
  )
}

function subjectOf({ exchange: { workspace } }: FastifyRequest, referenceId: string): string {
  return JSON.stringify([workspace.name, referenceId])
}

/** The address under which the client got here, unless `--public-url` or `--issuer` names one. */
function baseUrl(emulator: Emulator, { host, protocol }: FastifyRequest): string {
  if (emulator.publicUrl !== undefined) return emulator.publicUrl
  const isHost = /^[\w.:[\]-]+$/.test(host)
  return emulator.hasOwnIssuer || !isHost ? emulator.issuer : `${protocol}://${host}`
}
