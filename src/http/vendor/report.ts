import type { FastifyRequest } from 'fastify'
import { VendorError } from '../../domain/errors.js'
import { importReport } from '../../domain/import-report.js'
import type { Emulator } from '../../emulator/emulator.js'
import { type Answer, content } from '../answer.js'
import type { Endpoint } from '../endpoint.js'
import { reportPath, verifyReportUrl } from '../report-url.js'

/** The import report, for whoever has its signed URL: decided. */
export const report: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: [`${reportPath}/:referenceId`],
  bearer: false,
  body: 'none',
  answer: tellReport,
}

function tellReport(emulator: Emulator, request: FastifyRequest): Answer {
  const { referenceId } = request.params as { referenceId: string }
  verifyReportUrl(emulator, request, referenceId)
  const { result, upload } = request.exchange.workspace.imports.peek(referenceId)
  const body = upload?.hasReport ? emulator.reports.get(referenceId) : importReport(result)
  if (body === undefined) {
    const message = 'The report is kept no longer: --max-stored-bytes has no room for it'
    throw new VendorError('reference-id-not-found', { code: 'report-dropped', message })
  }
  return content(200, 'text/csv', body, {
    'content-disposition': 'attachment; filename="import-report.csv"',
  })
}
