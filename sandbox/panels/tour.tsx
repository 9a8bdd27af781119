import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { callOf } from '../calls.js'
import { commandOf } from '../commands.js'
import { CopyButton } from '../parts/buttons.js'
import { Code } from '../parts/details.js'
import { Panel } from '../parts/panel.js'
import { clientId } from '../state/call.js'
import { isFrozen, now } from '../state/clock.js'
import { control } from '../state/control.js'
import { clientsKnown, faults } from '../state/emulator.js'
import { entries, selectedEntry } from '../state/journal.js'
import { endTour } from '../state/panel.js'
import { apiUrl } from '../state/session.js'
import { tourSteps } from '../tour.js'

const token = signal<string | undefined>(undefined)

async function mint(): Promise<void> {
  await clientsKnown
  token.value = (await control.tokens.mint({ clientId: clientId.value })).access_token
}

/** Five steps for a first run. Each is marked once it is done. */
export function TourPanel() {
  useEffect(() => void mint().catch(() => {}), [])
  const steps = tourSteps({
    entries: entries.value,
    isClockMoved: isFrozen.value || Math.abs(now.value - Date.now()) > 3000,
    faults: faults.value.length,
    isEntryOpen: selectedEntry.value !== undefined,
  })
  const current = steps.findIndex(({ isDone }) => !isDone)
  return (
    <Panel title="Five steps to begin" isQuiet onClose={endTour}>
      <ol class="tour">
        {steps.map(({ title, text, isDone }, index) => (
          <li key={title} aria-current={index === current ? 'step' : undefined}>
            <b>
              {isDone ? '✓' : index + 1} {title}
              {isDone && <span class="hidden">, done</span>}
            </b>
            {index === current && <p class="muted">{text}</p>}
            {index === current && index === 0 && token.value !== undefined && (
              <Command token={token.value} />
            )}
          </li>
        ))}
      </ol>
      {current < 0 && <p>That is all. The documentation has the rest.</p>}
    </Panel>
  )
}

function Command({ token: accessToken }: { readonly token: string }) {
  const call = callOf('status', {
    apiUrl,
    accessToken,
    clientId: '',
    clientSecret: '',
    referenceId: 'slow',
    fileName: '',
  })
  const command = commandOf('curl', call)
  return (
    <>
      <Code label="Command of the first poll" text={command} />
      <CopyButton label="Copy command" text={() => command} />
    </>
  )
}
