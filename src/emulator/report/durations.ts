import type { Operation } from '../../domain/operations.js'

/** The upper bounds of the buckets, in seconds. A delay by a fault can be long. */
export const bucketBounds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** The durations of the requests of one operation. */
export interface DurationCounts {
  /** The number of requests in each bucket. The last one has no bound. */
  readonly buckets: number[]
  sumMs: number
}

/** The durations of requests, by operation. They begin with the process, and no reset takes them back. */
export class Durations {
  readonly #byOperation = new Map<Operation | undefined, DurationCounts>()

  add(operation: Operation | undefined, ms: number): void {
    const counts = this.#byOperation.get(operation) ?? this.#begin(operation)
    const seconds = ms / 1000
    let place = 0
    while (seconds > (bucketBounds[place] ?? Number.POSITIVE_INFINITY)) place += 1
    counts.buckets[place] = (counts.buckets[place] as number) + 1
    counts.sumMs += ms
  }

  #begin(operation: Operation | undefined): DurationCounts {
    const counts = { buckets: [...bucketBounds, 0].map(() => 0), sumMs: 0 }
    this.#byOperation.set(operation, counts)
    return counts
  }

  [Symbol.iterator](): Iterator<readonly [Operation | undefined, DurationCounts]> {
    return this.#byOperation.entries()
  }
}
