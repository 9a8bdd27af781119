import { type AccessToken, parseBearer } from '../../domain/access-token.js'
import type { Tokens } from '../../emulator/tokens/jwt-tokens.js'
import { headerValues } from '../request-head.js'
import type { Exchange } from './exchange.js'

/** The verified access token of a request: contract §2. Throws 401. The caller checks its lifetime and scope. */
export function authenticate(
  tokens: Tokens,
  { request, connection }: Exchange,
): AccessToken | Promise<AccessToken> {
  const values = headerValues(request, 'authorization')
  const [authorization] = values
  // A client that polls is spared even the digest of its token, which is compared only with what the same
  // connection sent: how long that takes tells nothing of the tokens of others.
  if (
    values.length === 1 &&
    authorization === connection.authorization &&
    connection.accessToken !== undefined
  ) {
    return connection.accessToken
  }
  const remember = (accessToken: AccessToken) => {
    connection.authorization = authorization
    connection.accessToken = accessToken
    return accessToken
  }
  const verified = tokens.verify(parseBearer(values))
  return verified instanceof Promise ? verified.then(remember) : remember(verified)
}
