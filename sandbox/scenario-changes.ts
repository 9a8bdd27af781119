import type { ScenarioChange } from '../src/domain/control/vocabulary.js'
import { numberOf } from './parts/text.js'

/** The ids that one line names. */
const maxIds = 12

const words = {
  clients: 'Clients',
  imports: 'Imports',
  faults: 'Faults',
  uploads: 'Planned outcomes',
  service: 'Switches',
} as const satisfies Record<ScenarioChange['part'], string>

/** A line for each part of a scenario and each kind of change: `Imports added: a, b`. */
export function changeLines(
  changes: readonly ScenarioChange[],
): { readonly what: string; readonly ids: string }[] {
  const groups = new Map<string, string[]>()
  for (const { part, change, id } of changes) {
    const what = `${words[part]} ${change}`
    groups.set(what, [...(groups.get(what) ?? []), id])
  }
  return [...groups].map(([what, ids]) => {
    const shown = ids.slice(0, maxIds).join(', ')
    const rest = ids.length - maxIds
    return { what, ids: rest <= 0 ? shown : `${shown} and ${numberOf(rest)} more` }
  })
}
