import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { withControlToken } from './control-token.js'
import { createEmulator } from './create-emulator.js'
import { createControl } from './domain/control/create-control.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { asJson, type CallRoute } from './domain/control/routes.js'
import { runVerb } from './emulator/control/control-verbs.js'
import type { Emulator } from './emulator/emulator.js'
import type { EmulatorLogger } from './emulator/emulator-logger.js'
import type { Environment } from './emulator/fixtures/placeholders.js'
import { clearTimeout, setTimeout } from './emulator/real-time.js'
import type { ServerCertificates } from './emulator/tls/server-certificates.js'
import type { ResolvedOptions, StartOptions } from './emulator-options.js'
import { createApp } from './http/app.js'
import { createInject, type Inject } from './inject.js'
import { resolveStartOptions } from './options.js'
import { prepareReadyFile, removeReadyFile, writeReadyFile } from './ready-file.js'
import { createSecondServer, listenWherePossible } from './second-address.js'
import { createSettings, type ServiceSettings } from './settings.js'
import { loadCertificates, writeCaFile } from './tls-files.js'

/** An emulator that runs, and the methods that control it. */
export interface RunningEmulator extends EmulatorControl, AsyncDisposable {
  /** What the system under test needs, to be configured with. */
  readonly settings: ServiceSettings
  /** Sends a request without a connection: `await emulator.inject('/api/v1/upload/api/v1/status/12345')`. */
  readonly inject: Inject
  /** Stops listening and closes every connection, at once. Calling it again does nothing more. */
  close(): Promise<void>
}

/**
 * Starts an emulator in this process, on a free port of the loopback interface.
 *
 * @example
 * ```ts
 * await using emulator = await startEmulator()
 * const response = await fetch(`${emulator.url}/api/v1/upload/api/v1/status/12345`)
 * ```
 * @throws InputError where an option, a fixture or the signing key is wrong, with every mistake
 * @throws Error with the code `EADDRINUSE` where the port is taken
 */
export async function startEmulator(options: StartOptions = {}): Promise<RunningEmulator> {
  const { listen, logger, environment = process.env, ...others } = resolveStartOptions(options)
  const resolved = await withControlToken(others)
  const log = logger ?? pino({ level: resolved.logLevel })
  const { running } = await startServer(resolved, environment, log, 0, listen)
  return running
}

/** The running server, and the emulator inside. */
export interface StartedServer {
  readonly running: RunningEmulator
  readonly emulator: Emulator
  readonly app: FastifyInstance
  readonly certificates: ServerCertificates
}

/** Starts a server whose `close` lets requests in flight end for `graceMs`. */
export async function startServer(
  options: ResolvedOptions,
  environment: Environment,
  logger: EmulatorLogger,
  graceMs: number,
  listens = true,
): Promise<StartedServer> {
  const { port, host, readyFile, allowedHosts, controlToken, caFile, ...settings } = options
  if (readyFile !== undefined) await prepareReadyFile(readyFile)
  const certificates = await loadCertificates(options)
  if (caFile !== undefined) await writeCaFile(caFile, await certificates.trusted())
  const { emulator, stop } = await createEmulator({ ...settings, environment }, logger)
  const app = createApp(emulator, { logger, allowedHosts, controlToken, certificates })
  app.addHook('onClose', stop)
  if (readyFile !== undefined) app.addHook('preClose', () => removeReadyFile(readyFile))
  // Before any request is read: a token that is issued at once has this issuer, too.
  app.server.once('listening', () => {
    emulator.issuer = settings.issuer ?? settings.publicUrl ?? urlOf(app, host)
  })
  const open = async () => {
    if (listens) return listen(app, host, port, readyFile)
    await app.ready()
    return emulator.issuer
  }
  const url = await open().catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  if (listens) {
    logger.info(
      { event: 'ready', url, imports: emulator.main.imports.size },
      `Listening on ${url}, with a sandbox page at ${settings.publicUrl ?? url}/__sandbox/`,
    )
  }

  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= closeWithin(app, graceMs)
    return closed
  }
  const control = createControl(url, callInProcess(emulator))
  const clientSettings = createSettings(emulator, url, () => certificates.trusted())
  return {
    running: {
      ...control,
      settings: clientSettings,
      inject: createInject(app, url),
      close,
      [Symbol.asyncDispose]: close,
    },
    emulator,
    app,
    certificates,
  }
}

/** Resolves to the URL, once it can be used. */
async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  readyFile: string | undefined,
): Promise<string> {
  if (host === 'localhost') await listenOnLoopback(app, port)
  else await app.listen({ port, host })
  const url = urlOf(app, host)
  if (readyFile !== undefined) await writeReadyFile(readyFile, url)
  return url
}

/** Clients take `localhost` for either address, whatever the names of this machine say. */
async function listenOnLoopback(app: FastifyInstance, port: number): Promise<void> {
  const second = createSecondServer(app)
  await app.listen({ port, host: '127.0.0.1' })
  await listenWherePossible(second, '::1', (app.server.address() as AddressInfo).port)
}

/** Carries verbs out as the control API does: arguments and results are JSON, and copies. */
function callInProcess(emulator: Emulator): CallRoute {
  return async (workspaceName, name, input, signal) => {
    const workspace =
      workspaceName === undefined ? emulator.main : emulator.workspace(workspaceName)
    return structuredClone(
      await runVerb({ emulator, workspace, ...(signal && { signal }) }, name, asJson(input)),
    )
  }
}

function urlOf(app: FastifyInstance, host: string): string {
  const { port, address } = app.server.address() as AddressInfo
  return urlAt(address === '0.0.0.0' || address === '::' ? 'localhost' : host, port)
}

export function urlAt(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Fastify waits for every connection, a kept-alive one for over a minute: the deadline is ours. */
async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const cut = () => {
    app.server.closeAllConnections()
    // Again, for a connection that came in between.
    deadline = setTimeout(cut, 10)
  }
  let deadline = setTimeout(cut, graceMs)
  await app.close()
  clearTimeout(deadline)
}
