import type { FastifyRequest } from 'fastify'
import type { BehaviourId } from '../../domain/behaviours.js'
import type { ImportState } from '../../domain/imports/import-state.js'
import type { Reason } from '../../domain/reason.js'
import type { Emulator } from '../../emulator/emulator.js'
import type { Workspace } from '../../emulator/workspace.js'
import type { HttpResponse } from '../response.js'

/** One operation of the rostering API. */
export type Endpoint = Address & Action

interface Address {
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[]
  /** The current path, then the others. */
  readonly paths: readonly [string, ...string[]]
  /** The paths that belong to an older revision of the API. */
  readonly olderPaths?: readonly string[]
  /** True if the endpoint requires a bearer token with the scope `rostering`. */
  readonly bearer: boolean
  /** The kind of body. The endpoint itself reads one that is `streamed`. */
  readonly body: 'none' | 'form' | 'streamed'
}

/** The part of an endpoint that carries the operation out, at once or after it has read the client from the request. */
export type Action = { readonly run: Run } | { readonly identify: Identify }

/** Carries an operation out. Throws its refusals. */
export type Run = (call: Call) => Served | Promise<Served>

export interface Call {
  readonly emulator: Emulator
  readonly request: FastifyRequest
  readonly workspace: Workspace
}

/**
 * Reads the client from a request that bears no token. Throws a refusal if it names none.
 *
 * @param named - the workspace that the path names
 */
export type Identify = (
  emulator: Emulator,
  request: FastifyRequest,
  named: Workspace | undefined,
) => Identity

/** The client that a request names. Its secret may be wrong: `run` checks it. */
export interface Identity {
  readonly clientId: string
  readonly workspace: Workspace
  /** True if the secret is right, so that the request may create its workspace. */
  readonly mayCreate: boolean
  readonly run: Run
}

/** The response of an operation, and the facts for its journal entry. */
export interface Served {
  readonly response: HttpResponse
  /** @defaultValue `Served` */
  readonly reason?: Reason
  /** The rows of the ledger that the response rests on, besides that of its reason. */
  readonly restsOn?: readonly BehaviourId[] | undefined
  /** The state of the import, after a poll. */
  readonly polled?: ImportState | undefined
  /** The import that the request created. */
  readonly referenceId?: string
}
