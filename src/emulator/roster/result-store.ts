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

/** Result files and messages of uploads by referenceId, within a bound: past it, the oldest goes first. */
export class ResultStore {
  readonly maxBytes: number
  readonly #results: LRUCache<string, KeptResult>

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
    this.#results = new LRUCache({
      // To lru-cache, 0 is no bound.
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ onDropped }, _referenceId, why) => {
        if (why === 'evict') onDropped()
      },
    })
  }

  /** Keeps a result until there is no room for it, which may be at once; then `onDropped` is called. */
  keep(
    referenceId: string,
    file: Buffer | undefined,
    messages: readonly string[],
    onDropped: () => void,
  ): void {
    const texts = messages.reduce((sum, { length }) => sum + 2 * length + textOverhead, 0)
    const bytes = (file?.length ?? 0) + texts + 1
    if (bytes > this.maxBytes) onDropped()
    else this.#results.set(referenceId, { file, bytes, onDropped })
  }

  /** The result file, the one copy of it; undefined where there is none, or none any more. */
  get(referenceId: string): Buffer | undefined {
    // Not `get`, which would make it the youngest.
    return this.#results.peek(referenceId)?.file
  }

  delete(referenceId: string): void {
    this.#results.delete(referenceId)
  }
}
