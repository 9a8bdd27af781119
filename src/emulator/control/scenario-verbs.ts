import type { RouteName } from '../../domain/control/routes.js'
import type { ScenarioChange, ScenarioCount } from '../../domain/control/vocabulary.js'
import { changesSinceLoad } from '../export/changes-since-load.js'
import { exportScenario } from '../export/export-scenario.js'
import { secretsOf } from '../export/secret-variables.js'
import { loadSource } from '../fixtures/load-source.js'
import { givenVariables } from '../fixtures/placeholders.js'
import { loadScenario } from '../loaded-scenario.js'
import { refuseInput, type Verbs } from './control-verb.js'

/** The definitions of a workspace as a scenario. */
export const scenarioVerbs = {
  'scenario.export': ({ workspace }, options): Promise<string> =>
    exportScenario(workspace, options),
  'scenario.changes': ({ workspace }): ScenarioChange[] => changesSinceLoad(workspace),
  async 'scenario.load'({ emulator, workspace }, { source, mode, variables }) {
    const given = givenVariables({ ...secretsOf(workspace), ...variables })
    const scenario = await loadSource(source, given).catch(refuseInput)
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
