import { requireResultFile } from '../../../emulator/roster/required-result.js'
import { content } from '../../response.js'
import type { Call, Endpoint, Served } from '../endpoint.js'
import { resultPath, verifyResultUrl } from '../result-url.js'

/** The result file of an import, for anybody with its signed URL: contract §3. */
export const result: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: [`${resultPath}/:referenceId/output.csv`],
  bearer: false,
  body: 'none',
  run: readResult,
}

function readResult(call: Call): Served {
  const { workspace, request } = call
  const { referenceId } = request.params as { referenceId: string }
  verifyResultUrl(call, referenceId)
  const body = requireResultFile(workspace, referenceId)
  const headers = { 'content-disposition': 'attachment; filename="output.csv"' }
  return { response: content(200, 'text/csv', body, headers) }
}
