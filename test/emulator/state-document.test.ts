import t from 'tap'
import { Emulator } from '../../src/emulator/emulator.js'
import { decodeState, encodeState } from '../../src/emulator/state/state-document.js'

t.test('a document that contradicts itself is refused', async (t) => {
  const { main } = await Emulator.create({ fixtures: [{}] })
  const document = JSON.parse(JSON.stringify(encodeState(main.save())))
  const { changes } = document
  const { imports, journal } = changes
  const history = (histories: object[]) => ({
    imports: { ...imports, history: { ...imports.history, histories } },
  })
  const cases: [name: string, changes: object, message: RegExp][] = [
    [
      'a history without the marks that it counts',
      history([{ referenceId: 'a', first: [], last: [], total: 5000 }]),
      /histories\[0\]: must have the first 100 and the last 900 of its marks$/,
    ],
    [
      'a journal without its last entry',
      { journal: { ...journal, records: [recordOf(1), recordOf(3)], lastId: 3 } },
      /journal: the ids of its records must be consecutive, up to lastId$/,
    ],
  ]
  for (const [name, other, message] of cases) {
    t.throws(
      () => decodeState({ ...document, changes: { ...changes, ...other } }),
      { message },
      name,
    )
  }
})

const recordOf = (id: number) => ({
  id,
  at: 0,
  durationMs: 0,
  method: 'GET',
  path: '/',
  requestHeaders: [],
  outcome: 'served',
  reason: { code: 'served', message: 'Served' },
  faults: [],
})
