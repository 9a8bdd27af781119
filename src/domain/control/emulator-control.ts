import type { FaultDefinition, FaultView } from '../fault.js'
import type { ClientInput, ScenarioFixture } from '../fixture.js'
import type { FixedState, ServerError } from '../imports/fixed-state.js'
import type { ImportHistory } from '../imports/history.js'
import type { ImportInput } from '../imports/import-definition.js'
import type { JournalFilter } from '../journal.js'
import type { Duration } from '../milliseconds.js'
import type { MintedToken } from '../oauth.js'
import type { RunReport } from '../report/run-report.js'
import type { Service, ServiceInput } from '../service.js'
import type { StateDocument } from '../state.js'
import type { UploadOutcome, UploadOutcomeView } from '../upload-outcome.js'
import type {
  ClientView,
  ClockView,
  Count,
  FoundEntries,
  Health,
  ImportCount,
  ImportFilter,
  ImportPage,
  ImportView,
  RemovalView,
  ReportOptions,
  SavepointView,
  ScenarioChange,
  ScenarioCount,
  ScenarioExportOptions,
  ScenarioLoadOptions,
  TokenSpec,
} from './vocabulary.js'

/**
 * The methods by which a test controls an emulator and reads its state. An emulator in this process (`startEmulator`) and one
 * elsewhere (`connectEmulator`) have the same methods.
 *
 * Every method rejects with a `ControlError`. Its code is `invalid_input` for bad input, with the `path` of the mistake;
 * `not_found` for an unknown id; `conflict` for an id in use; or `timeout` for `journal.waitFor`. Over HTTP it can also be
 * `unauthorized` without the control token, `forbidden` for a `Host` that is not trusted, `too_large` for a body over 1 MiB (64 MiB for a scenario),
 * or `internal_error`. A call that is rejected changes nothing. A network failure is the `TypeError` of `fetch`.
 *
 * Durations are written with their unit, `500ms`, `5s`, `2m`; instants are ISO 8601.
 */
