import type { Server } from 'node:http'
import Fastify, { type FastifyHttpOptions, type FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { VendorError } from '../domain/errors.js'
import type { Emulator } from '../emulator/emulator.js'
import type { EmulatorLogger } from '../emulator/emulator-logger.js'
import { docsFolder, sandboxFolder } from '../emulator/package-files.js'
import { wallNow } from '../emulator/real-time.js'
import { ServerCertificates } from '../emulator/tls/server-certificates.js'
import { controlApi } from './control/index.js'
import { docsSite } from './docs/index.js'
import { vendorResponse } from './errors.js'
import { lateApp } from './late-app.js'
import { builtPages } from './pages/index.js'
import { json, sendResponse, writeResponse } from './response.js'
import { rosteringApi } from './rostering/index.js'
import { sandboxPage } from './sandbox/index.js'
import { speakTwoProtocols } from './two-protocols.js'
import { guardServer, type OnUnreadable, respondToUnreadable } from './wire.js'
import { pathRouter } from './workspace-path.js'

/** The options of the application. Every field is optional. */
export interface AppOptions {
  /** The logger of requests and failures. By default there is none. */
  readonly logger?: EmulatorLogger
  /** Further `Host` names under which the control API and the sandbox page may be used. */
  readonly allowedHosts?: readonly string[]
  /** The bearer token that the control API then asks for. */
  readonly controlToken?: string | undefined
  /**
   * The time in which a request must arrive completely, in milliseconds. Its head has 5,000 of them.
   * @defaultValue `10_000`
   */
  readonly requestTimeoutMs?: number
  /**
   * The certificates for HTTPS.
   * @defaultValue those of an authority that ends with the process
   */
  readonly certificates?: ServerCertificates
}

/** An application whose routes have no JSON schemas. It logs its own failures. */
function createFastify(
  logger: EmulatorLogger,
  options: FastifyHttpOptions<Server> = {},
): FastifyInstance {
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    // No route has a JSON schema, and loading their compilers would take a third of the start.
    schemaController: {
      compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas },
    },
    // Longer than any path that the HTTP parser lets pass.
    routerOptions: { maxParamLength: 1024 * 1024 },
    return503OnClosing: false,
    // No plugin waits for anything, so none needs a timer.
    pluginTimeout: 0,
    ...options,
  })
  // The last resort: an error handler of a part of the application has failed.
  app.setErrorHandler((error: Error, _request, reply) => {
    logger.error({ err: error }, 'The emulator failed')
    return sendResponse(reply, json(500, { message: error.message }))
  })
  return app
}

/** The emulator as a Fastify application that does not listen: for `inject`, or to be listened with. */
export function createApp(
  emulator: Emulator,
  {
    logger = pino({ level: 'silent' }),
    allowedHosts = [],
    controlToken,
    requestTimeoutMs = 10_000,
    certificates = new ServerCertificates({ now: wallNow }),
  }: AppOptions = {},
): FastifyInstance {
  const { publicUrl } = emulator
  const onUnreadable: OnUnreadable = (status, { code, message }, isCounted) => {
    if (!isCounted) emulator.main.report.countUnreadable(code, status)
    logger.info({ status, reason: code }, message)
  }

  const headersTimeout = Math.min(requestTimeoutMs, 5000)
  const app = createFastify(logger, {
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout,
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 1000),
      // The rostering API checks it, and responds in the vendor's format.
      requireHostHeader: false,
    },
    rewriteUrl: pathRouter(publicUrl && new URL(publicUrl).pathname),
    clientErrorHandler: respondToUnreadable(onUnreadable),
    frameworkErrors: (error, _request, reply) => {
      const reason = { code: 'http-malformed', message: error.message } as const
      const response = vendorResponse(new VendorError('bad-request', reason))
      emulator.main.report.countUnreadable(reason.code, response.status)
      writeResponse(reply, response)
    },
  })
  guardServer(app, onUnreadable)
  speakTwoProtocols(app, { certificates, timeoutMs: headersTimeout, logger })
  emulator.workspaces.onEvicted = (workspace) => {
    const message = `The workspace ${workspace} was evicted: raise --max-workspaces to keep it`
    logger.warn({ event: 'workspace-evicted', workspace }, message)
  }
  app.addHook('preClose', async () => emulator.close())
  const publicHosts = publicUrl === undefined ? [] : [new URL(publicUrl).host]
  const guards = { allowedHosts: [...allowedHosts, ...publicHosts], controlToken, publicUrl }
  const pages = { __sandbox: sandboxPage(sandboxFolder), __docs: docsSite(docsFolder) }
  const ownPaths = lateApp(app, {
    prefixes: ['__control', ...Object.keys(pages)],
    create() {
      const own = createFastify(logger)
      const control = { emulator, logger, guards, certificates }
      own.register(controlApi, { ...control, prefix: '/__control' })
      return own.register(builtPages, { logger, guards, pages })
    },
  })
  app.register(rosteringApi, { emulator, logger, ownPaths })
  return app
}

function refuseSchemas(): never {
  throw new Error('Routes have no JSON schemas: values are checked by valibot')
}
