import type { FastifyRequest } from 'fastify'
import { VendorError } from '../../domain/errors.js'
import type { Emulator } from '../../emulator/emulator.js'
import { type Answer, json } from '../answer.js'
import type { Endpoint } from '../endpoint.js'
import { reportUrl } from '../report-url.js'

/** Tells where the result of an import can be fetched: a signed URL (documented); its shape is decided. */
export const download: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/api/v1/upload/api/v1/download/:referenceId', '/api/v1/download/:referenceId'],
  bearer: true,
  body: 'none',
  answer: tellUrl,
}

function tellUrl(emulator: Emulator, request: FastifyRequest): Answer {
  const { referenceId } = request.params as { referenceId: string }
  const { workspace } = request.exchange
  const { result } = workspace.imports.peek(referenceId)
  if (result.status === 'pending') {
    const message = 'The import is pending, so there is no report yet'
    throw new VendorError('import-pending', { code: 'import-pending', message })
  }
  return json(200, { result: { url: reportUrl(emulator, request, referenceId) } })
}