export interface EmulatorControl {
  /** The base address of the rostering API, without a slash at its end; in a workspace with `/w/<name>`. */
  readonly url: string
  readonly imports: {
    /** Returns the imports and patterns, and each id that a pattern has matched. */
    list(page?: ImportPage): Promise<readonly ImportView[]>
    /** Counts the imports, in total and of each kind. */
    count(filter?: ImportFilter): Promise<ImportCount>
    /** Returns an import. This is no poll. */
    get(id: string): Promise<ImportView>
    /**
     * Defines an import, in any form of a fixture, or replaces its definition. The import starts again.
     * @param definition - An import as in a scenario, without its `referenceId`.
     */
    put(id: string, definition: ImportInput): Promise<ImportView>
    /** Deletes an import. Its id is then unknown, even to a pattern, until you put it again or reset. */
    delete(id: string): Promise<void>
    /**
     * Runs the definition of an import to its end at once: a progress to its outcome, a timeline to its last step. The clock,
     * the polls and other imports stay as they are. `put`, `delete` and `reset` undo it.
     */
    finish(id: string): Promise<ImportView>
    /**
     * Lays a state over the definition of an import, until `clearOverride`. Polls count on beneath it. `put`, `delete` and
     * `reset` take it away, too.
     * @param state - A status with its `fileLine` and `messages`, or an `error`.
     */
    override(id: string, state: FixedState | ServerError): Promise<ImportView>
    /** Takes the override of an import away, if there is one: its definition shows again. */
    clearOverride(id: string): Promise<void>
    /**
     * Returns every poll of an import. Faults, refusals, downloads and changes of the clock stand beside them. So do the steps
     * of its definition: which are reached, what comes next, and when. A long history has its first 100 and last 900 marks.
     */
    history(id: string): Promise<ImportHistory>
    /**
     * Returns the result file of an import as CSV, which a client gets by a download. This is no request of a client. Rejects with
     * `not_found` while the import is pending, and where there is no result file.
     */
    result(id: string): Promise<string>
  }
  readonly clients: {
    /** Returns the clients, without their secrets. */
    list(): Promise<readonly ClientView[]>
    /** Returns a client, without its secret. */
    get(id: string): Promise<ClientView>
    /**
     * Adds or replaces a client of the token endpoint.
     * @param definition - A client as in a scenario, without its `clientId`.
     */
    put(id: string, definition: ClientInput): Promise<ClientView>
    /** Deletes a client. Its access tokens are then refused. */
    delete(id: string): Promise<void>
  }
  /** The virtual clock: token lifetimes, import states and journal times obey it. */
  readonly clock: {
    /** Returns the time of the virtual clock. */
    get(): Promise<ClockView>
    /** Stops the virtual clock. */
    freeze(): Promise<ClockView>
    /** Lets the virtual clock run on from its time. */
    resume(): Promise<ClockView>
    /**
     * Sets the virtual clock to an earlier or later instant.
     * @param at - An instant in ISO 8601 with its zone, such as `2026-01-31T12:00:00Z`, or a `Date`.
     */
    set(at: string | Date): Promise<ClockView>
    /**
     * Advances the virtual clock, also while it is frozen.
     * @param by - A duration, such as `5s`, or a number of milliseconds.
     */
    advance(by: Duration): Promise<ClockView>
    /** Sets the virtual clock to real time, and lets it run. */
    reset(): Promise<ClockView>
  }
  /** The requests to the rostering API, the responses, and their reasons. */
  readonly journal: {
    /** Returns the journal entries that match, the oldest first. */
    find(filter?: JournalFilter): Promise<FoundEntries>
    /** Counts the journal entries that match. */
    count(filter?: JournalFilter): Promise<Count>
    /**
     * Waits until enough journal entries match, earlier entries included, and returns them. Rejects with the code `timeout`
     * if too few came in time, and with `not_found` if the workspace or the emulator was closed meanwhile.
     * @param options - The number of entries, and how long to wait for them.
     */
    waitFor(filter?: JournalFilter, options?: WaitOptions): Promise<FoundEntries>
    /** Removes all journal entries. */
    clear(): Promise<void>
  }
  /** Planned misbehaviour of the vendor's API. */
  readonly faults: {
    /**
     * Arms a fault for the requests from now on.
     * @param definition - A fault as in a scenario.
     */
    arm(definition: FaultDefinition): Promise<FaultView>
    /** Returns the faults in the order in which they are tried: the scenario's first. */
    list(): Promise<readonly FaultView[]>
    /** Disarms a fault. */
    disarm(id: string): Promise<void>
    /** Disarms all faults, the scenario's too. */
    clear(): Promise<void>
  }
  /** Planned outcomes of uploads, whatever their files hold. */
  readonly uploads: {
    /**
     * Plans the outcome of the uploads from now on.
     * @param definition - A planned upload as in a scenario.
     */
    arm(definition: UploadOutcome): Promise<UploadOutcomeView>
    /** Returns the planned outcomes in the order in which they are tried: the scenario's first. */
    list(): Promise<readonly UploadOutcomeView[]>
    /** Removes a planned outcome. */
    disarm(id: string): Promise<void>
    /** Removes all planned outcomes, the scenario's too. */
    clear(): Promise<void>
  }
  /** The switches of the emulated service, where the documentation leaves two responses open. */
  readonly service: {
    /** Returns the value of each switch. */
    get(): Promise<Service>
    /** Sets the switches that you name, and returns all of them. */
    set(switches: ServiceInput): Promise<Service>
  }
  /** Saved states of this workspace, in the memory of the emulator: at most 100, and 64 MiB. `reset` keeps them. */
  readonly savepoints: {
    /** Returns the savepoints, the oldest first. */
    list(): Promise<readonly SavepointView[]>
    /**
     * Saves the whole state: imports with their polls, clients, faults, planned uploads, uploads, switches, clock and journal. A
     * savepoint of the same name is replaced.
     * @param name - 1 to 64 letters, digits, dots or dashes.
     */
    save(name: string): Promise<SavepointView>
    /** Goes back to a saved state. The same requests then get the same responses. Tokens that are newer are not valid yet. */
    restore(name: string): Promise<void>
    /** Deletes a savepoint. */
    delete(name: string): Promise<void>
  }
  /** The run report: everything that the requests to a workspace met and missed. */
  readonly report: {
    /**
     * Returns the run report: the outcomes that the requests met, and those that they did not, unexpected requests, findings
     * about clients, and definitions that nobody used.
     * @param options - All workspaces together, or this one.
     */
    get(options?: ReportOptions): Promise<RunReport>
    /**
     * Returns the run report as Markdown, for the summary of a job.
     * @param options - All workspaces together, or this one.
     */
    markdown(options?: ReportOptions): Promise<string>
    /**
     * Begins the count anew. `reset` and savepoints do not: a report is of a run, with all of its tests.
     * @param options - All workspaces together, or this one.
     */
    reset(options?: ReportOptions): Promise<void>
  }
  /**
   * The latest removals by `imports.delete`, `clients.delete`, `faults.disarm` and `clear`, `uploads.disarm` and `clear`,
   * `savepoints.delete` and `journal.clear`: at most 20, for 30 seconds each. A reset, a restore and another scenario end them.
   */
  readonly removals: {
    /** Returns the removals that can be undone, the oldest first. */
    list(): Promise<readonly RemovalView[]>
    /**
     * Puts back what a removal took away, exactly as it was. An import has its polls, override and history again, a fault its
     * counts. Journal entries come before those that came later. Everything else stays. Rejects with `conflict`, and changes
     * nothing, if something else has that place by now.
     */
    undo(id: string): Promise<void>
  }
  /** The whole state of this workspace as a JSON document, to keep it or to hand it to somebody. */
  readonly state: {
    /** Returns the state. It holds the secrets of clients, and no access token that anybody could use. */
    export(): Promise<StateDocument>
    /**
     * Replaces the state. Nothing changes if the document has a mistake.
     * @param document - A document that `export` returned.
     */
    import(document: StateDocument): Promise<void>
  }
  /** The definitions of a workspace as a scenario. */
  readonly scenario: {
    /**
     * Returns the current definitions as a scenario that loads again: what was loaded, with everything that was put, armed,
     * set and deleted since. Uploaded files and polls are left out. The comments of a scenario that was loaded from one
     * YAML file stay.
     * @param options - The language of the text, and whether it has the secrets of clients.
     */
    export(options?: ScenarioExportOptions): Promise<string>
    /** Returns every definition and switch that differs from the loaded scenario, where `reset` goes back to. */
    changes(): Promise<readonly ScenarioChange[]>
    /**
     * Loads a scenario, and returns the number of its definitions. The workspace then has a scenario of its own: edits of
     * the files do not reach it, and a reset goes back to this scenario. Clock and journal stay. A scenario with mistakes
     * changes nothing, and the error has all of them in `mistakes`.
     * @param source - The text of a scenario in YAML or JSON, or a scenario as an object.
     */
    load(source: string | ScenarioFixture, options?: ScenarioLoadOptions): Promise<ScenarioCount>
  }
  readonly tokens: {
    /** Makes an access token: right, with other scopes, claims or lifetime, or with one flaw. */
    mint(spec?: TokenSpec): Promise<MintedToken>
  }
  readonly workspaces: {
    /** Returns the names of the workspaces in use. */
    list(): Promise<readonly string[]>
    /** Makes a workspace of this name that starts with the state of this one. Rejects with `conflict` if it exists. */
    fork(name: string): Promise<void>
    /** Deletes a workspace with its state. */
    delete(name: string): Promise<void>
  }
  /**
   * Returns the same methods for a workspace: a state of its own, which starts with the same scenario.
   * @throws ControlError at once, with the code `invalid_input`, if the name cannot be that of a workspace
   */
  workspace(name: string): EmulatorControl
  /** Restores the loaded scenario: imports, clients, faults, planned uploads and switches. Empties the journal, resets the clock. */
  reset(): Promise<void>
  /** Returns the version, and the number of imports. It needs no control token. */
  health(): Promise<Health>
}

/** The options of `journal.waitFor`. */
export interface WaitOptions {
  /** The number of entries to wait for, at most `journalSize`. @defaultValue 1 */
  readonly count?: number | undefined
  /** The longest wait on the wall clock: a duration, such as `'5s'`. @defaultValue `'5s'` */
  readonly timeout?: Duration | undefined
  /** Ends the wait: the promise then rejects with the reason of the signal. @defaultValue none */
  readonly signal?: AbortSignal | undefined
}
