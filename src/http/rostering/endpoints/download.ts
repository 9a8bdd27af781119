import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../../emulator/emulator.js'
import { type Answer, json } from '../../answer.js'
import type { Endpoint } from '../endpoint.js'
import { requireKnownForm } from '../reference-id-form.js'
import { requireResultFile } from '../result-file.js'
import { resultUrl } from '../result-url.js'

/** Tells where the result file of an import can be fetched: contract §3. */
export const download: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/api/v1/upload/api/v1/download/:referenceId', '/api/v1/download/:referenceId'],
  bearer: true,
  body: 'none',
  answer: tellUrl,
}

function tellUrl(emulator: Emulator, request: FastifyRequest): Answer {
  const { referenceId } = request.params as { referenceId: string }
  requireKnownForm(request.exchange.workspace, referenceId)
  requireResultFile(emulator, request.exchange.workspace, referenceId)
  return json(200, { signedUrl: resultUrl(emulator, request, referenceId) })
}
