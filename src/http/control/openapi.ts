import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ControlError } from '../../domain/errors.js'
import { quoted } from '../../domain/visible-text.js'
import { openapiFolder } from '../../emulator/package-files.js'
import { content, sendResponse } from '../response.js'

const documents = ['rostering.json', 'control.json']

/** The address in the documents of the package. */
export const writtenAddress = 'http://127.0.0.1:4080'

/** One of the servers has the workspace in its address already. */
const anyAddress = new RegExp(`${writtenAddress.replaceAll('.', '\\.')}(/w/\\{workspace\\})?`, 'g')

/** The address of the emulator, and the path of the workspace of a request. */
export interface Address {
  readonly base: string
  readonly pathPrefix: string
}

/**
 * `GET /openapi/rostering.json` and `/openapi/control.json`: the documents of the package, with the address of this emulator.
 * They are read for each request, so that no start has to.
 */
export function serveOpenapi(
  app: FastifyInstance,
  addressOf: (request: FastifyRequest) => Address,
): void {
  app.get<{ Params: { name: string } }>(
    '/openapi/:name',
    // They hold no secret, and tools that read them have no token.
    { config: { isOpen: true } },
    async (request, reply) => {
      const { name } = request.params
      if (!documents.includes(name)) {
        const message = `There is no OpenAPI document ${quoted(name)}. There are ${documents.join(' and ')}`
        throw new ControlError('not_found', message)
      }
      const text = await readFile(join(openapiFolder, name), 'utf8')
      const { base, pathPrefix } = addressOf(request)
      const here = text.replace(anyAddress, (_, workspace = pathPrefix) => base + workspace)
      return sendResponse(reply, content(200, 'application/json', here))
    },
  )
}
