import { durationSchema, toMs } from '../duration.js'
import { ControlError, formatMistake } from '../errors.js'
import type { FaultDefinition, FaultView } from '../fault.js'
import type { ClientInput } from '../fixture.js'
import type { ImportInput } from '../imports/import-definition.js'
import type { JournalFilter } from '../journal.js'
import type { MintedToken } from '../oauth.js'
import { parseBySchema } from '../schema.js'
import type { Service, ServiceInput } from '../service.js'
import type { UploadOutcome, UploadOutcomeView } from '../upload-outcome.js'
import type { CallRoute, Input, RouteName } from './routes.js'
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
  TokenSpec,
} from './vocabulary.js'
import { maxWaitMs } from './vocabulary.js'
import { isWorkspaceName, workspaceNameRule } from './workspace-name.js'

/**
 * Everything that a test can tell an emulator, and ask it. It is the same for an emulator in this process
 * (`startEmulator`) and for one elsewhere (`connectEmulator`).
 *
 * Every method rejects with a `ControlError`, whose code is `invalid_input` for bad input, with the `path` of
 * what is wrong; `not_found` for an id that there is not; `conflict` for one that is taken; `timeout` for
 * `journal.waitFor`; and, over HTTP, `unauthorized` without the control token, `forbidden` under a `Host` that is
 * not trusted, `too_large` for a body over 1 MiB, or `internal_error`. What is rejected has changed nothing. A
 * network failure is the `TypeError` of `fetch`.
 *
 * Durations are written with their unit, `500ms`, `5s`, `2m`; instants are ISO 8601.
 */
export interface EmulatorControl {
  /** The base address of the rostering API, without a slash at its end; in a workspace with `/w/<name>`. */
  readonly url: string
  readonly imports: {
    /** Everything that is defined, and every id that a pattern has matched. */
    list(page?: ImportPage): Promise<readonly ImportView[]>
    /** Counts the imports, in total and of each kind. */
    count(filter?: ImportFilter): Promise<ImportCount>
    get(id: string): Promise<ImportView>
    /** Defines or redefines an import, in any form of a fixture; it starts anew. */
    put(id: string, definition: ImportInput): Promise<ImportView>
    delete(id: string): Promise<void>
  }
  readonly clients: {
    list(): Promise<readonly ClientView[]>
    get(id: string): Promise<ClientView>
    put(id: string, definition: ClientInput): Promise<ClientView>
    delete(id: string): Promise<void>
  }
  /** The virtual clock: token lifetimes, import states and journal times obey it. */
  readonly clock: {
    get(): Promise<ClockView>
    freeze(): Promise<ClockView>
    resume(): Promise<ClockView>
    /** Sets it to an instant, earlier or later. */
    set(at: string): Promise<ClockView>
    advance(by: string): Promise<ClockView>
    /** Beside the wall clock again, and running. */
    reset(): Promise<ClockView>
  }
  /** The requests to the rostering API, the responses, and their reasons. */
  readonly journal: {
    find(filter?: JournalFilter): Promise<FoundEntries>
    count(filter?: JournalFilter): Promise<Count>
    /**
     * Resolves once `count` entries (by default 1) match, those that are there already included. Rejects with the
     * code `timeout` when they have not come in time (by default `'5s'`), on the wall clock, and with `not_found`
     * when the workspace or the emulator is closed meanwhile. More than `journalSize` entries are never there.
     */
    waitFor(filter?: JournalFilter, count?: number, timeout?: string): Promise<FoundEntries>
    clear(): Promise<void>
  }
  /** Planned misbehaviour of the vendor's API. */
  readonly faults: {
    /** Arms a fault; it gets an id where it brings none. It counts from now on. */
    arm(definition: FaultDefinition): Promise<FaultView>
    /** In the order in which they are tried: those of the fixtures first. */
    list(): Promise<readonly FaultView[]>
    disarm(id: string): Promise<void>
    /** Disarms all, those of the fixtures too. */
    clear(): Promise<void>
  }
  /** Planned outcomes of uploads, whatever their files hold. */
  readonly uploads: {
    /** Arms an outcome; it gets an id where it brings none. */
    arm(outcome: UploadOutcome): Promise<UploadOutcomeView>
    /** In the order in which they are tried: those of the fixtures first. */
    list(): Promise<readonly UploadOutcomeView[]>
    disarm(id: string): Promise<void>
    /** Disarms all, those of the fixtures too. */
    clear(): Promise<void>
  }
  /** The switches of the emulated service, where the documentation leaves two answers open. */
  readonly service: {
    get(): Promise<Service>
    /** Sets the switches that are named. Resolves to all of them. `reset` goes back to the fixtures. */
    set(switches: ServiceInput): Promise<Service>
  }
  readonly tokens: {
    /** Makes a token: of any client or none, with other scopes, claims or lifetime (seconds), or one named flaw. */
    mint(spec?: TokenSpec): Promise<MintedToken>
  }
  readonly workspaces: {
    /** The names of those in use. */
    list(): Promise<readonly string[]>
    delete(name: string): Promise<void>
  }
  /**
   * The same vocabulary for a state of its own, seeded from the same fixtures on first use.
   * @throws ControlError at once, with the code `invalid_input`, for what is no name of a workspace
   */
  workspace(name: string): EmulatorControl
  /** Back to the loaded fixtures: imports, clients, faults, planned uploads, switches, journal and clock. */
  reset(): Promise<void>
  health(): Promise<Health>
}

