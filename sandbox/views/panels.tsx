import { late } from '../parts/late.js'
import { type PanelName, panel } from '../state/panel.js'

const panels = {
  uploads: late((parts) => parts.UploadsPanel),
  clients: late((parts) => parts.ClientsPanel),
  savepoints: late((parts) => parts.SavepointsPanel),
  tour: late((parts) => parts.TourPanel),
  scenario: late((parts) => parts.ScenarioPanel),
} satisfies Record<PanelName, unknown>

/** The panel that somebody opened. Its code is loaded then. */
export function OpenPanel() {
  const name = panel.value
  if (name === undefined) return null
  const Shown = panels[name]
  return <Shown key={name} />
}
