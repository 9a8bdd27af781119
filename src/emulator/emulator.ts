import { type AccessToken, denied, requireValidAt } from '../domain/access-token.js'
import { splitClientId } from '../domain/control/workspace-name.js'
import { ControlError, InputError, type Mistake } from '../domain/errors.js'
import type { Scenario } from '../domain/fixture.js'
import type { ReportState } from '../domain/report/report-state.js'
import { nameClients, sumStates } from '../domain/report/sum-states.js'
import { defaultThresholds, type Thresholds } from '../domain/report/thresholds.js'
import { quoted } from '../domain/visible-text.js'
import { type FixtureSource, loadFixtures } from './fixtures/load-fixtures.js'
import type { Environment } from './fixtures/placeholders.js'
import { fingerprint, watchFixtures } from './fixtures/watch-fixtures.js'
import { type ChangeCounter, defaultJournalBytes } from './journal/journal.js'
import { Workspaces } from './kept-workspaces.js'
import { type LoadedScenario, loadScenario } from './loaded-scenario.js'
import { Durations } from './report/durations.js'
import { ResultLinks } from './roster/result-links.js'
import { ResultStore } from './roster/result-store.js'
import type { WorkspaceState } from './state/workspace-state.js'
import { Tokens } from './tokens/jwt-tokens.js'
import { generateSigningKey, loadSigningKey, type SigningKey } from './tokens/signing-key.js'
import { Workspace } from './workspace.js'

/** The settings of an emulator. All but the fixtures have a default. */
export interface EmulatorSettings {
  /** Files, folders or scenarios; all of them make up one scenario. */
  readonly fixtures: readonly FixtureSource[]
  /**
   * The values of placeholders such as `${CLIENT_SECRET}` in the fixtures.
   * @defaultValue none
   */
  readonly environment?: Environment | undefined
  /** A PEM or JWK, or the path of its file. By default a fresh ES256 key. */
  readonly signingKey?: string | undefined
  /**
   * The `iss` of tokens, and the base of the addresses in the metadata.
   * @defaultValue `'http://127.0.0.1:4080'`, or the address of the server
   */
  readonly issuer?: string | undefined
  /** The address under which clients reach it, where it is another one. Without a slash at its end. */
  readonly publicUrl?: string | undefined
  /**
   * The number of journal entries that each workspace keeps.
   * @defaultValue `1000`
   */
  readonly journalSize?: number
  /**
   * The approximate memory of the journal of each workspace, in bytes.
   * @defaultValue `33_554_432`, 32 MiB
   */
  readonly journalBytes?: number
  /**
   * The most named workspaces.
   * @defaultValue `100`
   */
  readonly maxWorkspaces?: number
  /**
   * The seed of every random choice: the same seed and the same requests give the same choices.
   * @defaultValue `1`
   */
  readonly seed?: number
  /**
   * The largest file that an upload may have, in bytes.
   * @defaultValue `52_428_800`, 50 MiB
   */
  readonly maxUploadSize?: number
  /**
   * The memory for result files and messages of uploads, in bytes, over all workspaces.
   * @defaultValue `67_108_864`, 64 MiB
   */
  readonly maxStoredBytes?: number
  /**
   * The rows of an upload that are imported in a second of the virtual clock; 0: all at once.
   * @defaultValue `1000`
   */
  readonly rowsPerSecond?: number
  /**
   * Refuses `reset` and deletions in the main workspace.
   * @defaultValue `false`
   */
  readonly protectMain?: boolean
  /**
   * The secret that signs links to result files.
   * @defaultValue random bytes
   */
  readonly linkKey?: Buffer | undefined
  /**
   * The thresholds of the findings of the run report.
   * @defaultValue those of `defaultThresholds`
   */
  readonly manners?: Thresholds
}

/** Until a server tells the address on which it listens. */
const defaultIssuer = 'http://127.0.0.1:4080'

/** The one owner of everything that changes while the emulator runs. */
export class Emulator {
  readonly signingKey: SigningKey
  readonly tokens: Tokens
  /** The workspace of requests that name none. */
  readonly main: Workspace
  readonly results: ResultStore
  readonly resultLinks: ResultLinks
  readonly maxUploadSize: number
  /** True if `reset` and deletions are refused in the main workspace. */
  readonly protectsMain: boolean
  /** The `iss` of tokens. Set anew by the server once it knows its port. */
  issuer: string
  /** True if the issuer was chosen, so that clients can reach the emulator under it. */
  readonly hasOwnIssuer: boolean
  /** The address under which clients reach it, where somebody chose it. */
  readonly publicUrl: string | undefined
  /** The workspaces that requests name. */
  readonly workspaces: Workspaces
  /** The durations of requests, for the metrics. */
  readonly durations = new Durations()
  /** Counts the changes of all workspaces. */
  readonly changes: ChangeCounter = { count: 0 }
  /** The counts of the workspaces that were evicted or deleted. Undefined before the first. */
  goneReport: ReportState | undefined
  #scenario: LoadedScenario

