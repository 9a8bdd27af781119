import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { SavepointView } from '../../src/domain/control/vocabulary.js'
import { ConfirmButton } from '../parts/buttons.js'
import { Field } from '../parts/field.js'
import { Panel } from '../parts/panel.js'
import { instantOf, sizeOf } from '../parts/text.js'
import { control } from '../state/control.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

const savepoints = signal<readonly SavepointView[]>([])

async function look(): Promise<void> {
  savepoints.value = (await control.savepoints.list()).toReversed()
}

async function change(work: () => Promise<unknown>, done: string): Promise<void> {
  await act(work, done)
  await Promise.all([look(), refresh()]).catch(() => {})
}

/** Saves the whole state of the workspace, goes back to it, and deletes it. */
export function SavepointsPanel() {
  const [name, setName] = useState('')
  useEffect(() => {
    void look().catch(() => {})
  }, [])
  const isThere = savepoints.value.some((it) => it.name === name)
  return (
    <Panel title="Savepoints">
      <form
        class="one-line"
        onSubmit={(event) => {
          event.preventDefault()
          void change(() => control.savepoints.save(name), `${name} is saved`)
          setName('')
        }}
      >
        <Field
          label="Name"
          value={name}
          onInput={setName}
          placeholder="before-the-test"
          path="id"
          required
        />
        <button type="submit" class="primary">
          {isThere ? 'Save over it' : 'Save'}
        </button>
      </form>
      <p class="muted">
        A savepoint has everything: imports with their polls, clients, faults, uploads, switches,
        clock and journal.
      </p>
      <ul class="cards">
        {savepoints.value.map((it) => (
          <li key={it.name} class="card line">
            <b class="mono">{it.name}</b>
            <span class="muted">
              clock at {instantOf(Date.parse(it.now))} · {sizeOf(it.bytes)}
            </span>
            <span class="group">
              <ConfirmButton
                label="Restore"
                question="Really restore?"
                name={`Restore ${it.name}`}
                onConfirm={() =>
                  void change(
                    () => control.savepoints.restore(it.name),
                    `Everything is as it was in ${it.name}`,
                  )
                }
              />
              <button
                type="button"
                aria-label={`Delete ${it.name}`}
                onClick={() =>
                  void change(() => control.savepoints.delete(it.name), `${it.name} is deleted`)
                }
              >
                Delete
              </button>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
