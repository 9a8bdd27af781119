import type { RouteName } from '../../domain/control/routes.js'
import { asJson } from '../../domain/control/routes.js'
import type { ScenarioCount } from '../../domain/control/vocabulary.js'
import { ControlError, InputError, type Mistake } from '../../domain/errors.js'
import { exportScenario } from '../export/export-scenario.js'
import { secretsOf } from '../export/secret-variables.js'
import { loadSource } from '../fixtures/load-source.js'
import { givenVariables } from '../fixtures/placeholders.js'
import { loadScenario } from '../loaded-scenario.js'
import type { Verbs } from './control-verb.js'

/** The definitions of a workspace as a scenario. */
export const scenarioVerbs = {
  'scenario.export': ({ workspace }, options): Promise<string> =>
    exportScenario(workspace, options),
  async 'scenario.load'({ emulator, workspace }, { source, mode, variables }) {
    const given = givenVariables({ ...secretsOf(workspace), ...variables })
    const scenario = await loadSource(source, given).catch(refuse)
    // While the source was read, another request may have made the workspace.
    const kept = emulator.keep(workspace)
    const loaded = loadScenario(scenario)
    if (mode === 'merge') kept.mergeScenario(loaded)
    else kept.replaceScenario(loaded)
    const { clients, imports, faults, uploads } = scenario
    return {
      clients: clients.length,
      imports: imports.length,
      faults: faults.length,
      uploads: uploads.length,
    } satisfies ScenarioCount
  },
} satisfies Verbs<Extract<RouteName, `scenario.${string}`>>

function refuse(error: Error): never {
  if (!(error instanceof InputError)) throw error
  // As the control API has them, whichever door they leave by.
  const mistakes = asJson(error.mistakes) as Mistake[]
  throw new ControlError('invalid_input', error.message, mistakes[0]?.path, mistakes)
}
