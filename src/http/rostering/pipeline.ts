import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { type AccessToken, denied } from '../../domain/access-token.js'
import { requireScope } from '../../domain/oauth.js'
import type { Operation } from '../../domain/operations.js'
import { requireAdmitted } from '../../emulator/emulator.js'
import type { DrawnFault } from '../../emulator/faults/armed-faults.js'
import type { Workspace } from '../../emulator/workspace.js'
import { type HttpResponse, json, writeResponse } from '../response.js'
import { drain } from '../unread-body.js'
import { authenticate } from './authenticate.js'
import { requireClearHead } from './clear-head.js'
import { completeResponse } from './complete-response.js'
import { corsHeaders, isPreflight, preflight } from './cors.js'
import type { Action, Run, Served } from './endpoint.js'
import { clientOf, type Exchange, type OpenExchange, servedReason } from './exchange.js'
import { describeFault, effectOf } from './fault-effects.js'
import { record, recordEnd } from './record.js'
import { toRefusal } from './refusal.js'
import { waitUnlessGone } from './wait.js'

/*
 * The way of a request from its head to the bytes of its response, in the order of contract §2. The steps return what they
 * learn, or throw a refusal; only this file writes it into the exchange. A poll goes all the way in one turn of the event
 * loop: it waits for nothing.
 */

/** The requests that go the same way. */
export interface Route {
  readonly action: Action
  operationOf(request: FastifyRequest): Operation | undefined
  /** True if the path belongs to an older revision of the API. */
  readonly isOlder: boolean
  /** Decides by the head of a request if it may go on. Throws its refusals. */
  admit(exchange: Exchange): Promise<void> | undefined
}

/** Makes the hook and the handler that serve the requests of a route. */
export function createPipeline(open: OpenExchange, { action, operationOf, isOlder, admit }: Route) {
  return {
    /** The steps before the body is read, so that no body can change their response. */
    onRequest(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
      const exchange = open(request, reply, operationOf(request), isOlder)
      let admitted: Promise<void> | undefined
      try {
        requireClearHead(request)
        if (isPreflight(request)) {
          deliver(exchange, preflight)
          return
        }
        exchange.headers = corsHeaders(request)
        admitted = admit(exchange)
      } catch (error) {
        refuse(exchange, error as Error)
        return
      }
      if (admitted === undefined) done()
      else
        admitted.then(
          () => done(),
          (error: Error) => refuse(exchange, error),
        )
    },

    /** The steps after the body of a form has been read. */
    handler({ exchange }: FastifyRequest): void {
      let run: Produce
      try {
        run = identify(exchange, action)
      } catch (error) {
        refuse(exchange, error as Error)
        return
      }
      respond(exchange, run)
    },
  }
}

/** Lets a request pass that bears a valid token with the required scope: contract §2, 401 then 403. */
export function admitToken(exchange: Exchange): Promise<void> | undefined {
  const token = authenticate(exchange.emulator.tokens, exchange)
  if (token instanceof Promise) return token.then((late) => admitClient(exchange, late))
  admitClient(exchange, token)
  return undefined
}

function admitClient(exchange: Exchange, token: AccessToken): void {
  const home = exchange.emulator.resolveClient(token.clientId, exchange.named)
  exchange.clientId = token.clientId
  exchange.workspace = home.workspace
  requireAdmitted(token, home)
  exchange.workspace = keep(exchange, home.workspace)
  requireScope(token.scopes)
}

type Produce = () => Served | Promise<Served>

/** Finds the client of a request that bears no token. Returns what is left to do. */
function identify(exchange: Exchange, action: Action): Produce {
  const { emulator, request, named } = exchange
  let run: Run
  if ('identify' in action) {
    const identity = action.identify(emulator, request, named)
    exchange.clientId = identity.clientId
    exchange.workspace = identity.workspace
    if (identity.mayCreate) exchange.workspace = keep(exchange, identity.workspace)
    run = identity.run
  } else {
    run = action.run
  }
  const { workspace } = exchange
  return () => run({ emulator, request, workspace })
}

/** Keeps the workspace of a request that has shown that it may use one. Throws 401 if there is no room for it. */
function keep({ emulator }: Exchange, workspace: Workspace): Workspace {
  try {
    return emulator.keep(workspace)
  } catch (error) {
    throw denied('workspace-limit', (error as Error).message)
  }
}

/** Responds to a request that may not go on. A fault applies to that response, too. */
export function refuse(exchange: Exchange, error: Error): void {
  respond(exchange, () => {
    throw error
  })
}

