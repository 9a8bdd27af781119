import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { decodeRequest, type ReadRequest } from '../../domain/control/request.js'
import {
  type ControlRoute,
  controlRoutes,
  parse,
  type RouteName,
} from '../../domain/control/routes.js'
import { ControlError } from '../../domain/errors.js'
import type { ControlScope } from '../../emulator/control/control-verb.js'
import { runParsed } from '../../emulator/control/control-verbs.js'
import type { Emulator } from '../../emulator/emulator.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import type { ServerCertificates } from '../../emulator/tls/server-certificates.js'
import { baseUrl } from '../base-url.js'
import { controlResponse, toControlError } from '../errors.js'
import { type Guards, keepStrangersOut, requireControlToken } from '../guard.js'
import { content, sendResponse } from '../response.js'
import { drain, hasUnreadBody } from '../unread-body.js'
import { workspaceNameOf } from '../workspace-path.js'
import { readBodies } from './bodies.js'
import { streamJournal } from './journal-events.js'
import { serveMetrics } from './metrics.js'
import { serveOpenapi } from './openapi.js'

export interface ControlApiOptions {
  readonly emulator: Emulator
  readonly logger: EmulatorLogger
  readonly guards: Guards
  readonly certificates: ServerCertificates
}

/** The emulator's own API: apart from the vendor's, and in a dialect of its own. */
export async function controlApi(
  app: FastifyInstance,
  { emulator, logger, guards, certificates }: ControlApiOptions,
): Promise<void> {
  readBodies(app)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  })
  keepStrangersOut(app, guards)
  requireControlToken(app, guards)
  app.setNotFoundHandler(() => {
    throw new ControlError('not_found', 'There is no such control route')
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    await drain(request.raw)
    if (hasUnreadBody(request.raw)) reply.header('connection', 'close')
    const refusal = toControlError(error)
    if (refusal.code === 'internal_error') logger.error({ err: error }, 'The emulator failed')
    return sendResponse(reply, controlResponse(refusal))
  })

  const scopeOf = (request: FastifyRequest): ControlScope => {
    const workspaceName = workspaceNameOf(request)
    const workspace =
      workspaceName === undefined ? emulator.main : emulator.workspaces.find(workspaceName)
    return { emulator, workspace, signal: request.signal }
  }
  const serve = <N extends RouteName>(name: N) => {
    const route = controlRoutes[name]
    const { method, path, isOpen, textType, maxBodyBytes, resultType }: ControlRoute = route
    app.route({
      method,
      // Tools that wait for a server ask so. Each further route would cost the start its share.
      exposeHeadRoute: name === 'health',
      url: path,
      config: { isOpen: isOpen === true, textType },
      ...(maxBodyBytes !== undefined && { bodyLimit: maxBodyBytes }),
      async handler(request, reply) {
        const input = parse(route.schema, decodeRequest(route, request as ReadRequest))
        const scope = scopeOf(request)
        const isNew = !emulator.isKept(scope.workspace)
        // Requests to be waited for have to find the same workspace.
        if (isNew && name === 'journal.wait') emulator.keep(scope.workspace)
        const result = await runParsed(scope, name, input)
        // A request that was refused keeps none; nor does one that is open to anybody.
        if (isNew && !isOpen) emulator.keep(scope.workspace)
        if (resultType !== undefined) {
          return sendResponse(reply, content(200, resultType(input), result as string))
        }
        return result === undefined ? reply.code(204).send() : result
      },
    })
  }
  for (const name of Object.keys(controlRoutes) as RouteName[]) serve(name)
  // Public: a client needs it before it can trust the emulator.
  app.get('/ca.pem', { config: { isOpen: true } }, async (_request, reply) =>
    reply.type('application/x-pem-file').send(await certificates.trusted()),
  )
  serveMetrics(app, emulator)
  serveOpenapi(app, (request) => ({
    base: baseUrl(emulator, request),
    pathPrefix: scopeOf(request).workspace.pathPrefix,
  }))
  streamJournal(app, (request) => {
    const scope = scopeOf(request)
    return { ...scope, workspace: emulator.keep(scope.workspace) }
  })
}
