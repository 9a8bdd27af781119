import { views } from '../address.js'
import type { Action } from '../palette.js'
import { copy } from '../parts/clipboard.js'
import { isFrozen, turnClock } from './clock.js'
import { control } from './control.js'
import { dialog } from './dialog.js'
import { isWriting } from './drafts.js'
import { workspaces } from './emulator.js'
import { imports, select, selectedId } from './imports.js'
import { isPaused, pause } from './journal.js'
import { act } from './notice.js'
import { type PanelName, panel } from './panel.js'
import { open } from './route.js'
import { download } from './scenario-file.js'
import { openWorkspace, workspace } from './session.js'
import { refresh } from './start.js'

const viewLabels = {
  imports: 'Imports',
  call: 'Call',
  journal: 'Journal',
  faults: 'Faults',
  report: 'Run report',
  reference: 'API',
}

const panelLabels = {
  uploads: 'Uploads: planned outcomes and switches',
  clients: 'Clients',
  savepoints: 'Savepoints',
  scenario: 'Scenario: changes since the load',
  tour: 'Tour for a first run',
} as const satisfies Record<PanelName, string>

/** Every action of the page. A text that is no action may be the id of an import. */
export function actions(text: string): readonly Action[] {
  const done = (work: () => Promise<unknown>, words: string) => () =>
    void act(work, words).then(refresh)
  const advance = (by: '5s' | '1m' | '1h') =>
    done(() => turnClock(() => control.clock.advance(by)), `Advanced the clock by ${by}`)
  return [
    ...views.map((view) => ({ label: `Go to ${viewLabels[view]}`, run: () => open(view) })),
    ...(Object.keys(panelLabels) as PanelName[]).map((name) => ({
      label: panelLabels[name],
      run: () => {
        panel.value = name
      },
    })),
    {
      label: 'New import',
      run: () => {
        select(undefined)
        isWriting.value = true
        open('imports')
      },
    },
    {
      label: 'Upload a CSV file',
      run: () => {
        open('imports')
        document.querySelector<HTMLElement>('.toolbar input[type="file"]')?.click()
      },
    },
    ...importActions(done),
    { label: 'Advance the clock by 5 s', run: advance('5s') },
    { label: 'Advance the clock by 1 min', run: advance('1m') },
    { label: 'Advance the clock by 1 h', run: advance('1h') },
    isFrozen.value
      ? {
          label: 'Resume the clock',
          run: done(() => turnClock(control.clock.resume), 'The clock is running'),
        }
      : {
          label: 'Freeze the clock',
          run: done(() => turnClock(control.clock.freeze), 'The clock is frozen'),
        },
    {
      label: 'Reset the clock',
      run: done(() => turnClock(control.clock.reset), 'Clock reset to real time'),
    },
    { label: 'Export scenario', run: () => void download() },
    {
      label: 'Copy scenario',
      run: done(async () => copy(await control.scenario.export()), 'The scenario is copied'),
    },
    {
      label: 'Copy link',
      run: done(() => copy(location.href), 'The link is copied'),
    },
    {
      label: isPaused.value ? 'Go on with the journal' : 'Pause the journal',
      run: () => pause(!isPaused.value),
    },
    { label: 'Clear the journal', run: done(control.journal.clear, 'The journal is empty') },
    { label: 'Disarm all faults', run: done(control.faults.clear, 'No fault is armed') },
    {
      label: 'Reset everything…',
      // The button asks first.
      run() {
        const button = document.querySelector<HTMLElement>('.top .tools > button:last-child')
        button?.click()
        button?.focus()
      },
    },
    {
      label: 'Keys',
      run: () => {
        dialog.value = 'help'
      },
    },
    ...otherWorkspaces(),
    ...found(text),
  ]
}

function importActions(
  done: (work: () => Promise<unknown>, words: string) => () => void,
): readonly Action[] {
  const id = selectedId.value
  if (id === undefined) return []
  return [
    { label: `Finish ${id} now`, run: done(() => control.imports.finish(id), `${id} is finished`) },
    {
      label: `Back to the definition of ${id}`,
      run: done(() => control.imports.clearOverride(id), `${id} is back to its definition`),
    },
    { label: `Delete ${id}`, run: done(() => control.imports.delete(id), `${id} is deleted`) },
  ]
}

function otherWorkspaces(): readonly Action[] {
  const others = workspaces.value.filter((it) => it !== workspace)
  return [...(workspace === undefined ? [] : [undefined]), ...others].map((name) => ({
    label: `Open workspace ${name ?? 'main'}`,
    run: () => openWorkspace(name),
  }))
}

/** The imports of the list that a text may mean. */
function found(text: string): readonly Action[] {
  const wanted = text.trim()
  if (wanted === '') return []
  const listed = (imports.value ?? []).map(({ referenceId }) => referenceId)
  return [...new Set([...listed, wanted])].map((id) => ({
    label: `Open import ${id}`,
    run: () => {
      isWriting.value = false
      select(id)
      open('imports')
    },
  }))
}
