import t from 'tap'
import { changeLines } from '../../sandbox/scenario-changes.js'
import type { ScenarioChange } from '../../src/domain/control/vocabulary.js'

t.test('changes are grouped by their part and kind, and long groups are cut', async (t) => {
  const many = Array.from(
    { length: 14 },
    (_, index): ScenarioChange => ({ part: 'imports', id: `i${index}`, change: 'added' }),
  )
  t.strictSame(changeLines([]), [])
  t.strictSame(
    changeLines([
      { part: 'clients', id: 'a', change: 'changed' },
      { part: 'service', id: 'rowErrors', change: 'changed' },
      { part: 'clients', id: 'b', change: 'changed' },
      ...many,
    ]),
    [
      { what: 'Clients changed', ids: 'a, b' },
      { what: 'Switches changed', ids: 'rowErrors' },
      { what: 'Imports added', ids: 'i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11 and 2 more' },
    ],
  )
})
