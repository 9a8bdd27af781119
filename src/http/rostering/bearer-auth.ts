import type { Socket } from 'node:net'
import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { type AccessToken, parseBearer } from '../../domain/access-token.js'
import { requireScope } from '../../domain/oauth.js'
import { type Emulator, requireAdmitted } from '../../emulator/emulator.js'
import { headerValues } from '../request-head.js'
import { keepWorkspace } from './exchange.js'

/** A verified token, and the `Authorization` header that bore it. */
interface Borne {
  readonly authorization: string
  readonly accessToken: AccessToken
}

/** Lets a request pass that bears a valid token with the required scope: contract §2, 401 then 403. */
export function bearerAuth(emulator: Emulator) {
  // A client that polls is spared even the digest of its token, which is compared only with what the same
  // connection sent: how long that takes tells nothing of the tokens of others.
  const lastOn = new WeakMap<Socket, Borne>()
  return (request: FastifyRequest, done: HookHandlerDoneFunction): void => {
    const { socket } = request.raw
    const values = headerValues(request, 'authorization')
    const [authorization = ''] = values
    const last = lastOn.get(socket)
    if (values.length === 1 && authorization === last?.authorization) {
      admit(emulator, request, last.accessToken)
      done()
      return
    }
    const accept = (accessToken: AccessToken) => {
      lastOn.set(socket, { authorization, accessToken })
      admit(emulator, request, accessToken)
    }
    const verified = emulator.tokens.verify(parseBearer(values))
    if (verified instanceof Promise) {
      verified.then(accept).then(done as () => void, done)
    } else {
      accept(verified)
      done()
    }
  }
}

function admit(emulator: Emulator, { exchange }: FastifyRequest, token: AccessToken): void {
  const home = emulator.locateClient(token.clientId, exchange.named)
  exchange.clientId = token.clientId
  exchange.workspace = home.workspace
  requireAdmitted(token, home)
  keepWorkspace(exchange, home.workspace)
  requireScope(token.scopes)
}