/** The vocabulary, over whatever carries it out. */
export function createControl(
  url: string,
  callRoute: CallRoute,
  workspace?: string,
): EmulatorControl {
  const call = <N extends RouteName>(name: N, input: Input<N>) => callRoute(workspace, name, input)
  return {
    url: workspace === undefined ? url : `${url}/w/${workspace}`,
    imports: {
      list: (page = {}) => call('imports.list', page),
      count: (filter = {}) => call('imports.count', filter),
      get: (id) => call('imports.get', { id }),
      put: (id, definition) => call('imports.put', { id, definition }),
      delete: (id) => call('imports.delete', { id }),
    },
    clients: {
      list: () => call('clients.list', {}),
      get: (id) => call('clients.get', { id }),
      put: (id, definition) => call('clients.put', { id, definition }),
      delete: (id) => call('clients.delete', { id }),
    },
    clock: {
      get: () => call('clock.get', {}),
      freeze: () => call('clock.freeze', {}),
      resume: () => call('clock.resume', {}),
      set: (at) => call('clock.set', { at }),
      advance: (by) => call('clock.advance', { by }),
      reset: () => call('clock.reset', {}),
    },
    journal: {
      find: (filter = {}) => call('journal.find', filter),
      count: (filter = {}) => call('journal.count', filter),
      waitFor: (filter = {}, count = 1, timeout = '5s') =>
        waitFor(
          (step) => call('journal.wait', { ...filter, count, timeout: step }),
          count,
          timeout,
        ),
      clear: () => call('journal.clear', {}),
    },
    service: {
      get: () => call('service.get', {}),
      set: (switches) => call('service.set', switches),
    },
    faults: {
      arm: (definition) => call('faults.arm', { definition }),
      list: () => call('faults.list', {}),
      disarm: (id) => call('faults.disarm', { id }),
      clear: () => call('faults.clear', {}),
    },
    uploads: {
      arm: (definition) => call('uploads.arm', { definition }),
      list: () => call('uploads.list', {}),
      disarm: (id) => call('uploads.disarm', { id }),
      clear: () => call('uploads.clear', {}),
    },
    tokens: { mint: (spec = {}) => call('tokens.mint', spec) },
    workspaces: {
      list: () => call('workspaces.list', {}),
      delete: (id) => call('workspaces.delete', { id }),
    },
    workspace(name) {
      if (isWorkspaceName(name)) return createControl(url, callRoute, name)
      throw new ControlError('invalid_input', workspaceNameRule, 'workspace')
    },
    reset: () => call('reset', {}),
    health: () => call('health', {}),
  }
}

/** Asks again where one question may not wait so long. */
async function waitFor(
  ask: (timeout: string) => Promise<FoundEntries>,
  count: number,
  timeout: string,
): Promise<FoundEntries> {
  const parsed = parseBySchema(durationSchema, timeout)
  if ('mistakes' in parsed) {
    throw new ControlError('invalid_input', parsed.mistakes.map(formatMistake).join(), 'timeout')
  }
  let leftMs = toMs(timeout)
  for (;;) {
    const stepMs = Math.min(leftMs, maxWaitMs)
    const found = await ask(`${stepMs}ms`)
    if (found.entries.length >= count) return found
    leftMs -= stepMs
    if (leftMs <= 0) {
      const lost = found.complete ? '' : `; the journal evicted others: raise --journal-size`
      throw new ControlError(
        'timeout',
        `${found.entries.length} of ${count} journal entries came within ${timeout}${lost}`,
      )
    }
  }
}
