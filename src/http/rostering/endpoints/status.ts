import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../../emulator/emulator.js'
import { type Answer, json } from '../../answer.js'
import type { Endpoint } from '../endpoint.js'
import { requireKnownForm } from '../reference-id-form.js'

const processing = ['status-processing'] as const

/** The status of an import: contract §2. */
export const status: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/api/v1/upload/api/v1/status/:referenceId'],
  bearer: true,
  body: 'none',
  answer: tellStatus,
}

function tellStatus(_emulator: Emulator, request: FastifyRequest): Answer {
  const { referenceId } = request.params as { referenceId: string }
  const { workspace } = request.exchange
  requireKnownForm(workspace, referenceId)
  const result = workspace.imports.poll(referenceId)
  request.exchange.restsOn =
    result.status === 'processing' ? processing : workspace.imports.uploadOf(referenceId)?.restsOn
  return json(200, { result })
}
