import { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessToken } from '../../domain/access-token.js'
import type { BehaviourId } from '../../domain/behaviours.js'
import { splitClientId } from '../../domain/control/workspace-name.js'
import type { ImportState } from '../../domain/imports/import-state.js'
import type { Operation } from '../../domain/operations.js'
import type { Reason } from '../../domain/reason.js'
import type { Emulator } from '../../emulator/emulator.js'
import type { EmulatorLogger } from '../../emulator/emulator-logger.js'
import type { DrawnFault } from '../../emulator/faults/armed-faults.js'
import { monotonicNow } from '../../emulator/real-time.js'
import type { Workspace } from '../../emulator/workspace.js'
import type { HttpResponse } from '../response.js'
import { workspaceNameOf } from '../workspace-path.js'

/** One request to the rostering API, and what the pipeline has learned of it for the journal and the log. */
export interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly connection: Connection
  readonly server: ServerState
  readonly emulator: Emulator
  /** Undefined for a path that belongs to no operation. */
  readonly operation: Operation | undefined
  /** True if the path belongs to an older revision of the API. */
  readonly isOlder: boolean
  /** The workspace that the path names. It may be one that is not kept yet. */
  readonly named: Workspace | undefined
  /** The workspace that responds: a token or a client id may lead to another than the main one. */
  workspace: Workspace
  /** True if somebody waits for its end, for the journal or the log. */
  readonly isFollowed: boolean
  /** Monotonic, in milliseconds; 0 where nobody follows. */
  readonly startedAt: number
  referenceId: string | undefined
  clientId: string | undefined
  /** The headers of the response that do not depend on the operation. */
  headers: HttpResponse['headers'] | undefined
  /** Undefined where no fault applies. */
  fault: DrawnFault | undefined
  reason: Reason
  /** The reason of the operation, where that of a fault stands in its place. */
  underlying: Reason | undefined
  /** The rows of the ledger that the response rests on, besides that of its reason. */
  restsOn: readonly BehaviourId[] | undefined
  /** The state that its poll found. Undefined for a request that counted no poll. */
  polled: ImportState | undefined
  /** The id of its journal entry, once there is one. */
  entryId: number | undefined
  /** The number of times that the journal had gone back to a saved state by then. */
  entryRestores: number
  /** The status of the response on the bare connection, for a request that did not arrive whole. */
  refusedStatus: number | undefined
}

/** The state of the server that every exchange shares. */
export interface ServerState {
  readonly logger: EmulatorLogger
  isClosing: boolean
  /** Ends every wait of a fault: a server that closes waits for none. */
  readonly waits: Set<() => void>
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

/** The facts that the emulator remembers of one connection, from request to request. */
export interface Connection {
  /** Its last exchange. */
  exchange: Exchange | undefined
  /** The number of its requests. */
  requests: number
  /** False for an injected request, which has none. */
  readonly isReal: boolean
  /** The last `Authorization` header whose token was verified, and that token. */
  authorization: string | undefined
  accessToken: AccessToken | undefined
}

const connections = new WeakMap<Socket, Connection>()

export function connectionOf(socket: Socket): Connection {
  let connection = connections.get(socket)
  if (connection === undefined) {
    connection = {
      exchange: undefined,
      requests: 0,
      isReal: socket instanceof Socket,
      authorization: undefined,
      accessToken: undefined,
    }
    connections.set(socket, connection)
  }
  return connection
}

/** The reason of a response that has no other. */
export const servedReason: Reason = { code: 'served', message: 'Served' }

/** Receives every exchange once its response, or its connection, has ended. */
export type OnEnd = (exchange: Exchange) => void

/** Opens the exchange of a request. */
export type OpenExchange = (
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Operation | undefined,
  isOlder: boolean,
) => Exchange

/** Makes the function that opens exchanges. */
export function exchangeOpener(
  app: FastifyInstance,
  emulator: Emulator,
  logger: EmulatorLogger,
  onEnd: OnEnd | undefined,
): OpenExchange {
  app.decorateRequest('exchange')
  const server: ServerState = { logger, isClosing: false, waits: new Set() }
  app.addHook('preClose', async () => {
    server.isClosing = true
    for (const end of server.waits) end()
  })
  return (request, reply, operation, isOlder) => {
    const name = workspaceNameOf(request)
    const named = name === undefined ? undefined : emulator.workspaces.find(name)
    const connection = connectionOf(request.raw.socket)
    const exchange: Exchange = {
      request,
      reply,
      connection,
      server,
      emulator,
      operation,
      isOlder,
      named,
      workspace: named ?? emulator.main,
      isFollowed: onEnd !== undefined,
      startedAt: onEnd === undefined ? 0 : monotonicNow(),
      referenceId: (request.params as { referenceId?: string }).referenceId,
      clientId: undefined,
      headers: undefined,
      fault: undefined,
      reason: servedReason,
      underlying: undefined,
      restsOn: undefined,
      polled: undefined,
      entryId: undefined,
      entryRestores: 0,
      refusedStatus: undefined,
    }
    request.exchange = exchange
    connection.exchange = exchange
    connection.requests += 1
    // Not `onResponse`, which does not come when the client is gone.
    if (onEnd !== undefined) reply.raw.on('close', () => onEnd(exchange))
    return exchange
  }
}

/** The id of the client in its workspace: without the name of the workspace. */
export function clientOf({ clientId, workspace }: Exchange): string | undefined {
  if (clientId === undefined || workspace.name === undefined) return clientId
  const split = splitClientId(clientId)
  return split?.workspace === workspace.name ? split.clientId : clientId
}

/** The time since the request came, in milliseconds with two decimal places. */
export function durationMs({ startedAt }: Exchange): number {
  return Math.round((monotonicNow() - startedAt) * 100) / 100
}
