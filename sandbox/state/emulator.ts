import { signal } from '@preact/signals'
import type { ClientView } from '../../src/domain/control.js'
import type { FaultView } from '../../src/domain/fault.js'
import { control } from './control.js'

export const faults = signal<readonly FaultView[]>([])
export const clients = signal<readonly ClientView[]>([])
export const workspaces = signal<readonly string[]>([])

/** What is looked at now and then, whatever the view. */
export async function refreshEmulator(): Promise<void> {
  const [armed, known, names] = await Promise.all([
    control.faults.list(),
    control.clients.list(),
    control.workspaces.list(),
  ])
  faults.value = armed
  clients.value = known
  workspaces.value = names
}
