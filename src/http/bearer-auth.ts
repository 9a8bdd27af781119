import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { type AccessToken, parseBearer } from '../domain/access-token.js'
import { requireScope } from '../domain/oauth.js'
import type { Emulator } from '../emulator/emulator.js'
import { headerValues } from './exchange.js'

/** Lets a request pass that bears a valid token with the required scope: contract §2, 401 then 403. */
export function bearerAuth(emulator: Emulator): onRequestHookHandler {
  return (request, _reply, done) => {
    const token = parseBearer(headerValues(request, 'authorization'))
    const recalled = emulator.tokens.recall(token)
    if (recalled !== undefined) {
      admit(emulator, request, recalled)
      done()
      return
    }
    emulator.tokens
      .verify(token)
      .then((accessToken) => admit(emulator, request, accessToken))
      .then(done as () => void, done)
  }
}

function admit(emulator: Emulator, { exchange }: FastifyRequest, token: AccessToken): void {
  exchange.clientId = token.clientId
  exchange.workspace = emulator.admit(token, exchange.named)
  requireScope(token.scopes)
}
