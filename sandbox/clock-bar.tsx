import { useRef, useState } from 'preact/hooks'
import type { ClockView } from '../src/domain/control/vocabulary.js'
import { useFormFocus } from './parts/focus.js'
import { instantOf } from './parts/text.js'
import { isFrozen, now, turnClock } from './state/clock.js'
import { control } from './state/control.js'
import { act } from './state/notice.js'
import { refresh } from './state/start.js'

const steps = [
  ['5s', '+5 s'],
  ['1m', '+1 min'],
  ['1h', '+1 h'],
] as const

async function turn(work: () => Promise<ClockView>, done: string): Promise<void> {
  await act(() => turnClock(work), done)
  await refresh()
}

/** The virtual clock, and what can be done with it. */
export function ClockBar() {
  const [at, setAt] = useState<string | undefined>(undefined)
  const instant = instantOf(now.value)
  return (
    <section class="clock" aria-label="Virtual clock">
      <time dateTime={new Date(now.value).toISOString()} class={isFrozen.value ? 'frozen' : ''}>
        <span>{instant.slice(0, 10)}</span> {instant.slice(11)}
        <small>{isFrozen.value ? 'frozen' : 'UTC'}</small>
      </time>
      <div class="group tools">
        {isFrozen.value ? (
          <button
            type="button"
            onClick={() => void turn(control.clock.resume, 'The clock is running')}
          >
            Resume
          </button>
        ) : (
          <button
            type="button"
            onClick={() => void turn(control.clock.freeze, 'The clock is frozen')}
          >
            Freeze
          </button>
        )}
        {steps.map(([by, word]) => (
          <button
            key={by}
            type="button"
            onClick={() =>
              void turn(() => control.clock.advance(by), `Advanced the clock by ${by}`)
            }
          >
            {word}
          </button>
        ))}
        <button
          type="button"
          aria-expanded={at !== undefined}
          onClick={() => setAt(at === undefined ? instant.replace(' ', 'T') : undefined)}
        >
          Set…
        </button>
        <button
          type="button"
          aria-label="Reset the clock"
          onClick={() => void turn(control.clock.reset, 'Clock reset to real time')}
        >
          Reset
        </button>
      </div>
      {at !== undefined && (
        <SetForm
          at={at}
          onInput={setAt}
          onSet={() => {
            void turn(() => control.clock.set(`${at}Z`), 'The clock is set')
            setAt(undefined)
          }}
        />
      )}
    </section>
  )
}

interface SetFormProps {
  /** Without a zone: it is UTC. */
  readonly at: string
  readonly onInput: (at: string) => void
  readonly onSet: () => void
}

function SetForm({ at, onInput, onSet }: SetFormProps) {
  const form = useRef<HTMLFormElement>(null)
  useFormFocus(form)
  return (
    <form
      ref={form}
      class="group"
      onSubmit={(event) => {
        event.preventDefault()
        onSet()
      }}
    >
      <input
        type="datetime-local"
        step="1"
        aria-label="Instant, in UTC"
        value={at}
        required
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <button type="submit">Set clock</button>
    </form>
  )
}
