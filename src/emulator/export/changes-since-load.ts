import { isDeepStrictEqual } from 'node:util'
import type { ScenarioChange } from '../../domain/control/vocabulary.js'
import { changeService, defaultService, type Service } from '../../domain/service.js'
import type { ArmedListState } from '../../domain/state.js'
import { named } from '../imports/definitions.js'
import type { Workspace } from '../workspace.js'

/** Compares the definitions of a workspace with its scenario. It looks at those alone that were put, armed or deleted. */
export function changesSinceLoad(workspace: Workspace): ScenarioChange[] {
  const { scenario, imports, clients, faults, uploads } = workspace
  const [ofImports, ofClients] = [imports.definitionChanges(), clients.save()]
  return [
    ...changes(
      'clients',
      ofClients.put.map((it) => [it.clientId, it]),
      ofClients.deleted.filter((id) => !clients.has(id)),
      (id) => scenario.clients.get(id),
    ),
    ...changes(
      'imports',
      ofImports.put.map((it) => [it.referenceId, it]),
      ofImports.deleted,
      (id) => {
        const definition = scenario.imports.get(id)
        return definition && named(id, definition)
      },
    ),
    ...changesOfArmed('faults', faults.save()),
    ...changesOfArmed('uploads', uploads.saveOutcomes()),
    ...changedSwitches(workspace),
  ]
}

type Part = ScenarioChange['part']

function changesOfArmed<D>(
  part: Part,
  { ofScenario, armed }: ArmedListState<D, unknown>,
): ScenarioChange[] {
  const inScenario = new Map(ofScenario)
  const ids = new Set(armed.map(({ id }) => id))
  const own = armed.flatMap(({ id, definition }) =>
    definition === undefined ? [] : [[id, definition] as const],
  )
  const removed = [...inScenario.keys()].filter((id) => !ids.has(id))
  return changes(part, own, removed, (id) => inScenario.get(id))
}

function changes(
  part: Part,
  put: readonly (readonly [id: string, definition: unknown])[],
  removed: readonly string[],
  inScenario: (id: string) => unknown,
): ScenarioChange[] {
  const others = put.filter(([id, definition]) => !isDeepStrictEqual(definition, inScenario(id)))
  return [
    ...others.map(([id]) => {
      const change = inScenario(id) === undefined ? 'added' : 'changed'
      return { part, id, change } as const
    }),
    ...removed.map((id) => ({ part, id, change: 'removed' }) as const),
  ]
}

function changedSwitches({ scenario, service }: Workspace): ScenarioChange[] {
  const [loaded, now] = [changeService(defaultService, scenario.service), service.get()]
  return Object.keys(now)
    .filter((name) => now[name as keyof Service] !== loaded[name as keyof Service])
    .map((id) => ({ part: 'service', id, change: 'changed' }))
}
