import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ScenarioChange } from '../../src/domain/control/vocabulary.js'
import { CopyButton } from '../parts/buttons.js'
import { Panel } from '../parts/panel.js'
import { plural } from '../parts/text.js'
import { changeLines } from '../scenario-changes.js'
import { control } from '../state/control.js'
import { closePanel } from '../state/panel.js'
import { download, offer } from '../state/scenario-file.js'

const changes = signal<readonly ScenarioChange[] | undefined>(undefined)

/** The scenario as a file or a text, one to load, and the changes since the last one was loaded. */
export function ScenarioPanel() {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const look = async () => {
      changes.value = await control.scenario.changes()
    }
    void look().catch(() => {})
  }, [])
  return (
    <Panel title="Scenario">
      <div class="group">
        <button type="button" class="primary" onClick={() => void download()}>
          Export scenario
        </button>
        <CopyButton label="Copy scenario" text={() => control.scenario.export()} />
        <button type="button" onClick={() => input.current?.click()}>
          Load scenario…
        </button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".yaml,.yml,.json"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0]
            if (file === undefined) return
            closePanel()
            void offer(file)
          }}
        />
      </div>
      {changes.value !== undefined && <Changes changes={changes.value} />}
    </Panel>
  )
}

function Changes({ changes }: { readonly changes: readonly ScenarioChange[] }) {
  if (changes.length === 0) return <p class="muted">Nothing has changed since the load.</p>
  return (
    <>
      <h3>{plural(changes.length, 'change')} since the load</h3>
      <dl class="facts">
        {changeLines(changes).map(({ what, ids }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd class="mono" dir="auto">
              {ids}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
