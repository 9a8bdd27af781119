import { LRUCache } from 'lru-cache'

/** Import reports by referenceId, within a bound: past it, the oldest goes first. */
export class ReportStore {
  readonly maxBytes: number
  readonly #reports: LRUCache<string, readonly Buffer[]>

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
    this.#reports = new LRUCache({
      // To lru-cache, 0 is no bound.
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: (parts) => parts.reduce((sum, part) => sum + part.length, 0),
    })
  }

  keep(referenceId: string, report: readonly Buffer[]): void {
    this.#reports.set(referenceId, report)
  }

  /** Undefined where it was dropped. */
  get(referenceId: string): string | undefined {
    // Not `get`, which would make it the youngest.
    const report = this.#reports.peek(referenceId)
    return report && Buffer.concat(report).toString()
  }

  delete(referenceId: string): void {
    this.#reports.delete(referenceId)
  }
}
