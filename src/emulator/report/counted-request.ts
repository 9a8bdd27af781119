import type { BehaviourId } from '../../domain/behaviours.js'
import type { ImportState } from '../../domain/imports/import-state.js'
import type { Operation } from '../../domain/operations.js'
import type { Reason } from '../../domain/reason.js'
import type { DrawnFault } from '../faults/armed-faults.js'

/** The facts of a request that are counted. An exchange has them, so that nothing is made for the count. */
export interface CountedRequest {
  readonly operation: Operation | undefined
  readonly referenceId: string | undefined
  readonly reason: Reason
  /** The reason of the operation, where that of a fault stands in its place. */
  readonly underlying: Reason | undefined
  readonly restsOn: readonly BehaviourId[] | undefined
  readonly polled: ImportState | undefined
  readonly fault: DrawnFault | undefined
  /** True if the path belongs to an older revision of the API. */
  readonly isOlder: boolean
  readonly connection: {
    /** The number of its requests so far, this one included. */
    readonly requests: number
    /** False for an injected request, which has none. */
    readonly isReal: boolean
  }
}

/** The facts of a response that are counted. */
export interface CountedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}
