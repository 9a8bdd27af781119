import { InputError } from '../../domain/errors.js'
import type { Emulator } from '../emulator.js'
import { loadScenario, toScenario } from '../loaded-scenario.js'
import type { Workspace } from '../workspace.js'
import { decodeChanges, encodeChanges } from './state-document.js'
import type { SavedWorkspace, StateFileContents } from './state-file.js'

/**
 * The state of a whole emulator for a state file. Scenarios of files stay in their files.
 * @param keepsKey - the signing key is not given to each start
 */
export function saveEmulator(emulator: Emulator, keepsKey: boolean): StateFileContents {
  const { main, workspaces, signingKey, resultLinks } = emulator
  const { privateKey, algorithm, keyId } = signingKey
  const jwk = { ...privateKey.export({ format: 'jwk' }), alg: algorithm, kid: keyId }
  return {
    ...(keepsKey && { signingKey: jwk }),
    linkKey: resultLinks.key.toString('base64'),
    workspaces: [main, ...[...workspaces].reverse()].map(saveWorkspace),
  }
}

function saveWorkspace(workspace: Workspace): SavedWorkspace {
  const state = workspace.save()
  const scenario = state.hasOwnScenario ? toScenario(state.scenario) : null
  return { name: workspace.name ?? null, scenario, changes: encodeChanges(state) }
}

/** Goes on from a state file. The virtual clocks went on meanwhile, and what the files say now holds. */
export function resumeEmulator(emulator: Emulator, { workspaces }: StateFileContents): void {
  const { max } = emulator.workspaces
  const count = workspaces.filter(({ name }) => name !== null).length
  if (count > max) {
    const message = `is ${max}, and the state file has ${count} workspaces`
    throw new InputError({ path: '--max-workspaces', message })
  }
  for (const { name, scenario, changes } of workspaces) {
    const workspace = name === null ? emulator.main : emulator.workspace(name)
    const hasOwnScenario = scenario !== null
    const base = hasOwnScenario ? loadScenario(scenario) : workspace.scenario
    const state = { ...decodeChanges(changes), scenario: base, hasOwnScenario }
    workspace.restore(state, { clockGoesOn: true })
    // Clients do not come back with the same tokens and connections.
    workspace.report.noteChange()
    if (!hasOwnScenario) workspace.load(base)
  }
}
