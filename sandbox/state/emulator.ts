import { effect, signal } from '@preact/signals'
import type { ClientView } from '../../src/domain/control/vocabulary.js'
import type { FaultView } from '../../src/domain/fault.js'
import type { Service } from '../../src/domain/service.js'
import { control } from './control.js'
import { createNewest } from './newest.js'

export const faults = signal<readonly FaultView[]>([])
/** Undefined until they have come. */
export const clients = signal<readonly ClientView[] | undefined>(undefined)
export const workspaces = signal<readonly string[]>([])
/** Undefined until it has come. */
export const service = signal<Service | undefined>(undefined)

/** Resolves once it is known which clients there are. */
export const clientsKnown = new Promise<void>((resolve) => {
  effect(() => {
    if (clients.value !== undefined) resolve()
  })
})

const ask = createNewest()

/** Fetches the parts that every view shows. */
export async function refreshEmulator(): Promise<void> {
  const isNews = ask()
  const [armed, known, names, switches] = await Promise.all([
    control.faults.list(),
    control.clients.list(),
    control.workspaces.list(),
    control.service.get(),
  ])
  // Old ones are better than none, and some action may wait for them.
  clients.value ??= known
  if (!isNews()) return
  faults.value = armed
  clients.value = known
  workspaces.value = names
  service.value = switches
}
