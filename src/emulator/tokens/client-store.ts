import { randomBytes } from 'node:crypto'
import { OAuthError } from '../../domain/errors.js'
import type { ClientDefinition } from '../../domain/fixture.js'
import type { ReasonCode } from '../../domain/reason.js'
import type { ClientsState } from '../../domain/state.js'
import { quoted } from '../../domain/visible-text.js'
import type { Removed } from '../removals.js'
import { isSameSecret } from './compare-secrets.js'

/** The clients of the token endpoint: those of the scenario, under those that were put. */
export class Clients {
  #scenario: ReadonlyMap<string, ClientDefinition>
  readonly #overrides = new Map<string, ClientDefinition>()
  /** Ids of the scenario that were deleted. */
  readonly #deleted = new Set<string>()
  readonly #noSecret = randomBytes(32).toString('hex')

  constructor(scenario: ReadonlyMap<string, ClientDefinition>) {
    this.#scenario = scenario
  }

  get(clientId: string): ClientDefinition | undefined {
    const override = this.#overrides.get(clientId)
    return override !== undefined || this.#deleted.has(clientId)
      ? override
      : this.#scenario.get(clientId)
  }

  has(clientId: string): boolean {
    return this.get(clientId) !== undefined
  }

  list(): ClientDefinition[] {
    const ids = new Set([...this.#scenario.keys(), ...this.#overrides.keys()])
    return [...ids].flatMap((id) => this.get(id) ?? [])
  }

  put(definition: ClientDefinition): void {
    this.#overrides.set(definition.clientId, definition)
  }

  /** Returns what was removed, or undefined if there was none. */
  delete(clientId: string): Removed | undefined {
    if (this.get(clientId) === undefined) return undefined
    const override = this.#overrides.get(clientId)
    this.#overrides.delete(clientId)
    if (this.#scenario.has(clientId)) this.#deleted.add(clientId)
    return {
      putBack: () => {
        if (this.has(clientId)) return false
        this.#deleted.delete(clientId)
        if (override !== undefined) this.#overrides.set(clientId, override)
        return true
      },
    }
  }

  /** Back to the scenario. */
  reset(): void {
    this.#overrides.clear()
    this.#deleted.clear()
  }

  save(): ClientsState {
    return { put: [...this.#overrides.values()], deleted: [...this.#deleted] }
  }

  restore(scenario: ReadonlyMap<string, ClientDefinition>, { put, deleted }: ClientsState): void {
    this.reset()
    this.#scenario = scenario
    for (const client of put) this.put(client)
    for (const id of deleted) this.#deleted.add(id)
  }

  /** Takes the clients of an edited scenario; what was put or deleted stays so, unless it is `replaced`. */
  load(
    scenario: ReadonlyMap<string, ClientDefinition>,
    replaced: ReadonlySet<string> = new Set(),
  ): void {
    this.#scenario = scenario
    for (const id of replaced) this.#overrides.delete(id)
    for (const id of this.#deleted) {
      if (replaced.has(id) || !scenario.has(id)) this.#deleted.delete(id)
    }
  }

  /** Every scope that some client has. */
  scopes(): string[] {
    return [...new Set(this.list().flatMap(({ scopes }) => scopes))].sort()
  }

  /** Returns whether these are the credentials of a client; it takes the same time for an unknown one. */
  isRight(clientId: string, clientSecret: string): boolean {
    const client = this.get(clientId)
    const matches = isSameSecret(clientSecret, client?.clientSecret ?? this.#noSecret)
    return matches && client !== undefined
  }

  /**
   * The client with these credentials. An unknown one and a wrong secret take the same time and get the same response.
   * @param basic - the secret as the Authorization header has it, where the client authenticates by header
   */
  authenticate(
    clientId: string,
    clientSecret: string,
    basic?: { readonly encodedSecret: string },
  ): ClientDefinition {
    const client = this.get(clientId)
    const expected = client?.clientSecret ?? this.#noSecret
    const matches = isSameSecret(clientSecret, expected)
    const matchesEncoded = basic !== undefined && isSameSecret(basic.encodedSecret, expected)
    if (client !== undefined && matches) return client
    const id = quoted(clientId)
    const [code, message]: [ReasonCode, string] =
      client === undefined
        ? ['client-unknown', `There is no client ${id}`]
        : [
            'client-secret-wrong',
            `Wrong secret for client ${id}${matchesEncoded ? notEncoded : ''}`,
          ]
    throw new OAuthError('invalid_client', 'Client authentication failed', {
      reason: { code, message },
      challenge: basic !== undefined,
    })
  }
}

const notEncoded =
  '. It is right before it is form-decoded: form-encode it for the header, with %2B for a + and %25 for a % (RFC 6749 §2.3.1)'
