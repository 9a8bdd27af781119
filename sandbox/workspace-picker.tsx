import { useState } from 'preact/hooks'
import { isWorkspaceName, workspaceNameRule } from '../src/domain/control/workspace-name.js'
import { workspaces } from './state/emulator.js'
import { tell } from './state/notice.js'
import { openWorkspace, workspace } from './state/session.js'

const another = '\0another'

/** Chooses the workspace that is shown. */
export function WorkspacePicker() {
  const [name, setName] = useState<string | undefined>(undefined)
  if (name !== undefined) {
    const open = () => {
      if (isWorkspaceName(name)) openWorkspace(name)
      else tell(`The name of a workspace ${workspaceNameRule}`, true)
    }
    return (
      <form
        class="workspace"
        onSubmit={(event) => {
          event.preventDefault()
          open()
        }}
      >
        <input
          aria-label="Name of the workspace"
          placeholder="name"
          value={name}
          ref={(input) => input?.focus()}
          onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setName(undefined)}
        />
        <button type="submit">Open</button>
      </form>
    )
  }
  const others = workspaces.value.filter((it) => it !== workspace)
  return (
    <label class="workspace">
      <span aria-hidden="true">Workspace</span>
      <select
        aria-label="Workspace"
        value={workspace ?? ''}
        onChange={({ currentTarget }) => {
          const { value } = currentTarget
          if (value === another) setName('')
          else openWorkspace(value === '' ? undefined : value)
        }}
      >
        <option value="">main</option>
        {workspace !== undefined && <option value={workspace}>{workspace}</option>}
        {others.map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
        <option value={another}>another…</option>
      </select>
    </label>
  )
}
