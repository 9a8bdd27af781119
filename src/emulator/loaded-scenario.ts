import type { FaultDefinition } from '../domain/fault.js'
import type { ClientDefinition, Scenario } from '../domain/fixture.js'
import type { ServiceInput } from '../domain/service.js'
import type { UploadOutcome } from '../domain/upload-outcome.js'
import type { ReadScenario } from './fixtures/join-sources.js'
import { named } from './imports/definitions.js'
import { ImportSet } from './imports/import-set.js'

/** A scenario as workspaces share it. */
export interface LoadedScenario {
  readonly clients: ReadonlyMap<string, ClientDefinition>
  readonly imports: ImportSet
  readonly faults: readonly FaultDefinition[]
  readonly uploads: readonly UploadOutcome[]
  readonly service: ServiceInput
  /** The name of the variable that holds the secret of a client, by its id. */
  readonly secretNames: ReadonlyMap<string, string>
  /** The one YAML text that it was loaded from. Absent for several sources, and for a long text. */
  readonly written?: WrittenScenario
}

/** A scenario and its text, item by item. */
export interface WrittenScenario {
  readonly text: string
  readonly scenario: Scenario
}

export function loadScenario(scenario: ReadScenario): LoadedScenario {
  const { clients, imports, faults, uploads, service, secretNames = new Map(), text } = scenario
  return {
    clients: new Map(clients.map((client) => [client.clientId, client])),
    imports: new ImportSet(
      imports.map(({ referenceId, ...definition }) => [referenceId, definition]),
    ),
    faults,
    uploads,
    service,
    secretNames,
    ...(text !== undefined && { written: { text, scenario } }),
  }
}

/** The definitions of a loaded scenario, without its text. */
export function toScenario(loaded: LoadedScenario): Scenario {
  const { clients, imports, faults, uploads, service } = loaded
  return {
    clients: [...clients.values()],
    imports: [...imports.entries()].map(([id, definition]) => named(id, definition)),
    faults,
    uploads,
    service,
  }
}

/** Adds a scenario to another one. Definitions of the same id are replaced in their place. */
export function mergeScenarios(base: LoadedScenario, added: LoadedScenario): LoadedScenario {
  const names = [...base.secretNames].filter(([id]) => !added.clients.has(id))
  return {
    ...base,
    clients: new Map([...base.clients, ...added.clients]),
    imports: new ImportSet([...base.imports.entries(), ...added.imports.entries()]),
    faults: mergeById(base.faults, added.faults),
    uploads: mergeById(base.uploads, added.uploads),
    service: { ...base.service, ...added.service },
    secretNames: new Map([...names, ...added.secretNames]),
  }
}

interface Named {
  readonly id?: string | undefined
}

/** A definition without an id is never the same as another one. */
function mergeById<T extends Named>(base: readonly T[], added: readonly T[]): T[] {
  const replacing = new Map(added.map((it) => [it.id ?? it, it]))
  const merged = base.map((it) => {
    const key = it.id ?? it
    const replacement = replacing.get(key) ?? it
    replacing.delete(key)
    return replacement
  })
  return [...merged, ...replacing.values()]
}

/** The ids that each part of a scenario defines, and the names of its switches. */
export type ScenarioIds = Readonly<
  Record<'clients' | 'imports' | 'faults' | 'uploads' | 'service', ReadonlySet<string>>
>

export function idsOf(scenario: LoadedScenario | undefined): ScenarioIds {
  const named = (list: readonly Named[] = []) => new Set(list.flatMap(({ id }) => id ?? []))
  return {
    clients: new Set(scenario?.clients.keys()),
    imports: new Set(scenario?.imports.ids()),
    faults: named(scenario?.faults),
    uploads: named(scenario?.uploads),
    service: new Set(Object.keys(scenario?.service ?? {})),
  }
}
