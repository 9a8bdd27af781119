import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { denied } from '../../domain/access-token.js'
import type { BehaviourId } from '../../domain/behaviours.js'
import { splitClientId } from '../../domain/control/workspace-name.js'
import type { Outcome } from '../../domain/journal.js'
import type { Operation } from '../../domain/operations.js'
import type { Reason } from '../../domain/reason.js'
import type { Emulator } from '../../emulator/emulator.js'
import type { Strike } from '../../emulator/faults/faults.js'
import { cutBody, cutId, cutReason, cutResponse } from '../../emulator/journal/journal.js'
import { monotonicNow } from '../../emulator/real-time.js'
import type { Workspace } from '../../emulator/workspace.js'
import { type Answer, sendAnswer, withHeaders } from '../answer.js'
import { endsConnection, hasUnreadBody } from '../unread-body.js'
import { workspaceNameOf } from '../workspace-path.js'

/** The facts of one request to the rostering API, collected for the journal and the log. */
export interface Exchange {
  readonly server: ServerState
  /** Absent for a path that is no operation's. */
  readonly operation: Operation | undefined
  readonly emulator: Emulator
  /** The workspace that the path names. It may be one that is not kept yet. */
  readonly named: Workspace | undefined
  /** The one that answers: a token or a client id may lead to another than the main one. */
  workspace: Workspace
  /** Monotonic, in milliseconds; nothing where nobody follows. */
  readonly startedAt: number
  referenceId: string | undefined
  clientId: string | undefined
  /** Of its answer, besides those that the answer has. */
  headers: Answer['headers'] | undefined
  /** Undefined until it is drawn, null where nothing strikes. */
  strike: Strike | null | undefined
  reason: Reason
  /** The rows of the ledger that the response rests on, besides that of its reason. */
  restsOn: readonly BehaviourId[] | undefined
  /** The id of its journal entry, once there is one. */
  entryId: number | undefined
  /** With what it was answered on the bare connection, because its request did not arrive whole. */
  refusedStatus: number | undefined
}

/** The last exchange of each connection. */
const lastOn = new WeakMap<Socket, FastifyReply>()

