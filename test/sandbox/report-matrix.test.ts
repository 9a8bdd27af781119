import t from 'tap'
import { matrixOf } from '../../sandbox/report-matrix.js'
import { outcomeInfos } from '../../src/domain/report/outcomes.js'

t.test(
  'each operation has a row with its outcomes, and faults only if one was applied',
  async (t) => {
    const reportOf = (...met: string[]) => ({
      outcomes: outcomeInfos.map((it) => ({ ...it, count: met.includes(it.outcome) ? 2 : 0 })),
    })
    const rows = matrixOf(reportOf('token.issued', 'status.pending'))
    t.strictSame(
      rows.map(({ operation, met }) => [operation, met]),
      [
        ['token', 1],
        ['upload', 0],
        ['status', 1],
        ['download', 0],
        ['result', 0],
        ['jwks', 0],
        ['metadata', 0],
      ],
    )
    t.match(rows[0]?.outcomes[0], { name: 'issued', count: 2 })
    t.match(matrixOf(reportOf('fault.hang')).at(-1), { operation: 'fault', met: 1 })
  },
)
