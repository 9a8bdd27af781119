import t from 'tap'
import { layOut, nearestMark, rows, scaleOf } from '../../sandbox/timeline.js'
import type {
  CourseStepView,
  HistoryMark,
  ImportHistory,
} from '../../src/domain/imports/history.js'

const start = Date.UTC(2026, 8, 1, 12)
const secondMs = 1000
const dayMs = 86_400_000

/** A time so many seconds after the start. */
const at = (seconds: number) => new Date(start + seconds * secondMs).toISOString()

let entryId = 0
function poll(seconds: number, fileLine: number, state: 'pending' | 'processed' = 'pending') {
  entryId += 1
  const request = { at: at(seconds), entryId, client: 'demo-client', status: 200 }
  return { kind: 'poll', ...request, state, fileLine } as const satisfies HistoryMark
}

function clockTo(seconds: number): HistoryMark {
  return { kind: 'clock', at: at(seconds), change: 'advance', from: at(0), to: at(seconds) }
}

const step = (
  status: 'pending' | 'processed',
  fileLine: number,
  when: Partial<CourseStepView>,
): CourseStepView => ({
  state: { status, fileLine, messages: [] },
  at: null,
  afterPolls: null,
  reached: true,
  ...when,
})

function historyOf(given: Partial<ImportHistory>): ImportHistory {
  const none = { leftOut: null, complete: true, clockLeftOut: 0, next: null }
  return { referenceId: 'slow', marks: [], course: [], ...none, ...given }
}

const progress = [
  step('pending', 0, { at: at(0) }),
  step('processed', 1000, { at: at(100), reached: false }),
]

/** As wide as the span of 100 s with its tail of 15 s, so that ten pixels are a second. */
const width = 1150 + 16

t.test('a progress has a band, a line that grows, and its polls upon it', async (t) => {
  const marks = [poll(0, 0), poll(50, 500), clockTo(90), clockTo(900)]
  const layout = layOut(historyOf({ marks, course: progress }), width, true)
  t.match(layout, {
    from: start,
    to: start + 115 * secondMs,
    highest: 1000,
    band: [
      { x: 8, width: 1000, state: 'pending', text: 'pending ↗ 1,000', fits: true, isAhead: false },
      { x: 1008, width: 150, state: 'processed', text: 'processed · 1,000', isAhead: true },
    ],
    overrides: [],
    course: 'M8 118L1008 52L1158 52',
    marks: [
      { x: 8, y: rows.polls.bottom, look: 'pending' },
      { x: 508, y: 85, look: 'pending' },
      { x: 908, y: rows.changes, look: 'clock' },
    ],
    counts: [],
    gap: null,
    outside: 1,
  })
  t.equal(scaleOf({ from: start, to: start + 115 * secondMs }, width)(start + 10_000), 108)
})

t.test('marks of each kind have their row', async (t) => {
  const request = { at: at(10), entryId: 1, client: null, status: 503 }
  const marks: HistoryMark[] = [
    poll(0, 0),
    { kind: 'poll', ...request, status: 500, state: 'error', fileLine: null },
    { kind: 'fault', ...request, operation: 'status', faults: ['a'] },
    { kind: 'finish', at: at(20) },
  ]
  const layout = layOut(historyOf({ marks }), width, false)
  t.strictSame(
    layout?.marks.map(({ look, y }) => [look, y]),
    [
      ['pending', 118],
      ['error', 118],
      ['fault', rows.requests],
      ['finish', rows.changes],
    ],
  )
})

t.test('a history without any time has no picture', async (t) => {
  const course = [step('pending', 0, { reached: false })]
  t.equal(layOut(historyOf({ marks: [clockTo(1)], course }), width, false), undefined)
})

t.test('a step that polls decide begins with its poll', async (t) => {
  const course = [
    step('pending', 0, { at: at(0) }),
    step('pending', 1, { afterPolls: 1 }),
    step('processed', 2, { afterPolls: 5, reached: false }),
  ]
  const begins = (given: Partial<ImportHistory>) =>
    layOut(historyOf({ course, ...given }), width, false)?.band.map(({ text }) => text)
  t.strictSame(begins({ marks: [poll(0, 0), poll(10, 1)] }), ['pending', 'pending · 1'])
  t.strictSame(begins({ marks: [poll(0, 0)] }), ['pending'], 'the poll is not there')

  const finished = layOut(
    historyOf({
      marks: [poll(0, 0), { kind: 'finish', at: at(100) }],
      course: course.map((it) => ({ ...it, reached: true })),
    }),
    width,
    false,
  )
  t.match(finished?.band, [
    { x: 8, width: 1000, text: 'pending' },
    { x: 1008, text: 'processed · 2' },
  ])
  t.equal(finished?.band.length, 2, 'a step without time is left out')
  t.equal(finished?.course, 'M8 118L1008 118L1008 85L1008 85L1008 52L1158 52')

  const back = layOut(historyOf({ marks: [poll(0, 0), poll(-10, 1)], course }), width, false)
  t.match(back?.band, [{ text: 'pending · 1' }], 'the clock went back before it')
})

