import { signal } from '@preact/signals'
import { type View, views } from './address.js'
import { ClockBar } from './clock-bar.js'
import { ConfirmButton } from './parts/buttons.js'
import { addressOf } from './state/address.js'
import { control } from './state/control.js'
import { act } from './state/notice.js'
import { type PanelName, panel, togglePanel } from './state/panel.js'
import { view } from './state/route.js'
import { refresh } from './state/start.js'
import { UnusualBar } from './views/unusual-bar.js'
import { WorkspacePicker } from './workspace-picker.js'

const viewWords: Readonly<Record<View, string>> = {
  imports: 'Imports',
  call: 'Call',
  journal: 'Journal',
  faults: 'Faults',
  report: 'Report',
  reference: 'API',
}

const panelWords: Readonly<Record<Exclude<PanelName, 'tour'>, string>> = {
  uploads: 'Uploads',
  clients: 'Clients',
  savepoints: 'Savepoints',
  scenario: 'Scenario',
}

/** True if the tools are shown on a narrow screen, where they would push the list down. */
const areToolsOpen = signal(false)

export function Header() {
  return (
    <header class={areToolsOpen.value ? 'top tools-open' : 'top'}>
      <div class="bar">
        <h1>
          TAO <span>upload emulator</span>
        </h1>
        <WorkspacePicker />
        <UnusualBar />
        <nav aria-label="Views">
          {views.map((name) => (
            <a
              key={name}
              href={addressOf(name)}
              aria-current={view.value === name ? 'page' : undefined}
            >
              {viewWords[name]}
            </a>
          ))}
          <a href="../__docs/" target="_blank" rel="noopener">
            Docs
          </a>
        </nav>
      </div>
      <div class="bar">
        <ClockBar />
        <button
          type="button"
          class="tools-toggle"
          aria-expanded={areToolsOpen.value}
          onClick={() => {
            areToolsOpen.value = !areToolsOpen.value
          }}
        >
          Tools
        </button>
        <div class="group tools">
          {Object.entries(panelWords).map(([name, word]) => (
            <button
              key={name}
              type="button"
              aria-expanded={panel.value === name}
              onClick={() => togglePanel(name as PanelName)}
            >
              {word}
            </button>
          ))}
          <ConfirmButton
            label="Reset everything"
            question="Really reset everything?"
            onConfirm={() => void resetEverything()}
          />
        </div>
      </div>
    </header>
  )
}

async function resetEverything(): Promise<void> {
  await act(control.reset, 'Everything is reset to the scenario')
  await refresh()
}
