import { signal } from '@preact/signals'
import type { ClientView } from '../../src/domain/control.js'
import type { FaultView } from '../../src/domain/fault.js'
import { ControlFailure, control } from './control.js'

export const faults = signal<readonly FaultView[]>([])
export const clients = signal<readonly ClientView[]>([])
export const workspaces = signal<readonly string[]>([])
export const canUpload = signal(false)
export const version = signal('')

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

/** What the emulator is and knows, which stays as it is for as long as it runs. */
export async function learnEmulator(): Promise<void> {
  const [health, uploads] = await Promise.all([control.health(), ifKnown(control.uploads.list())])
  version.value = health.version
  canUpload.value = uploads !== undefined
}

async function ifKnown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ControlFailure && error.status === 404) return undefined
    throw error
  }
}
