import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../emulator/emulator.js'
import type { Answer } from '../answer.js'

/** One operation of the vendor's API. */
export interface Endpoint {
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[]
  /** The current path, then those of older revisions. */
  readonly paths: readonly [string, ...string[]]
  /** True if the endpoint requires a bearer token with the scope `rostering`. */
  readonly bearer: boolean
  /** The kind of body. The endpoint itself reads one that is `streamed`. */
  readonly body: 'none' | 'form' | 'streamed'
  /** Tells the exchange whose request it is, where no bearer token does. */
  identify?(emulator: Emulator, request: FastifyRequest): void
  answer(emulator: Emulator, request: FastifyRequest): Answer | Promise<Answer>
}
