import { late } from '../parts/late.js'
import { type PanelName, panel } from '../state/panel.js'

const panels = {
  savepoints: late(async () => (await import('../panels/savepoints.js')).SavepointsPanel),
  scenario: late(async () => (await import('../panels/scenario.js')).ScenarioPanel),
} satisfies Record<PanelName, unknown>

/** The panel that somebody opened. Its code is loaded then. */
export function OpenPanel() {
  const name = panel.value
  if (name === undefined) return null
  const Shown = panels[name]
  return <Shown key={name} />
}
