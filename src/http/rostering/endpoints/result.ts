import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../../emulator/emulator.js'
import { type Answer, content } from '../../answer.js'
import type { Endpoint } from '../endpoint.js'
import { requireResultFile } from '../result-file.js'
import { resultPath, verifyResultUrl } from '../result-url.js'

/** The result file of an import, for anybody with its signed URL: contract §3. */
export const result: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: [`${resultPath}/:referenceId/output.csv`],
  bearer: false,
  body: 'none',
  answer: tellResult,
}

function tellResult(emulator: Emulator, request: FastifyRequest): Answer {
  const { referenceId } = request.params as { referenceId: string }
  verifyResultUrl(emulator, request, referenceId)
  const body = requireResultFile(emulator, request.exchange.workspace, referenceId)
  return content(200, 'text/csv', body, {
    'content-disposition': 'attachment; filename="output.csv"',
  })
}
