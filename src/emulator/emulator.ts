import { InputError, type Mistake } from '../domain/errors.js'
import type { ImportDefinition, Scenario } from '../domain/fixture.js'
import { Clients } from './clients.js'
import { Clock } from './clock.js'
import { ImportSet } from './import-set.js'
import { Imports } from './imports.js'
import { type FixtureSource, loadFixtures } from './load-fixtures.js'
import { generateSigningKey, loadSigningKey, type SigningKey } from './signing-key.js'
import { Tokens } from './tokens.js'
import { fingerprint, watchFixtures } from './watch-fixtures.js'

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
  readonly clock: Clock
  readonly signingKey: SigningKey
  readonly clients: Clients
  readonly imports: Imports
  readonly tokens: Tokens
  /** Set anew by the server once it knows its port. */
  issuer: string

  constructor(
    scenario: Scenario,
    signingKey: SigningKey,
    {
      issuer = defaultIssuer,
      clock = new Clock(),
    }: { issuer?: string | undefined; clock?: Clock } = {},
  ) {
    this.clock = clock
    this.signingKey = signingKey
    this.issuer = issuer
    this.clients = new Clients(scenario.clients)
    this.imports = new Imports(this.clock, importSet(scenario))
    this.tokens = new Tokens(this.clock, signingKey, () => this.issuer)
  }

  /** Throws an `InputError` for fixtures or a key that are wrong. */
  static async create({ fixtures, signingKey, issuer }: EmulatorSettings): Promise<Emulator> {
    const [scenario, key] = await Promise.all([
      loadFixtures(fixtures),
      signingKey === undefined ? generateSigningKey() : loadSigningKey(signingKey),
    ])
    return new Emulator(scenario, key, { issuer })
  }

  /** Takes an edited scenario: what did not change in it goes on. */
  load(scenario: Scenario): void {
    this.clients.load(scenario.clients)
    this.imports.load(importSet(scenario))
  }

  /** Back to the loaded scenario and the wall clock. */
  reset(): void {
    this.clock.reset()
    this.imports.reset()
  }
}

/** Whoever wants to know what became of an edit. */
export interface ReloadListener {
  onLoaded(scenario: Scenario): void
  /** The last good scenario stays. */
  onMistakes(mistakes: readonly Mistake[]): void
}

/** Creates an emulator that loads edits of its fixtures as they are saved, until `stop` is called. */
export async function createWatchingEmulator(
  settings: EmulatorSettings,
  listener: ReloadListener,
): Promise<{ readonly emulator: Emulator; stop(): void }> {
  const { fixtures } = settings
  const loaded = await fingerprint(fixtures)
  const emulator = await Emulator.create(settings)
  const stop = watchFixtures(fixtures, loaded, async () => {
    try {
      const scenario = await loadFixtures(fixtures)
      emulator.load(scenario)
      listener.onLoaded(scenario)
    } catch (error) {
      // Whatever it is, it must not take down an emulator that runs well.
      const mistake = { path: 'fixtures', message: String(error) }
      listener.onMistakes(error instanceof InputError ? error.mistakes : [mistake])
    }
  })
  return { emulator, stop }
}

function importSet({ imports }: Scenario): ImportSet {
  return new ImportSet(
    imports.map(({ referenceId, ...definition }) => [referenceId, definition as ImportDefinition]),
  )
}
