import fc from 'fast-check'
import t from 'tap'
import type { HistoryMark, PollMark } from '../../src/domain/imports/history.js'
import { Histories } from '../../src/emulator/imports/histories.js'

const pending = { status: 'pending', fileLine: 0, messages: [] } as const
const isoOf = (at: number) => new Date(at).toISOString()

/** Polls an import some times. The journal id and the time of each poll is its number. */
function poll(histories: Histories, id: string, count: number, first = 1) {
  for (let number = first; number < first + count; number += 1) {
    histories.poll(id, number, number, undefined, 200, pending)
  }
}

const idsOf = (marks: readonly HistoryMark[]) =>
  marks.map((mark) => ('entryId' in mark ? mark.entryId : mark.kind))

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

t.test('a history keeps its first hundred and its last nine hundred marks', async (t) => {
  const cases: [total: number, ids: number[], leftOut: object | null][] = [
    [0, [], null],
    [100, numbers(1, 100), null],
    [1000, numbers(1, 1000), null],
    [
      1001,
      [...numbers(1, 100), ...numbers(102, 1001)],
      { count: 1, from: isoOf(100), to: isoOf(102) },
    ],
    [
      2345,
      [...numbers(1, 100), ...numbers(1446, 2345)],
      { count: 1345, from: isoOf(100), to: isoOf(1446) },
    ],
  ]
  for (const [total, ids, leftOut] of cases) {
    t.test(`${total} polls`, async (t) => {
      const histories = new Histories()
      poll(histories, 'a', total)
      const { marks, ...rest } = histories.marksOf('a')
      t.strictSame(idsOf(marks), ids)
      t.strictSame(rest, { leftOut, complete: true, clockLeftOut: 0 })
      t.equal(histories.size, ids.length)
    })
  }
})

t.test('a full history keeps marks of every kind', async (t) => {
  const histories = new Histories()
  poll(histories, 'a', 1000)
  histories.add('a', { kind: 'finish', at: 1001 })
  poll(histories, 'a', 899, 1002)
  t.strictSame(idsOf(histories.marksOf('a').marks), [
    ...numbers(1, 100),
    'finish',
    ...numbers(1002, 1900),
  ])
  poll(histories, 'a', 1, 1901)
  t.strictSame(histories.marksOf('a').marks[100]?.kind, 'poll')
})

t.test('marks and clock changes stand in order of arrival', async (t) => {
  const histories = new Histories()
  poll(histories, 'a', 1)
  histories.addClockChange('advance', 0, 5000)
  histories.add('a', { kind: 'override', at: 5000, state: 'failed', fileLine: 7 })
  histories.add('b', { kind: 'finish', at: 5000 })
  histories.addClockChange('set', 5000, 0)
  histories.poll('a', 0, 2, 'demo-client', undefined, { error: 'Gone' })
  t.strictSame(histories.marksOf('a').marks, [
    {
      kind: 'poll',
      at: isoOf(1),
      entryId: 1,
      client: null,
      status: 200,
      state: 'pending',
      fileLine: 0,
    },
    { kind: 'clock', change: 'advance', at: isoOf(5000), from: isoOf(0), to: isoOf(5000) },
    { kind: 'override', at: isoOf(5000), state: 'failed', fileLine: 7 },
    { kind: 'clock', change: 'set', at: isoOf(0), from: isoOf(5000), to: isoOf(0) },
    {
      kind: 'poll',
      at: isoOf(0),
      entryId: 2,
      client: 'demo-client',
      status: null,
      state: 'error',
      fileLine: null,
    } satisfies PollMark,
  ])
  for (let at = 0; at < 101; at += 1) histories.addClockChange('advance', at, at + 1)
  const { marks, clockLeftOut } = histories.marksOf('b')
  t.strictSame([marks.length, clockLeftOut], [101, 3])
  histories.clear()
  t.strictSame(histories.marksOf('a'), {
    marks: [],
    leftOut: null,
    complete: true,
    clockLeftOut: 0,
  })
})

t.test('the import without a request for the longest time loses its history first', async (t) => {
  const histories = new Histories()
  poll(histories, 'first', 10)
  poll(histories, 'second', 10)
  for (let index = 0; index < 49; index += 1) poll(histories, `many-${index}`, 1000)
  poll(histories, 'first', 10, 11)
  poll(histories, 'last', 970)
  t.equal(histories.size, 50_000)
  t.equal(histories.marksOf('second').complete, true)
  poll(histories, 'last', 1, 971)
  t.equal(histories.size, 49_991)
  t.match(histories.marksOf('second'), { marks: [], complete: false })
  t.match(histories.marksOf('first'), { marks: { length: 20 }, complete: true })
  poll(histories, 'second', 1, 11)
  t.match(histories.marksOf('second'), { marks: [{ entryId: 11 }], complete: false })
  histories.delete('second')
  t.match(histories.marksOf('second'), { marks: [], complete: true }, 'it is another import now')
  histories.delete('last')
  t.equal(histories.size, 49_020)
  poll(histories, 'last', 1)
  t.equal(histories.size, 49_021)
})

t.test('after many evictions every history may be cut, and says so', async (t) => {
  const histories = new Histories()
  for (let index = 0; index < 60_000; index += 1) poll(histories, `id-${index}`, 1)
  t.equal(histories.marksOf('id-0').complete, false)
  t.equal(histories.marksOf('id-59999').complete, true)
  poll(histories, 'one-more', 1)
  t.equal(histories.marksOf('id-59999').complete, false)
  histories.clear()
  t.equal(histories.marksOf('id-59999').complete, true)
})

t.test('a workspace keeps at most 50,000 marks, and each history those it should', async (t) => {
  const ids = numbers(1, 70).map(String)
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.tuple(fc.constantFrom(...ids), fc.integer({ min: 1, max: 2000 })) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...ids), fc.constant(0)) },
  )
  const bounded = fc.property(fc.array(step, { minLength: 50, maxLength: 150 }), (steps) => {
    const histories = new Histories()
    /** The marks of each import by the order of their last, without any bound for all. */
    const model = new Map<string, number>()
    let number = 0
    for (const [id, count] of steps) {
      if (count === 0) histories.delete(id)
      else poll(histories, id, count, number + 1)
      const total = (model.get(id) ?? 0) + count
      number += count
      model.delete(id)
      if (count > 0) model.set(id, total)
      if (histories.size > 50_000) return false
    }
    const newest = [...model].at(-1)
    const kept = ids.reduce((sum, id) => sum + histories.marksOf(id).marks.length, 0)
    const isNewestWhole =
      newest === undefined || histories.marksOf(newest[0]).marks.at(-1)?.kind === 'poll'
    const areCompleteWhole = ids.every((id) => {
      const { marks, leftOut, complete } = histories.marksOf(id)
      return (
        marks.length <= 1000 &&
        (!complete || marks.length + (leftOut?.count ?? 0) === (model.get(id) ?? 0))
      )
    })
    return kept === histories.size && isNewestWhole && areCompleteWhole
  })
  t.doesNotThrow(() => fc.assert(bounded, { numRuns: 8, seed: 1 }))
})
