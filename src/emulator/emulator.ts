import type { Scenario } from '../domain/fixture.js'
import { Clients } from './clients.js'
import { Clock } from './clock.js'
import { Imports } from './imports.js'
import { type FixtureSource, loadFixtures } from './load-fixtures.js'
import { generateSigningKey, loadSigningKey, type SigningKey } from './signing-key.js'
import { Tokens } from './tokens.js'

export interface EmulatorSettings {
  /** Files, folders or scenarios; all of them make up one scenario. */
  readonly fixtures: readonly FixtureSource[]
  /** A PEM or JWK file. By default a fresh ES256 key. */
  readonly signingKey?: string | undefined
  /** The `iss` of tokens, and the base of the addresses in the metadata. */
  readonly issuer?: string | undefined
}

/** Until a server tells the address on which it listens. */
const defaultIssuer = 'http://127.0.0.1:4080'

/** The one owner of everything that changes while the emulator runs. */
export class Emulator {
  readonly clock = new Clock()
  readonly signingKey: SigningKey
  readonly clients: Clients
  readonly imports: Imports
  readonly tokens: Tokens
  /** Set anew by the server once it knows its port. */
  issuer: string

  constructor(scenario: Scenario, signingKey: SigningKey, issuer = defaultIssuer) {
    this.signingKey = signingKey
    this.issuer = issuer
    this.clients = new Clients(scenario.clients)
    this.imports = new Imports(scenario.imports)
    this.tokens = new Tokens(this.clock, signingKey, () => this.issuer)
  }

  /** Throws an `InputError` for fixtures or a key that are wrong. */
  static async create({ fixtures, signingKey, issuer }: EmulatorSettings): Promise<Emulator> {
    const [scenario, key] = await Promise.all([
      loadFixtures(fixtures),
      signingKey === undefined ? generateSigningKey() : loadSigningKey(signingKey),
    ])
    return new Emulator(scenario, key, issuer)
  }
}
