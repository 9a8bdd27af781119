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

/** The requests of an operation that ended for the same reason with the same status, and what is the same for all of them. */
export interface Cell {
  readonly operation: Operation | undefined
  readonly code: ReasonCode
  readonly key: CellKey
  /** The status of their responses. Undefined for requests without a response. */
  readonly status: number | undefined
  readonly unexpected: UnexpectedKind | undefined
  count: number
  /** The evidence of its last request, which the next one mostly shares. */
  restsOn: readonly BehaviourId[] | undefined
  basis: Basis | undefined
  /** The cell of the same operation and key with another status. Nearly all have none. */
  next: Cell | undefined
}

/** The cells, found by identity: a request costs two look-ups. */
export class Cells {
  readonly #byOperation = new Map<Operation | undefined, Map<CellKey, Cell>>()

  get(operation: Operation | undefined, key: CellKey, status: number | undefined): Cell {
    let cell = this.#byOperation.get(operation)?.get(key)
    while (cell !== undefined && cell.status !== status) cell = cell.next
    return cell ?? this.#add(operation, key, status)
  }

  #add(operation: Operation | undefined, key: CellKey, status: number | undefined): Cell {
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
      status,
      unexpected: unexpectedOf(code),
      count: 0,
      restsOn: undefined,
      basis: undefined,
      next: undefined,
    }
    const last = lastOf(row.get(key))
    if (last === undefined) row.set(key, cell)
    else last.next = cell
    return cell
  }

  clear(): void {
    this.#byOperation.clear()
  }

  save(): CellState[] {
    const saved: CellState[] = []
    for (const row of this.#byOperation.values()) {
      for (const first of row.values()) {
        for (let cell: Cell | undefined = first; cell !== undefined; cell = cell.next) {
          const { operation, key, status, count } = cell
          saved.push({ operation, key, status, count })
        }
      }
    }
    return saved
  }

  restore(cells: readonly CellState[]): void {
    this.clear()
    for (const { operation, key, status, count } of cells) {
      this.get(operation, key, status).count = count
    }
  }
}

function lastOf(first: Cell | undefined): Cell | undefined {
  let last = first
  while (last?.next !== undefined) last = last.next
  return last
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
