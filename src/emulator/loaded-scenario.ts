import type { FaultDefinition } from '../domain/fault.js'
import type { ClientDefinition, Scenario } from '../domain/fixture.js'
import type { ServiceInput } from '../domain/service.js'
import type { UploadOutcome } from '../domain/upload-outcome.js'
import { ImportSet } from './imports/import-set.js'

/** A scenario as workspaces share it. */
export interface LoadedScenario {
  readonly clients: ReadonlyMap<string, ClientDefinition>
  readonly imports: ImportSet
  readonly faults: readonly FaultDefinition[]
  readonly uploads: readonly UploadOutcome[]
  readonly service: ServiceInput
}

export function loadScenario({
  clients,
  imports,
  faults,
  uploads,
  service,
}: Scenario): LoadedScenario {
  return {
    clients: new Map(clients.map((client) => [client.clientId, client])),
    imports: new ImportSet(
      imports.map(({ referenceId, ...definition }) => [referenceId, definition]),
    ),
    faults,
    uploads,
    service,
  }
}

/** The inverse of `loadScenario`. */
export function toScenario({
  clients,
  imports,
  faults,
  uploads,
  service,
}: LoadedScenario): Scenario {
  return {
    clients: [...clients.values()],
    imports: [...imports.entries()].map(([referenceId, definition]) => ({
      referenceId,
      ...definition,
    })),
    faults,
    uploads,
    service,
  }
}
