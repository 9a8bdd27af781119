import t from 'tap'
import {
  markLine,
  markText,
  nextText,
  omissions,
  stepText,
  summary,
} from '../../sandbox/timeline-texts.js'
import type { HistoryMark, ImportHistory } from '../../src/domain/imports/history.js'

const at = '2026-09-01T07:12:32.500Z'
const request = { at, entryId: 7, client: 'demo-client', status: 200 }
const clock = (change: 'freeze' | 'resume' | 'set' | 'advance' | 'reset', to: string) =>
  ({ kind: 'clock', at: to, change, from: at, to }) as const

const history: ImportHistory = {
  referenceId: 'slow',
  marks: [],
  leftOut: null,
  complete: true,
  clockLeftOut: 0,
  course: [],
  next: null,
}

t.test('each event has a text', async (t) => {
  const cases: [HistoryMark, string][] = [
    [{ kind: 'poll', ...request, state: 'pending', fileLine: 1058 }, 'pending, line 1,058'],
    [{ kind: 'poll', ...request, state: 'error', fileLine: null }, 'server error'],
    [{ kind: 'fault', ...request, operation: 'status', faults: ['a'] }, 'fault a on status'],
    [
      { kind: 'fault', ...request, operation: 'status', faults: ['a', 'b'] },
      'faults a, b on status',
    ],
    [
      { kind: 'refusal', ...request, operation: 'download', reason: 'token-expired' },
      'download refused: token-expired',
    ],
    [{ kind: 'download', ...request, operation: 'download' }, 'signed URL of the result file'],
    [{ kind: 'download', ...request, operation: 'result' }, 'result file'],
    [{ kind: 'upload', ...request }, 'upload'],
    [clock('freeze', at), 'clock frozen'],
    [clock('resume', at), 'clock resumed'],
    [clock('advance', '2026-09-01T07:13:32.500Z'), 'clock advanced: 1 min forward'],
    [clock('set', '2026-09-01T07:12:02.500Z'), 'clock set: 30 s back'],
    [clock('reset', at), 'clock reset'],
    [{ kind: 'finish', at }, 'finished at once'],
    [{ kind: 'override', at, state: 'failed', fileLine: 3 }, 'override: failed, line 3'],
    [{ kind: 'clearOverride', at }, 'back to the definition'],
  ]
  for (const [mark, text] of cases) t.equal(markText(mark), text)
})

t.test('an event in a line has its time, and the facts of its request', async (t) => {
  const poll = { kind: 'poll', ...request, state: 'pending', fileLine: 1 } as const
  t.equal(markLine(poll), '07:12:32.500 · pending, line 1 · 200 · demo-client')
  t.equal(
    markLine({ ...poll, status: null, client: null }),
    '07:12:32.500 · pending, line 1 · no response',
  )
  t.equal(markLine({ kind: 'finish', at }), '07:12:32.500 · finished at once')
})

t.test('a step has a short text', async (t) => {
  const pending = { state: 'pending', fileLine: 0 } as const
  t.equal(stepText(pending), 'pending')
  t.equal(stepText(pending, { state: 'processed', fileLine: 1000 }), 'pending ↗ 1,000')
  t.equal(stepText({ state: 'failed', fileLine: 17 }), 'failed · 17')
  t.equal(stepText({ state: 'error', fileLine: null }), 'server error')
})

t.test('the next step has a text', async (t) => {
  const state = { status: 'processed', fileLine: 2, messages: [] } as const
  const poll: HistoryMark = { kind: 'poll', ...request, state: 'pending', fileLine: 0 }
  const step = { state, at: null, afterPolls: null, reached: false }
  const cases: [Partial<ImportHistory>, string | null][] = [
    [{}, null],
    [{ next: { ...step, at } }, 'processed, line 2 at 2026-09-01 07:12:32'],
    [{ next: { ...step, afterPolls: 2 } }, 'processed, line 2 after 2 polls in all'],
    [{ next: step }, 'processed, line 2, with the first poll'],
    [{ next: step, marks: [poll] }, 'processed, line 2'],
  ]
  for (const [given, text] of cases) t.equal(nextText({ ...history, ...given }), text)
})

t.test('a history says what was left out', async (t) => {
  const span = { from: at, to: '2026-09-01T07:15:00.000Z' }
  const keeps = 'left out: a history keeps the first 100 and the last 900.'
  const cases: [Partial<ImportHistory>, outside: number, sentences: string[]][] = [
    [{}, 0, []],
    [
      { leftOut: { count: 1234, ...span } },
      0,
      [`1,234 events between 07:12:32.500 and 07:15:00.000 are ${keeps}`],
    ],
    [
      { leftOut: { count: 1, ...span } },
      0,
      [`1 event between 07:12:32.500 and 07:15:00.000 is ${keeps}`],
    ],
    [
      { clockLeftOut: 1, complete: false },
      2,
      [
        '1 change of the clock is left out: the last 100 are kept.',
        'Earlier events may be missing: the workspace keeps 50,000.',
        '2 changes of the clock are in the table only: outside this span.',
      ],
    ],
  ]
  for (const [given, outside, sentences] of cases) {
    t.strictSame(omissions({ ...history, ...given }, outside), sentences)
  }
})

t.test('the picture has a summary', async (t) => {
  const poll: HistoryMark = { kind: 'poll', ...request, state: 'pending', fileLine: 5 }
  t.equal(
    summary({ ...history, marks: [poll, { kind: 'finish', at }] }),
    'Timeline of slow: 1 poll, 1 other event. Last poll: pending, line 5. The table has the same.',
  )
  t.equal(summary(history), 'Timeline of slow: 0 polls, 0 other events. The table has the same.')
})
