import type { StatusResponse } from '../../../domain/response-bodies.js'
import { json } from '../../response.js'
import type { Call, Endpoint, Served } from '../endpoint.js'
import { requireKnownForm } from '../reference-id-form.js'

const processing = ['status-processing'] as const

/** The status of an import: contract §2. */
export const status: Endpoint = {
  methods: ['GET', 'HEAD'],
  paths: ['/api/v1/upload/api/v1/status/:referenceId'],
  bearer: true,
  body: 'none',
  run: poll,
}

function poll({ workspace, request }: Call): Served {
  const { referenceId } = request.params as { referenceId: string }
  requireKnownForm(workspace, referenceId)
  const result = workspace.imports.poll(referenceId)
  const restsOn =
    result.status === 'processing' ? processing : workspace.imports.evidenceFor(referenceId)
  return { response: json(200, { result } satisfies StatusResponse), restsOn, polled: result }
}
