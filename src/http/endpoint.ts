import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator/emulator.js'
import type { Answer } from './answer.js'

/** One operation of the vendor's API. */
export interface Endpoint {
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[]
  /** The current path, then those of older revisions. */
  readonly paths: readonly [string, ...string[]]
  /** Whether a bearer token with the required scope is asked for. */
  readonly bearer: boolean
  /** What the body may be; one that is `streamed`, the endpoint reads itself. */
  readonly body: 'none' | 'form' | 'streamed'
  /** Tells the exchange whose request it is, where no bearer token does. */
  identify?(emulator: Emulator, request: FastifyRequest): void
  answer(emulator: Emulator, request: FastifyRequest): Answer | Promise<Answer>
}