interface ServerState {
  isClosing: boolean
  /** Ends every wait of a fault: a server that closes waits for none. */
  readonly held: Set<() => void>
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

const served: Reason = { code: 'served', message: 'Served' }

const clientGone: Reason = {
  code: 'client-gone',
  message: 'The client disconnected before its response',
}

const noFaults: readonly string[] = []

/** Told of every exchange once it is over. */
export type OnSettled = (request: FastifyRequest, reply: FastifyReply) => void

/** Makes what opens an exchange, and sees to it that each has its journal entry in the end. */
export function exchangeOpener(
  app: FastifyInstance,
  emulator: Emulator,
  onSettled: OnSettled | undefined,
): (request: FastifyRequest, reply: FastifyReply, operation: Operation | undefined) => void {
  app.decorateRequest('exchange')
  const isFollowed = onSettled !== undefined || emulator.main.journal.size > 0
  const server: ServerState = { isClosing: false, held: new Set() }
  app.addHook('preClose', async () => {
    server.isClosing = true
    for (const end of server.held) end()
  })
  return (request, reply, operation) => {
    const name = workspaceNameOf(request)
    const named = name === undefined ? undefined : emulator.workspaces.find(name)
    request.exchange = {
      server,
      emulator,
      operation,
      named,
      workspace: named ?? emulator.main,
      startedAt: isFollowed ? monotonicNow() : 0,
      referenceId: (request.params as { referenceId?: string }).referenceId,
      clientId: undefined,
      headers: undefined,
      strike: undefined,
      reason: served,
      restsOn: undefined,
      entryId: undefined,
      refusedStatus: undefined,
    }
    lastOn.set(request.raw.socket, reply)
    if (isFollowed) {
      // Not `onResponse`, which does not come when the client is gone.
      reply.raw.on('close', () => {
        if (!reply.raw.writableEnded || request.raw.socket.errored) settleAborted(request)
        onSettled?.(request, reply)
      })
    }
  }
}

/** Answers, and makes the journal entry first: a client that has its answer finds the entry there. */
export function deliver(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): FastifyReply {
  // The client may have gone while its answer was made: that has its entry already.
  const isOver = reply.raw.destroyed || request.exchange.refusedStatus !== undefined
  if (isOver) return reply.hijack()
  const whole = wholeAnswer(request, answer)
  keepRecord(request, 'served', whole)
  return sendAnswer(reply, whole)
}

const close = { connection: 'close' } as const

/** The answer with what the exchange adds to it. */
export function wholeAnswer({ exchange, raw }: FastifyRequest, answer: Answer): Answer {
  const { headers, server, workspace } = exchange
  // A connection that is kept alive holds up a server that closes.
  return withHeaders(
    workspace.service.get().contentTypes === 'charset' ? withCharset(answer) : answer,
    server.isClosing || endsConnection(raw) || hasUnreadBody(raw)
      ? { ...headers, ...close }
      : headers,
  )
}

/** A response with the content type that most frameworks send. */
function withCharset(answer: Answer): Answer {
  const type = answer.headers['content-type']
  if (type === undefined || !/^(?:text\/\w+|application\/json)$/.test(type)) return answer
  return { ...answer, headers: { ...answer.headers, 'content-type': `${type}; charset=utf-8` } }
}

/** Returns whether a response has begun on a connection, so that another one would corrupt it. */
export function isAnswering(socket: Socket): boolean {
  const reply = lastOn.get(socket)
  if (reply === undefined || !reply.raw.headersSent) return false
  return !reply.raw.writableEnded || !reply.request.raw.complete
}

/** Makes the journal entry of a request that is answered on the bare connection. Returns whether there is one. */
export function settleRefused(socket: Socket, answer: Answer, reason: Reason): boolean {
  const reply = lastOn.get(socket)
  if (reply === undefined || reply.raw.headersSent) return false
  const { exchange } = reply.request
  exchange.refusedStatus = answer.status
  exchange.reason = reason
  keepRecord(reply.request, 'served', answer)
  return true
}

function settleAborted(request: FastifyRequest): void {
  const { exchange } = request
  if (exchange.refusedStatus !== undefined) return
  if (exchange.reason.code !== 'fault') exchange.reason = clientGone
  if (exchange.entryId === undefined) {
    keepRecord(request, 'aborted')
  } else {
    const end = { outcome: 'aborted', durationMs: durationMs(exchange) } as const
    keptWorkspace(exchange).journal.end(exchange.entryId, end)
  }
}

/** Makes the journal entry, once. */
export function keepRecord(request: FastifyRequest, outcome: Outcome, answer?: Answer): void {
  const { exchange } = request
  const { journal, clock } = keptWorkspace(exchange)
  if (journal.size === 0) {
    exchange.entryId = journal.nextId()
    return
  }
  exchange.entryId = journal.add({
    at: clock.now(),
    durationMs: durationMs(exchange),
    operation: exchange.operation,
    method: request.method,
    path: request.originalUrl,
    referenceId: exchange.referenceId,
    clientId: cutId(clientOf(exchange)),
    requestHeaders: request.raw.rawHeaders,
    // A form is the one body that is read.
    requestBody: request.body === undefined ? undefined : cutBody(String(request.body)),
    status: answer?.status,
    response: answer && cutResponse(answer),
    outcome,
    reason: cutReason(exchange.reason),
    restsOn: exchange.restsOn,
    faults: exchange.strike?.ids ?? noFaults,
  })
}

/** Keeps the workspace of a request that has shown that it may use one. Throws 401 if there is no room for it. */
export function keepWorkspace(exchange: Exchange, found: Workspace): void {
  const { emulator } = exchange
  exchange.workspace = found
  try {
    exchange.workspace = emulator.keep(found)
  } catch (error) {
    throw denied('workspace-limit', (error as Error).message)
  }
}

/** The workspace whose journal has the entry: the main one stands in for one that was not kept. */
function keptWorkspace({ emulator, workspace }: Exchange): Workspace {
  return emulator.isKept(workspace) ? workspace : emulator.main
}

/** A client of this workspace, without the name of the workspace. */
export function clientOf({ clientId, workspace }: Exchange): string | undefined {
  if (clientId === undefined || workspace.name === undefined) return clientId
  const split = splitClientId(clientId)
  return split?.workspace === workspace.name ? split.clientId : clientId
}

/** Since the request came, to the hundredth of a millisecond. */
export function durationMs({ startedAt }: Exchange): number {
  return Math.round((monotonicNow() - startedAt) * 100) / 100
}
