import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { OAuthError } from '../domain/errors.js'
import type { ClientDefinition } from '../domain/fixture.js'
import type { ReasonCode } from '../domain/reason.js'

interface KnownClient {
  readonly definition: ClientDefinition
  readonly secretHash: Buffer
}

/** The clients of the token endpoint. */
export class Clients {
  #clients: ReadonlyMap<string, KnownClient> = new Map()
  readonly #noSecretHash = randomBytes(32)

  constructor(definitions: readonly ClientDefinition[]) {
    this.load(definitions)
  }

  /** Takes the clients of an edited scenario. */
  load(definitions: readonly ClientDefinition[]): void {
    this.#clients = new Map(
      definitions.map((definition) => [
        definition.clientId,
        { definition, secretHash: hash(definition.clientSecret) },
      ]),
    )
  }

  /** Every scope that some client has. */
  scopes(): string[] {
    const all = [...this.#clients.values()].flatMap(({ definition }) => definition.scopes)
    return [...new Set(all)].sort()
  }

  /** The client with these credentials. An unknown one and a wrong secret take the same time and answer. */
  authenticate(clientId: string, clientSecret: string, challenge: boolean): ClientDefinition {
    const client = this.#clients.get(clientId)
    const matches = timingSafeEqual(hash(clientSecret), client?.secretHash ?? this.#noSecretHash)
    if (client !== undefined && matches) return client.definition
    const [code, message]: [ReasonCode, string] =
      client === undefined
        ? ['client-unknown', `There is no client ${JSON.stringify(clientId)}`]
        : ['client-secret-wrong', `The secret of client ${JSON.stringify(clientId)} is another one`]
    throw new OAuthError('invalid_client', 'Client authentication failed', {
      reason: { code, message },
      challenge,
    })
  }
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