t.test('a step whose poll was left out begins after the gap', async (t) => {
  const course = [step('pending', 0, { at: at(0) }), step('processed', 2, { afterPolls: 1 })]
  const leftOut = { count: 5, from: at(0), to: at(50) }
  const marks = [poll(0, 0), poll(100, 2, 'processed')]
  const layout = layOut(historyOf({ marks, course, leftOut }), width, false)
  t.match(layout, { gap: { x: 8, width: 500 }, band: [{ width: 500 }, { x: 508 }] })
})

t.test('an override has a band of its own, until the next change of it', async (t) => {
  const marks: HistoryMark[] = [
    poll(0, 0),
    { kind: 'override', at: at(10), state: 'error', fileLine: null },
    { kind: 'override', at: at(20), state: 'failed', fileLine: 3 },
    { kind: 'clearOverride', at: at(30) },
    { kind: 'override', at: at(100), state: 'pending', fileLine: 0 },
  ]
  t.match(layOut(historyOf({ marks }), width, false)?.overrides, [
    { x: 108, width: 100, state: 'error', text: 'server error', fits: true },
    { x: 208, width: 100, state: 'failed', text: 'failed · 3' },
    { x: 1008, width: 150, state: 'pending', text: 'pending', fits: true },
  ])
})

t.test('polls that lie on one another are counted', async (t) => {
  const marks = [poll(0, 0), poll(0, 0), poll(0.1, 0), poll(50, 0), poll(50, 7), poll(50, 7)]
  const sloping = [poll(70, 1), poll(70.5, 1), poll(71, 1), poll(100, 7)]
  const layout = layOut(historyOf({ marks: [...marks, ...sloping] }), width, false)
  t.strictSame(layout?.counts, [
    { x: 9, y: 118, count: 3 },
    { x: 508, y: 52, count: 2 },
  ])
})

t.test('the axis has as many times as it has room for', async (t) => {
  const cases: [name: string, spanMs: number, width: number, texts: string[]][] = [
    ['an instant', 0, 300, ['12:00:00.0', '12:00:00.5', '12:00:01.0']],
    ['seconds', 10_000, 400, ['12:00:00', '12:00:05', '12:00:10']],
    ['minutes', 200_000, 380, ['12:00:00', '12:01:00', '12:02:00', '12:03:00']],
    [
      'two days',
      2 * dayMs,
      460,
      ['09-01 12:00', '09-02 00:00', '09-02 12:00', '09-03 00:00', '09-03 12:00'],
    ],
    ['years', 1000 * dayMs, 380, ['2026-12-18', '2027-12-18', '2028-12-17']],
    ['no room', 10_000, 20, ['12:00:00']],
  ]
  for (const [name, spanMs, width, texts] of cases) {
    const layout = layOut(historyOf({ marks: [poll(0, 0), poll(spanMs / 1000, 0)] }), width, false)
    t.strictSame(
      layout?.ticks.map(({ text }) => text),
      texts,
      name,
    )
  }
  const marks = ['0001-01-01T00:00:00.000Z', '9999-12-31T00:00:00.000Z'].map((at) => ({
    ...poll(0, 0),
    at,
  }))
  t.equal(layOut(historyOf({ marks }), 60, false)?.ticks.length, 1, 'the longest span')
})

t.test('the nearest mark is found, if one is near', async (t) => {
  const layout = layOut(historyOf({ marks: [poll(0, 0), poll(1, 0), poll(100, 0)] }), width, false)
  const marks = layout?.marks ?? []
  t.equal(nearestMark(marks, 12, 118), marks[0])
  t.equal(nearestMark(marks, 16, 118), marks[1])
  t.equal(nearestMark(marks, 500, 118), undefined)
})