function respond(exchange: Exchange, produce: Produce): void {
  try {
    serve(exchange, produce)?.catch((error: Error) => fail(exchange, error))
  } catch (error) {
    fail(exchange, error as Error)
  }
}

/** A failure of the emulator itself. */
function fail({ server, reply }: Exchange, error: Error): void {
  server.logger.error({ err: error }, 'The emulator failed')
  if (reply.raw.headersSent) reply.raw.destroy()
  else writeResponse(reply, json(500, { message: error.message }))
}

/**
 * Draws the fault of the request, runs its operation, and delivers the response. A fault stands where a gateway would: the
 * service never sees a request whose response the fault makes or swallows; it has served one whose response the fault
 * damages or delays.
 */
function serve(exchange: Exchange, produce: Produce): Promise<void> | undefined {
  const drawn = drawFault(exchange)
  if (drawn !== undefined) {
    exchange.fault = drawn
    return serveWithFault(exchange, drawn, produce)
  }
  const result = attempt(exchange, produce)
  if (result instanceof Promise) return result.then((late) => deliver(exchange, late))
  deliver(exchange, result)
  return undefined
}

function drawFault(exchange: Exchange): DrawnFault | undefined {
  const { emulator, operation, referenceId, workspace } = exchange
  const { faults } = workspace
  if (operation === undefined || !faults.isArmed || !emulator.isKept(workspace)) return undefined
  return faults.draw({ operation, referenceId, client: clientOf(exchange) })
}

/** Runs the operation. Its refusal is a result like any other. */
function attempt(exchange: Exchange, produce: Produce): Served | Promise<Served> {
  const refusal = async (error: Error) => {
    await drain(exchange.request.raw)
    return toRefusal(error, exchange)
  }
  try {
    const result = produce()
    return result instanceof Promise ? result.catch(refusal) : result
  } catch (error) {
    return refusal(error as Error)
  }
}

async function serveWithFault(
  exchange: Exchange,
  { ids, fault, delayMs }: DrawnFault,
  produce: Produce,
): Promise<void> {
  const effect = effectOf(fault)
  const runs = effect.replace === undefined && effect.end === undefined
  const result = runs ? await attempt(exchange, produce) : undefined
  const response = result?.response ?? effect.replace?.(fault, exchange.operation)
  if (result !== undefined) learn(exchange, result)
  const then = result === undefined ? '' : `; ${exchange.reason.message}`
  if (result !== undefined) exchange.underlying = exchange.reason
  exchange.reason = { code: 'fault', message: describeFault(ids, fault, delayMs) + then }
  if (response !== undefined) await drain(exchange.request.raw)
  if (delayMs > 0) await waitUnlessGone(exchange, delayMs)
  if (isOver(exchange)) {
    endUnfollowed(exchange)
    return
  }

  if (response === undefined) {
    record(exchange, 'aborted')
    exchange.reply.hijack()
    await effect.end?.(exchange, fault)
  } else if (effect.send !== undefined) {
    const whole = completeResponse(exchange, response)
    record(exchange, effect.isCut ? 'aborted' : 'served', whole)
    exchange.reply.hijack()
    await effect.send(whole, exchange, fault)
  } else {
    send(exchange, effect.change?.(response) ?? response)
  }
}

function deliver(exchange: Exchange, result: Served): void {
  if (isOver(exchange)) {
    endUnfollowed(exchange)
    return
  }
  learn(exchange, result)
  send(exchange, result.response)
}

/** True if the client went away, or was refused on the bare connection, in the meantime. It has its journal entry. */
function isOver({ reply, refusedStatus }: Exchange): boolean {
  return reply.raw.destroyed || refusedStatus !== undefined
}

/** Counts a request whose client went away before its response, where nobody waits for the end of its connection. */
function endUnfollowed(exchange: Exchange): void {
  if (!exchange.isFollowed) recordEnd(exchange)
}

function learn(
  exchange: Exchange,
  { reason = servedReason, restsOn, polled, referenceId }: Served,
): void {
  exchange.reason = reason
  exchange.restsOn = restsOn
  exchange.polled = polled
  if (referenceId !== undefined) exchange.referenceId = referenceId
}

/** Makes the journal entry first: a client that has its response finds the entry there. */
function send(exchange: Exchange, response: HttpResponse): void {
  const whole = completeResponse(exchange, response)
  record(exchange, 'served', whole)
  writeResponse(exchange.reply, whole)
}
