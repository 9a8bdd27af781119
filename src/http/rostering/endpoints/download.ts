import type { DownloadResponse } from '../../../domain/response-bodies.js'
import { requireResultFile } from '../../../emulator/roster/required-result.js'
import { json } from '../../response.js'
import type { Call, Endpoint, Served } from '../endpoint.js'
import { requireKnownForm } from '../reference-id-form.js'
import { resultUrl } from '../result-url.js'

const olderPath = '/api/v1/download/:referenceId'

/** The signed URL of the result file of an import: contract §3. */
export const download: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/api/v1/upload/api/v1/download/:referenceId', olderPath],
  olderPaths: [olderPath],
  bearer: true,
  body: 'none',
  run: signUrl,
}

function signUrl(call: Call): Served {
  const { workspace, request } = call
  const { referenceId } = request.params as { referenceId: string }
  requireKnownForm(workspace, referenceId)
  requireResultFile(workspace, referenceId)
  const signedUrl = resultUrl(call, referenceId)
  return { response: json(200, { signedUrl } satisfies DownloadResponse) }
}
