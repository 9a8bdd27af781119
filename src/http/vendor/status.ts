import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../emulator/emulator.js'
import { type Answer, json } from '../answer.js'
import type { Endpoint } from '../endpoint.js'

/** What became of an import: contract §2. */
export const status: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/api/v1/upload/api/v1/status/:referenceId'],
  bearer: true,
  body: 'none',
  answer: tellStatus,
}

function tellStatus(_emulator: Emulator, request: FastifyRequest): Answer {
  const { referenceId } = request.params as { referenceId: string }
  return json(200, { result: request.exchange.workspace.imports.poll(referenceId) })
}
