import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { VendorError } from '../../domain/errors.js'
import type { Emulator } from '../../emulator/emulator.js'
import { type RosterOutcome, readRoster } from '../../emulator/roster-file.js'
import { type Answer, json } from '../answer.js'
import type { Endpoint } from '../endpoint.js'
import { readUpload } from '../upload-form.js'

/** Takes a roster in. The documentation shows the request; the answer is decided. */
export const upload: Endpoint = {
  methods: ['POST'],
  paths: ['/api/v1/upload/api/v1/upload', '/api/v1/upload'],
  bearer: true,
  body: 'streamed',
  answer: takeRoster,
}

async function takeRoster(emulator: Emulator, request: FastifyRequest): Promise<Answer> {
  const { exchange } = request
  const limits = {
    maxBytes: emulator.maxUploadSize,
    idleMs: request.server.server.requestTimeout,
  }
  const { content, ...file } = await readUpload(request, limits, (bytes) =>
    readContent(bytes, emulator.reports.maxBytes),
  )
  const referenceId = exchange.workspace.uploads.begin(file, content)
  exchange.referenceId = referenceId
  const what =
    content instanceof VendorError ? content.message : `${content.kind}, ${content.rows} rows`
  exchange.reason = { code: 'served', message: `Took ${JSON.stringify(file.fileName)} (${what})` }
  return json(200, { referenceId })
}

/** Why a file is refused is kept: a planned outcome is for any file. */
async function readContent(
  bytes: Readable,
  maxReportBytes: number,
): Promise<RosterOutcome | VendorError> {
  return readRoster(bytes, { maxReportBytes }).catch((error: unknown) => {
    if (error instanceof VendorError) return error
    throw error
  })
}
