import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  onRequestHookHandler,
} from 'fastify'
import type { Logger } from 'pino'
import { OAuthError, VendorError, type VendorErrorCode } from '../../domain/errors.js'
import type { Operation } from '../../domain/operations.js'
import type { Emulator } from '../../emulator/emulator.js'
import { version } from '../../emulator/package-files.js'
import { type Answer, content, json } from '../answer.js'
import { oauthAnswer, toVendorError, vendorAnswer } from '../errors.js'
import { pathOf } from '../request-head.js'
import { drain } from '../unread-body.js'
import { findAmbiguity } from '../wire.js'
import { bearerAuth } from './bearer-auth.js'
import { allowCrossOrigin } from './cors.js'
import type { Endpoint } from './endpoint.js'
import { jwks, metadata } from './endpoints/discovery.js'
import { download } from './endpoints/download.js'
import { result } from './endpoints/result.js'
import { status } from './endpoints/status.js'
import { token } from './endpoints/token.js'
import { upload } from './endpoints/upload.js'
import { deliver, exchangeOpener } from './exchange.js'
import { acceptForms } from './form.js'
import { logExchanges } from './request-log.js'
import { respond } from './respond.js'

/** Every operation has its endpoint: this does not compile without. */
const endpoints = {
  token,
  upload,
  status,
  download,
  result,
  jwks,
  metadata,
} satisfies Record<Operation, Endpoint>

const operations = Object.entries(endpoints) as [Operation, Endpoint][]

/** The vendor's API: everything that is not the emulator's own. */
export async function vendorApi(
  app: FastifyInstance,
  { emulator, logger }: { emulator: Emulator; logger: Logger },
): Promise<void> {
  const openExchange = exchangeOpener(app, emulator, logExchanges(logger))
  // One hook for all that comes first, as each costs every request its share.
  const enter =
    (
      operationOf: (request: FastifyRequest) => Operation | undefined,
      proceed: (request: FastifyRequest, done: HookHandlerDoneFunction) => void,
    ): onRequestHookHandler =>
    (request, reply, done) => {
      openExchange(request, reply, operationOf(request))
      const ambiguity = findAmbiguity(request)
      if (ambiguity !== undefined) done(ambiguity)
      else if (!allowCrossOrigin(request, reply)) proceed(request, done)
    }
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    await drain(request.raw)
    return respond(request, reply, () => errorAnswer(error, request, logger))
  })
  for (const [operation, endpoint] of operations) {
    app.register(async (scope) => {
      if (endpoint.body === 'form') await acceptForms(scope)
      if (endpoint.body === 'streamed') acceptAnything(scope)
      const proceed = endpoint.bearer ? bearerAuth(emulator) : admitAnyone
      const onRequest = enter(() => operation, proceed)
      for (const url of endpoint.paths) {
        scope.route({
          method: [...endpoint.methods],
          url,
          onRequest,
          handler: answerBy(endpoint, emulator),
        })
      }
    })
  }
  app.register(async (scope) => {
    scope.addHook(
      'onRequest',
      enter((request) => operationAt(pathOf(request)), refuseUnknown),
    )
    // The hook lets nothing pass but the root.
    scope.setNotFoundHandler((request, reply) => deliver(request, reply, welcome))
  })
}

/** Leaves the body unread, whatever it is. */
function acceptAnything(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

function answerBy(endpoint: Endpoint, emulator: Emulator) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    endpoint.identify?.(emulator, request)
    return respond(request, reply, () => endpoint.answer(emulator, request))
  }
}

const pathPatterns = operations.flatMap(([operation, { paths }]) =>
  paths.map((path) => ({
    operation,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/, '[^/]*')}$`),
  })),
)

function operationAt(path: string): Operation | undefined {
  return pathPatterns.find(({ pattern }) => pattern.test(path))?.operation
}

/** The path of an operation that differs in slashes or case only, or by the misprint of the documentation. */
function meantPath(path: string): string | undefined {
  const tidy = path
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1')
    .replace('uploadpi/', 'upload/api/')
  return operations
    .flatMap(([, { paths }]) => paths)
    .find((known) =>
      new RegExp(`^${known.replaceAll('.', '\\.').replace(/:\w+/, '[^/]+')}$`, 'i').test(tidy),
    )
}

function admitAnyone(_request: FastifyRequest, done: HookHandlerDoneFunction): void {
  done()
}

/** Answers before the body is read, so that no body can change the answer. */
function refuseUnknown(request: FastifyRequest, done: HookHandlerDoneFunction): void {
  const { exchange, method } = request
  const { operation } = exchange
  if (pathOf(request) === '/' && (method === 'GET' || method === 'HEAD')) done()
  else if (operation === undefined) {
    const meant = meantPath(pathOf(request))
    const message = meant === undefined ? 'No such path' : `No such path; did you mean ${meant}?`
    done(new VendorError('not-found', { code: 'path-unknown', message }))
  } else {
    const allow = endpoints[operation].methods.join(', ')
    exchange.headers = { ...exchange.headers, allow }
    const message = `This path does not allow ${method}. Allowed: ${allow}`
    done(new VendorError('method-not-allowed', { code: 'method-not-allowed', message }))
  }
}

/** Tools that wait for a server ask for its root; a browser is led to the sandbox page instead. */
const welcome = content(
  200,
  'text/plain',
  `tao-upload-emulator ${version}: the TAO Advance rostering API, emulated.
Sandbox page: /__sandbox/
Health check: /__control/health
`,
)

/** Refusals of the vendor's API that have words of their own at the token endpoint. */
const oauthErrors: Partial<Record<VendorErrorCode, OAuthError>> = {
  'bad-request': new OAuthError('invalid_request', 'The request cannot be read as a form'),
  'access-denied': new OAuthError('invalid_client', 'Client authentication failed'),
}

function errorAnswer(error: Error, request: FastifyRequest, logger: Logger): Answer {
  const { exchange } = request
  if (error instanceof OAuthError) {
    exchange.reason = error.reason
    exchange.restsOn = undefined
    return oauthAnswer(error)
  }
  const refusal = toVendorError(error)
  if (refusal === undefined) {
    logger.error({ err: error, operation: exchange.operation }, 'The emulator failed')
    exchange.reason = { code: 'internal-error', message: error.message }
    exchange.restsOn = undefined
    return json(500, { message: error.message })
  }
  exchange.reason = refusal.reason
  exchange.restsOn = refusal.restsOn
  const oauthError = exchange.operation === 'token' && oauthErrors[refusal.code]
  return oauthError ? oauthAnswer(oauthError) : vendorAnswer(refusal)
}