  constructor(
    scenario: Scenario,
    signingKey: SigningKey,
    {
      issuer,
      publicUrl,
      journalSize = 1000,
      journalBytes = defaultJournalBytes,
      maxWorkspaces = 100,
      seed = 1,
      maxUploadSize = 50 * 1024 ** 2,
      maxStoredBytes = 64 * 1024 ** 2,
      rowsPerSecond = 1000,
      protectMain = false,
      linkKey,
      manners: thresholds = defaultThresholds,
    }: Omit<EmulatorSettings, 'fixtures' | 'environment' | 'signingKey'> = {},
  ) {
    this.signingKey = signingKey
    this.publicUrl = publicUrl
    this.issuer = issuer ?? publicUrl ?? defaultIssuer
    this.hasOwnIssuer = issuer !== undefined
    this.tokens = new Tokens(signingKey, () => this.issuer)
    this.#scenario = loadScenario(scenario)
    this.maxUploadSize = maxUploadSize
    this.protectsMain = protectMain
    this.results = new ResultStore(maxStoredBytes)
    this.resultLinks = new ResultLinks(linkKey)
    const workspaceSettings = {
      journalSize,
      journalBytes,
      randomSeed: seed,
      rowsPerSecond,
      results: this.results,
      changes: this.changes,
      thresholds,
    }
    const create = (name?: string) => new Workspace(name, this.#scenario, workspaceSettings)
    this.main = create()
    this.workspaces = new Workspaces(maxWorkspaces, create)
    this.workspaces.onGone = ({ name, report }) => {
      const state = nameClients(report.save(), name as string)
      this.goneReport = sumStates(
        this.goneReport === undefined ? [state] : [this.goneReport, state],
      )
    }
  }

  /** Throws an `InputError` for fixtures or a key that are wrong. */
  static async create({
    fixtures,
    environment,
    signingKey,
    ...rest
  }: EmulatorSettings): Promise<Emulator> {
    const [scenario, key] = await Promise.all([
      loadFixtures(fixtures, environment),
      signingKey === undefined ? generateSigningKey() : loadSigningKey(signingKey),
    ])
    return new Emulator(scenario, key, rest)
  }

  /** The workspace of this name, which is made and kept on first use. Throws as `Workspaces` does. */
  workspace(name: string): Workspace {
    return this.workspaces.keep(name, this.workspaces.find(name))
  }

  /** Returns whether requests find this very workspace: the main one, or one that is kept. */
  isKept(workspace: Workspace): boolean {
    return workspace === this.main || this.workspaces.isKept(workspace)
  }

  /** Keeps a workspace that was found. Returns the one that is kept already where another request was faster. */
  keep(workspace: Workspace): Workspace {
    const { name } = workspace
    return name === undefined ? workspace : this.workspaces.keep(name, workspace)
  }

  /**
   * Finds the workspace of a client. `demo-client@team` is `demo-client` of the workspace `team`, unless the
   * request names a workspace itself or a client is really called so.
   */
  resolveClient(clientId: string, named: Workspace | undefined): ClientLocation {
    const workspace = named ?? this.main
    if (workspace.clients.has(clientId)) return { workspace, clientId, isKnown: true }
    const split = splitClientId(clientId)
    const known =
      split && (this.workspaces.has(split.workspace) || this.#scenario.clients.has(split.clientId))
    if (split === undefined || !known) return { workspace, clientId, isKnown: false }
    const home = named ?? this.workspaces.find(split.workspace)
    return {
      workspace: home,
      clientId: split.clientId,
      isKnown: home.clients.has(split.clientId),
    }
  }

  /** Begins the counts of all workspaces anew. */
  resetReports(): void {
    this.goneReport = undefined
    for (const { report } of [this.main, ...this.workspaces]) report.reset()
  }

  /** Ends all waits for journal entries. */
  close(): void {
    for (const { journal } of [this.main, ...this.workspaces]) journal.close()
  }

  /** Takes a workspace back to a saved state. Files that were edited meanwhile stay edited. */
  restore(workspace: Workspace, state: WorkspaceState, { countsGoOn = false } = {}): void {
    workspace.restore(state, { countsGoOn })
    const isEdited = workspace.scenario !== this.#scenario
    if (isEdited && !workspace.hasOwnScenario) workspace.load(this.#scenario)
  }

  /** Makes a workspace with the state of another one. Throws `conflict` if there is one of this name already. */
  fork(source: Workspace, name: string): void {
    if (this.workspaces.has(name)) {
      const message = `The workspace ${quoted(name)} exists already: delete it first, or fork into another one`
      throw new ControlError('conflict', message, 'id')
    }
    const workspace = this.workspaces.find(name)
    workspace.restore(source.save(), { countsGoOn: true })
    this.workspaces.keep(name, workspace)
  }

  /** Takes an edited scenario: what did not change in it goes on. A workspace with a scenario of its own keeps that. */
  load(scenario: Scenario): void {
    this.#scenario = loadScenario(scenario)
    for (const workspace of [this.main, ...this.workspaces]) {
      if (!workspace.hasOwnScenario) workspace.load(this.#scenario)
    }
  }
}

/** The workspace of a client, and its id there. The workspace may not be kept yet. */
export interface ClientLocation {
  readonly workspace: Workspace
  readonly clientId: string
  readonly isKnown: boolean
}

/** Throws 401 unless a verified token is valid just now, and of a client that there is. */
export function requireAdmitted(
  token: AccessToken,
  { workspace, clientId, isKnown }: ClientLocation,
): void {
  requireValidAt(token, workspace.clock.now())
  if (!isKnown) {
    throw denied('client-unknown', `There is no client ${quoted(clientId)} any more`)
  }
}

/** Receives the result of each edit. */
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
  const { fixtures, environment } = settings
  const loaded = await fingerprint(fixtures)
  const emulator = await Emulator.create(settings)
  // Before descriptors can run out: Node remembers an import that failed.
  await import('./fixtures/yaml-text.js')
  const stop = watchFixtures(fixtures, loaded, async () => {
    try {
      const scenario = await loadFixtures(fixtures, environment)
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
