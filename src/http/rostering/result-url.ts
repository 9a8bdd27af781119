import type { Workspace } from '../../emulator/workspace.js'
import { baseUrl } from '../base-url.js'
import type { Call } from './endpoint.js'

/** The path of result files: below the vendor's prefix (decided). */
export const resultPath = '/api/v1/upload/results'

/** The signed URL of a result file. It leads back to the workspace of the request. */
export function resultUrl(call: Call, referenceId: string): string {
  const { emulator, workspace } = call
  const query = emulator.resultLinks.sign(subjectOf(workspace, referenceId), workspace.clock.now())
  const path = `${workspace.pathPrefix}${resultPath}/${encodeURIComponent(referenceId)}/output.csv`
  return `${baseUrl(call.emulator, call.request)}${path}?${new URLSearchParams({ ...query })}`
}

/** Throws 403 unless the request bears a signature that is right, and not expired. */
export function verifyResultUrl({ emulator, workspace, request }: Call, referenceId: string): void {
  const query = request.query as Readonly<Record<string, unknown>>
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  emulator.resultLinks.verify(
    subjectOf(workspace, referenceId),
    { expires: text('expires'), signature: text('signature') },
    workspace.clock.now(),
  )
}

function subjectOf({ name }: Workspace, referenceId: string): string {
  return JSON.stringify([name, referenceId])
}
