import type { OutcomeCount, RunReport } from '../src/domain/report/run-report.js'

/** The outcomes of an operation, or of faults. */
export interface MatrixRow {
  readonly operation: string
  readonly met: number
  readonly outcomes: readonly (OutcomeCount & { readonly name: string })[]
}

/** Returns a row for each operation, with its outcomes in their order. Faults have a row if one was applied. */
export function matrixOf({ outcomes }: Pick<RunReport, 'outcomes'>): readonly MatrixRow[] {
  const operations = [...new Set(outcomes.map(({ operation }) => operation))]
  return operations
    .map((operation) => {
      const own = outcomes.filter((it) => it.operation === operation)
      return {
        operation,
        met: own.filter(({ count }) => count > 0).length,
        // The name begins with the operation.
        outcomes: own.map((it) => ({ ...it, name: it.outcome.slice(operation.length + 1) })),
      }
    })
    .filter(({ operation, met }) => operation !== 'fault' || met > 0)
}
