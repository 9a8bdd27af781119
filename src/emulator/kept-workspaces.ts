import { LRUCache } from 'lru-cache'
import { isWorkspaceName, workspaceNameRule } from '../domain/control/workspace-name.js'
import { ControlError, InputError } from '../domain/errors.js'
import { monotonicNow } from './real-time.js'
import type { Workspace } from './workspace.js'

/** A workspace that was used so lately is not evicted, in milliseconds of the wall clock. */
const protectedMs = 60_000

interface Kept {
  readonly workspace: Workspace
  usedAt: number
}

/**
 * The named workspaces. The one unused for longest makes room for a new one, unless it was used within the last
 * minute: a client that asks for many names must not push out those that tests are using.
 */
export class Workspaces {
  /** Called with the name of each workspace that made room for another. */
  onEvicted: (name: string) => void = () => {}
  /** Called with each workspace that was evicted or deleted. */
  onGone: (workspace: Workspace) => void = () => {}
  /** The most workspaces. */
  readonly max: number
  readonly #create: (name: string) => Workspace
  readonly #now: () => number
  readonly #kept: LRUCache<string, Kept>

  /**
   * @param max - how many there can be
   * @param create - makes a workspace of its name
   * @param now - the wall clock, monotonic, in milliseconds
   */
  constructor(max: number, create: (name: string) => Workspace, now = monotonicNow) {
    this.max = max
    this.#create = create
    this.#now = now
    this.#kept = new LRUCache({
      max,
      dispose: ({ workspace }) => {
        workspace.journal.close()
        this.onGone(workspace)
      },
    })
  }

  has(name: string): boolean {
    return this.#kept.has(name)
  }

  /** Returns whether requests find this very workspace under its name. */
  isKept(workspace: Workspace): boolean {
    return workspace.name !== undefined && this.#kept.peek(workspace.name)?.workspace === workspace
  }

  /**
   * Finds the workspace of this name, or makes one without keeping it: a request that has not shown yet that it
   * may use a workspace must not make one.
   */
  find(name: string): Workspace {
    const kept = this.#kept.get(name)
    if (kept === undefined) {
      if (isWorkspaceName(name)) return this.#create(name)
      throw new InputError({ path: 'workspace', message: workspaceNameRule })
    }
    kept.usedAt = this.#now()
    return kept.workspace
  }

  /**
   * Keeps a workspace that `find` made. Returns the one that is kept already where another request was faster.
   * Throws `conflict` if every other workspace was used within the last minute.
   */
  keep(name: string, found: Workspace): Workspace {
    const kept = this.#kept.get(name)
    if (kept !== undefined) return kept.workspace
    if (this.#kept.size >= this.max) this.#evict()
    this.#kept.set(name, { workspace: found, usedAt: this.#now() })
    return found
  }

  names(): string[] {
    return [...this.#kept.keys()].sort()
  }

  /** Returns whether there was one. */
  delete(name: string): boolean {
    return this.#kept.delete(name)
  }

  *[Symbol.iterator](): Generator<Workspace> {
    for (const { workspace } of this.#kept.values()) yield workspace
  }

  /** Evicts the least recently used workspace. */
  #evict(): void {
    const [oldest, { usedAt }] = this.#kept.rentries().next().value as [string, Kept]
    if (this.#now() - usedAt < protectedMs) {
      const message = `All ${this.max} workspaces were used within the last minute. Delete one, or raise --max-workspaces`
      throw new ControlError('conflict', message, 'workspace')
    }
    this.#kept.delete(oldest)
    this.onEvicted(oldest)
  }
}
