import type { ScenarioExportOptions } from '../../domain/control/vocabulary.js'
import type { Workspace } from '../workspace.js'
import { type CurrentScenario, changedSwitches, currentScenario } from './current-scenario.js'

/** The JSON Schema of scenarios, as a project finds it that has the package installed. */
const schemaAddress = './node_modules/tao-upload-emulator/fixtures/schema.json'

/** Writes the definitions of a workspace as the text of a scenario. */
export async function exportScenario(
  workspace: Workspace,
  { format = 'yaml', secrets = false }: ScenarioExportOptions,
): Promise<string> {
  const current = currentScenario(workspace, secrets)
  if (format === 'json') {
    return `${JSON.stringify({ $schema: schemaAddress, ...toPlain(current) }, null, 2)}\n`
  }
  // The writer of YAML is slow to load, and most emulators never need it.
  const { writeYaml } = await import('./write-yaml.js')
  const schemaLine = `# yaml-language-server: $schema=${schemaAddress}`
  return writeYaml(current, toPlain(current), workspace.scenario.written, schemaLine)
}

/** The scenario as an object. What is empty is left out. */
function toPlain({ lists, service }: CurrentScenario): Record<string, object> {
  const written = Object.entries(lists).map(([name, items]) => [
    name,
    items.map((it) => it.written),
  ])
  const parts = [...written, ['service', changedSwitches(service)]] as [string, object][]
  return Object.fromEntries(parts.filter(([, part]) => Object.keys(part).length > 0))
}
