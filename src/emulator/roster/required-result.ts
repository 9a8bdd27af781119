import { VendorError } from '../../domain/errors.js'
import { isRunning } from '../../domain/imports/import-status.js'
import { resultFileOf } from '../../domain/result-file.js'
import type { Workspace } from '../workspace.js'

/** The result file of an import. Throws 404 where there is none, and as the status endpoint does. */
export function requireResultFile(
  { imports, uploads }: Workspace,
  referenceId: string,
): string | Buffer {
  const { result, upload } = imports.peek(referenceId)
  if (isRunning(result.status)) {
    throw missing(`The import is ${result.status}: it has no result file yet`)
  }
  if (upload === undefined || upload.resultFile === 'made') return resultFileOf(result)
  if (upload.resultFile === 'none') {
    throw missing(
      'The import has no result file: the whole file was refused, or its result is larger than --max-stored-bytes',
    )
  }
  const file = uploads.resultOf(referenceId)
  if (file === undefined) {
    throw missing('The result file was evicted: raise --max-stored-bytes')
  }
  return file
}

function missing(message: string): VendorError {
  return new VendorError('result-missing', { code: 'result-missing', message })
}
