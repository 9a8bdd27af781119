import type { Operation } from '../../domain/operations.js'
import type { Endpoint } from './endpoint.js'
import { jwks, metadata } from './endpoints/discovery.js'
import { download } from './endpoints/download.js'
import { result } from './endpoints/result.js'
import { status } from './endpoints/status.js'
import { token } from './endpoints/token.js'
import { upload } from './endpoints/upload.js'

/** Every operation has its endpoint: this does not compile without. */
export const endpoints: Readonly<Record<Operation, Endpoint>> = {
  token,
  upload,
  status,
  download,
  result,
  jwks,
  metadata,
}
