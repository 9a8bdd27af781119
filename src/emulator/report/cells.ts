import {
  type Basis,
  type BehaviourId,
  behavioursOf,
  weakestBasis,
} from '../../domain/behaviours.js'
import type { Operation } from '../../domain/operations.js'
import type { ReasonCode } from '../../domain/reason.js'
import { type CellKey, type CellState, reasonOf } from '../../domain/report/report-state.js'
import { type UnexpectedKind, unexpectedOf } from '../../domain/report/unexpected.js'

/** The requests of an operation that ended for the same reason, and what is the same for all of them. */
export interface Cell {
  readonly operation: Operation | undefined
  readonly code: ReasonCode
  readonly key: CellKey
  readonly unexpected: UnexpectedKind | undefined
  count: number
  /** The evidence of its last request, which the next one mostly shares. */
  restsOn: readonly BehaviourId[] | undefined
  basis: Basis | undefined
}

/** The cells, found by identity: a request costs two look-ups. */
export class Cells {
  readonly #byOperation = new Map<Operation | undefined, Map<CellKey, Cell>>()

  get(operation: Operation | undefined, key: CellKey): Cell {
    return this.#byOperation.get(operation)?.get(key) ?? this.#add(operation, key)
  }

  #add(operation: Operation | undefined, key: CellKey): Cell {
    let row = this.#byOperation.get(operation)
    if (row === undefined) {
      row = new Map()
      this.#byOperation.set(operation, row)
    }
    const code = reasonOf(key)
    const cell: Cell = {
      operation,
      code,
      key,
      unexpected: unexpectedOf(code),
      count: 0,
      restsOn: undefined,
      basis: undefined,
    }
    row.set(key, cell)
    return cell
  }

  clear(): void {
    this.#byOperation.clear()
  }

  save(): CellState[] {
    return [...this.#byOperation.values()].flatMap((row) =>
      [...row.values()].map(({ operation, key, count }) => ({ operation, key, count })),
    )
  }

  restore(cells: readonly CellState[]): void {
    this.clear()
    for (const { operation, key, count } of cells) this.get(operation, key).count = count
  }
}

/** The weakest evidence of a response. It is found once for requests that rest on the same rows. */
export function basisOf(cell: Cell, restsOn: readonly BehaviourId[] | undefined): Basis {
  if (cell.basis === undefined || cell.restsOn !== restsOn) {
    cell.restsOn = restsOn
    // Only a request without a response rests on nothing.
    cell.basis = weakestBasis(behavioursOf(cell.operation, cell.code, restsOn)) as Basis
  }
  return cell.basis
}
