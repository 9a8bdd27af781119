import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { type AccessToken, parseBearer } from '../domain/access-token.js'
import { requireScope } from '../domain/oauth.js'
import { type Emulator, requireAdmitted } from '../emulator/emulator.js'
import { headerValues } from './exchange.js'

/** Lets a request pass that bears a valid token with the required scope: contract §2, 401 then 403. */
export function bearerAuth(emulator: Emulator) {
  return (request: FastifyRequest, done: HookHandlerDoneFunction): void => {
    const values = headerValues(request, 'authorization')
    const recalled = recallToken(emulator, values)
    if (recalled !== undefined) {
      admit(emulator, request, recalled)
      done()
      return
    }
    emulator.tokens
      .verify(parseBearer(values))
      .then((accessToken) => admit(emulator, request, accessToken))
      .then(done as () => void, done)
  }
}

const prefix = 'Bearer '

/** What is remembered was well-formed, so a client that polls is spared the parsing, too. */
function recallToken({ tokens }: Emulator, values: readonly string[]): AccessToken | undefined {
  const [value] = values
  return values.length === 1 && value?.startsWith(prefix)
    ? tokens.recall(value.slice(prefix.length))
    : undefined
}

function admit(emulator: Emulator, { exchange }: FastifyRequest, token: AccessToken): void {
  const home = emulator.locateClient(token.clientId, exchange.named)
  exchange.clientId = token.clientId
  exchange.workspace = home.workspace
  requireAdmitted(token, home)
  requireScope(token.scopes)
}
