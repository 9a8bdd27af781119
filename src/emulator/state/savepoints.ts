import type { SavepointView } from '../../domain/control/vocabulary.js'
import { ControlError } from '../../domain/errors.js'
import { nearestName } from '../../domain/schema.js'
import { quoted } from '../../domain/visible-text.js'
import type { Removed } from '../removals.js'
import type { WorkspaceState } from './workspace-state.js'

/** The most savepoints of a workspace. */
export const maxSavepoints = 100

/** The most memory of the savepoints of a workspace, in bytes. */
export const maxSavepointBytes = 64 * 1024 ** 2

interface Savepoint {
  readonly state: WorkspaceState
  readonly bytes: number
}

/** The saved states of a workspace, by name. */
export class Savepoints {
  readonly #savepoints = new Map<string, Savepoint>()

  /** Keeps a state, in place of one of the same name. Throws `conflict` if there is no room for it. */
  put(name: string, state: WorkspaceState, bytes: number): SavepointView {
    const others = new Map(this.#savepoints)
    others.delete(name)
    if (others.size >= maxSavepoints) {
      const message = `A workspace keeps at most ${maxSavepoints} savepoints: delete one, or save under a name that exists`
      throw new ControlError('conflict', message)
    }
    const total = [...others.values()].reduce((sum, savepoint) => sum + savepoint.bytes, bytes)
    if (total > maxSavepointBytes) {
      const [needed, most] = [total, maxSavepointBytes].map((size) => Math.ceil(size / 1024 ** 2))
      const message = `The savepoints of this workspace would take ${needed} MiB, and may take ${most} MiB: delete one, or clear the journal`
      throw new ControlError('conflict', message)
    }
    this.#savepoints.delete(name)
    this.#savepoints.set(name, { state, bytes })
    return view(name, { state, bytes })
  }

  list(): SavepointView[] {
    return [...this.#savepoints].map(([name, savepoint]) => view(name, savepoint))
  }

  /** Throws `not_found` for an unknown name. */
  get(name: string): WorkspaceState {
    const savepoint = this.#savepoints.get(name)
    if (savepoint !== undefined) return savepoint.state
    const nearest = nearestName(name, [...this.#savepoints.keys()])
    const hint = nearest === undefined ? '' : `; did you mean ${quoted(nearest)}?`
    throw new ControlError('not_found', `There is no savepoint ${quoted(name)}${hint}`)
  }

  /** Returns what was removed. Throws `not_found` for an unknown name. */
  delete(name: string): Removed {
    this.get(name)
    const { state, bytes } = this.#savepoints.get(name) as Savepoint
    this.#savepoints.delete(name)
    return {
      putBack: () => {
        if (this.#savepoints.has(name)) return false
        this.put(name, state, bytes)
        return true
      },
    }
  }
}

function view(name: string, { state, bytes }: Savepoint): SavepointView {
  return { name, now: new Date(state.clock.now).toISOString(), bytes }
}
