import { LRUCache } from 'lru-cache'

/** The stored parts of an upload besides its state. */
interface KeptResult {
  /** Undefined where there is none: nothing but messages is kept. */
  readonly file: Buffer | undefined
  readonly bytes: number
  /** Called when it is dropped to make room. */
  readonly onDropped: () => void
}

/** About what a text takes in memory besides its characters, in bytes. */
const textOverhead = 32

/** Result files and messages of uploads over all workspaces, within a bound: past it, the oldest goes first. */
export class ResultStore {
  readonly maxBytes: number
  readonly #results: LRUCache<string, KeptResult>

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
    this.#results = new LRUCache({
      // To lru-cache, 0 is no bound.
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ onDropped }, _key, why) => {
        if (why === 'evict') onDropped()
      },
    })
  }

  /** The results of one workspace. */
  of(workspaceName: string | undefined): WorkspaceResults {
    const keyOf = (referenceId: string) => `${workspaceName ?? ''} ${referenceId}`
    const move = (from: string, to: string) => {
      const kept = this.#results.peek(from)
      this.#results.delete(from)
      if (kept !== undefined) this.#results.set(to, kept)
    }
    return {
      keep: (referenceId, file, messages, onDropped) => {
        const bytes = bytesOf(file, messages)
        if (bytes > this.maxBytes) onDropped()
        else this.#results.set(keyOf(referenceId), { file, bytes, onDropped })
      },
      // Not `get`, which would make it the youngest.
      get: (referenceId) => this.#results.peek(keyOf(referenceId)),
      delete: (referenceId) => this.#results.delete(keyOf(referenceId)),
      setAside: (referenceId) => {
        const key = keyOf(referenceId)
        // No workspace has such a name: the result is bounded with the others, and not found among them.
        const asideKey = `\0${key}`
        move(key, asideKey)
        return {
          putBack: () => move(asideKey, key),
          forget: () => this.#results.delete(asideKey),
        }
      },
      ids: () => {
        const prefix = keyOf('')
        return [...this.#results.rkeys()].flatMap((key) =>
          key.startsWith(prefix) ? key.slice(prefix.length) : [],
        )
      },
    }
  }
}

/** The result files and messages of the uploads of one workspace. */
export interface WorkspaceResults {
  /** Keeps a result until there is no room for it, which may be at once; then `onDropped` is called. */
  keep(
    referenceId: string,
    file: Buffer | undefined,
    messages: readonly string[],
    onDropped: () => void,
  ): void
  /** The one copy of a result; undefined if there is none, or if it was dropped. */
  get(referenceId: string): Pick<KeptResult, 'file' | 'bytes'> | undefined
  delete(referenceId: string): void
  /** Hides a result until it is put back or forgotten. Meanwhile it can be evicted like the others. */
  setAside(referenceId: string): { putBack(): void; forget(): void }
  /** The uploads whose results are kept, the oldest first. */
  ids(): string[]
}

function bytesOf(file: Buffer | undefined, messages: readonly string[]): number {
  const texts = messages.reduce((sum, { length }) => sum + 2 * length + textOverhead, 0)
  return (file?.length ?? 0) + texts + 1
}
