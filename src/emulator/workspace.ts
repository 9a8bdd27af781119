import { defaultThresholds, type Thresholds } from '../domain/report/thresholds.js'
import { Clock } from './clock.js'
import { Faults } from './faults/armed-faults.js'
import { Imports } from './imports/imports.js'
import { type ChangeCounter, Journal } from './journal/journal.js'
import { idsOf, type LoadedScenario, mergeScenarios } from './loaded-scenario.js'
import { Removals } from './removals.js'
import { RunCounter } from './report/run-counter.js'
import type { ResultStore } from './roster/result-store.js'
import { type UploadSettings, Uploads } from './roster/uploaded-imports.js'
import { ServiceState } from './service-state.js'
import { Savepoints } from './state/savepoints.js'
import type { WorkspaceState } from './state/workspace-state.js'
import { Clients } from './tokens/client-store.js'

export interface WorkspaceSettings extends UploadSettings {
  readonly journalSize: number
  readonly journalBytes?: number
  /** The seed of every random choice. */
  readonly randomSeed: number
  /** The result files of all workspaces. */
  readonly results: ResultStore
  readonly clock?: Clock
  readonly changes?: ChangeCounter
  /** The thresholds of the run report. */
  readonly thresholds?: Thresholds
}

/** An emulator state of its own: what happens in one workspace is not seen in another. */
export class Workspace {
  /** Undefined for the one that is used when none is named. */
  readonly name: string | undefined
  readonly clock: Clock
  readonly service: ServiceState
  readonly clients: Clients
  readonly imports: Imports
  readonly uploads: Uploads
  readonly faults: Faults
  readonly journal: Journal
  readonly report: RunCounter
  readonly savepoints = new Savepoints()
  /** The latest removals, which can be undone. */
  readonly removals = new Removals()
  #scenario: LoadedScenario
  #hasOwnScenario = false

  constructor(name: string | undefined, scenario: LoadedScenario, settings: WorkspaceSettings) {
    const { journalSize, journalBytes, randomSeed, clock = new Clock() } = settings
    const results = settings.results.of(name)
    const { thresholds = defaultThresholds } = settings
    this.name = name
    this.#scenario = scenario
    this.clock = clock
    this.service = new ServiceState(scenario.service)
    this.clients = new Clients(scenario.clients)
    this.imports = new Imports(clock, scenario.imports, results)
    const { imports, service } = this
    this.uploads = new Uploads(name, imports, results, service, scenario.uploads, settings)
    this.faults = new Faults(scenario.faults, randomSeed)
    this.journal = new Journal(journalSize, journalBytes, settings.changes)
    const sourceOf = (id: string) => imports.sourceOf(id)
    this.report = new RunCounter({ clock, service, sourceOf, thresholds })
  }

  /** The prefix of the paths that lead to this workspace. */
  get pathPrefix(): string {
    return this.name === undefined ? '' : `/w/${this.name}`
  }

  /** The scenario to which `reset` goes back. */
  get scenario(): LoadedScenario {
    return this.#scenario
  }

  /** True if a scenario was loaded into this workspace at run time. Edits of the files do not reach it then. */
  get hasOwnScenario(): boolean {
    return this.#hasOwnScenario
  }

  /** The approximate memory of the state, in bytes, without what it shares with its scenario. */
  get bytes(): number {
    return this.journal.bytes + this.imports.bytes + this.uploads.bytes
  }

  /** Takes an edited scenario: what did not change in it goes on. */
  load(scenario: LoadedScenario): void {
    this.#take(scenario)
  }

  /** Starts from a scenario of its own. What was put, deleted, armed and set is gone; clock and journal stay. */
  replaceScenario(scenario: LoadedScenario): void {
    this.#hasOwnScenario = true
    this.load(scenario)
    this.#restart()
  }

  /** Saves the whole state. It shares what does not change, and nothing changes it later. */
  save(): WorkspaceState {
    const { clock, service, clients, imports, uploads, faults, journal, report } = this
    return {
      scenario: this.#scenario,
      hasOwnScenario: this.#hasOwnScenario,
      clock: clock.save(),
      service: service.save(),
      clients: clients.save(),
      imports: imports.save(),
      uploads: uploads.save(),
      faults: faults.save(),
      journal: journal.save(),
      report: report.save(),
    }
  }

  /**
   * Goes back to a saved state: the same requests then get the same responses.
   * @param clockGoesOn - time went on since then
   * @param countsGoOn - the run report keeps its counts: they are of the run, and not of the state
   */
  restore(state: WorkspaceState, { clockGoesOn = false, countsGoOn = false } = {}): void {
    const { scenario, hasOwnScenario } = state
    this.removals.clear()
    this.#scenario = scenario
    this.#hasOwnScenario = hasOwnScenario
    this.clock.restore(state.clock, { goesOn: clockGoesOn })
    this.service.restore(scenario.service, state.service)
    this.clients.restore(scenario.clients, state.clients)
    this.imports.restore(scenario.imports, state.imports)
    this.uploads.restore(state.uploads)
    this.faults.restore(state.faults)
    this.journal.restore(state.journal)
    if (countsGoOn) this.report.forgetEntries()
    else if (state.report === undefined) this.report.reset()
    else this.report.restore(state.report)
  }

  /** Back to the loaded scenario, the wall clock and an empty journal. */
  reset(): void {
    this.removals.clear()
    this.clock.reset()
    this.#restart()
    this.journal.clear()
  }

  /**
   * Adds a scenario to its own one: it replaces definitions of the same ids and sets its switches. What did not change
   * goes on.
   */
  mergeScenario(added: LoadedScenario): void {
    this.#hasOwnScenario = true
    this.#take(mergeScenarios(this.#scenario, added), added)
  }

  /** Definitions of the same ids as in `added` are replaced, also those that were put, armed or deleted. */
  #take(scenario: LoadedScenario, added?: LoadedScenario): void {
    const replaced = idsOf(added)
    this.report.noteChange()
    this.removals.clear()
    this.#scenario = scenario
    this.service.load(scenario.service, replaced.service)
    this.clients.load(scenario.clients, replaced.clients)
    this.imports.load(scenario.imports, replaced.imports)
    this.uploads.load(scenario.uploads, replaced.uploads)
    this.faults.load(scenario.faults, replaced.faults)
  }

  #restart(): void {
    this.service.reset()
    this.clients.reset()
    this.imports.reset()
    this.uploads.reset()
    this.faults.reset()
  }
}
