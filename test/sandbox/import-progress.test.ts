import t from 'tap'
import { goalOf, nextStep, stateAt, summaryOf } from '../../sandbox/import-progress.js'
import type { ImportView } from '../../src/domain/control/vocabulary.js'
import type { ImportInput } from '../../src/domain/imports/import-definition.js'

const view: ImportView = {
  referenceId: 'a',
  definition: { progress: { lines: 10, duration: '10s', outcome: 'processed' } },
  state: { status: 'pending', fileLine: 0, messages: [] },
  polls: 1,
  startedAt: '1970-01-01T00:00:00.000Z',
  finished: false,
  override: null,
}
const timeline: ImportInput = {
  timeline: [
    { status: 'pending' },
    { after: '2s', status: 'pending', fileLine: 7 },
    { afterPolls: 3, error: 'x' },
  ],
}
const failing: ImportInput = {
  progress: { lines: 10, duration: '10s', outcome: 'failed', failsAt: 5 },
}

t.test('an import that was finished or overridden stays as it is', async (t) => {
  const state = { status: 'failed', fileLine: 7, messages: [] } as const
  const cases: [string, ImportView, state: unknown, next: unknown][] = [
    [
      'neither',
      view,
      { status: 'pending', fileLine: 5, messages: [] },
      { becomes: 'processed', inMs: 5000 },
    ],
    ['finished', { ...view, state, finished: true }, state, undefined],
    ['overridden', { ...view, state, override: state }, state, undefined],
    ['a pattern', { ...view, state: null }, null, undefined],
  ]
  for (const [name, given, expected, next] of cases) {
    t.strictSame(stateAt(given, 5000), expected, name)
    t.strictSame(nextStep(given, 5000), next, name)
  }
})

t.test('the next state of an import is told with its time', async (t) => {
  const cases: [name: string, given: Partial<ImportView>, now: number, next: unknown][] = [
    ['a fixed state', { definition: { status: 'processed' } }, 0, undefined],
    ['before its start', { startedAt: null }, 0, 'first-poll'],
    ['a progress at its end', {}, 10_000, undefined],
    ['a progress that fails', { definition: failing }, 1000, { becomes: 'failed', inMs: 4000 }],
    ['a step with another line', { definition: timeline }, 500, { becomes: 'line 7', inMs: 1500 }],
    ['a step after polls', { definition: timeline }, 3000, { becomes: 'server error', inPolls: 3 }],
    ['the last step', { definition: timeline, polls: 4 }, 3000, undefined],
    [
      'a step without a line',
      { definition: { timeline: [{ error: 'a' }, { after: '1s', status: 'processed' }] } },
      0,
      { becomes: 'processed', inMs: 1000 },
    ],
    [
      'a step of the same state without a line',
      {
        definition: { timeline: [{ status: 'pending' }, { after: '1s', status: 'pending' }] },
      },
      0,
      { becomes: 'line 0', inMs: 1000 },
    ],
  ]
  for (const [name, given, now, next] of cases) {
    t.strictSame(nextStep({ ...view, ...given }, now), next, name)
  }
  t.match(stateAt({ ...view, startedAt: null }, 5000), { fileLine: 0 }, 'and no line before it')
})

t.test('a definition has a goal and a few words', async (t) => {
  const cases: [definition: ImportInput, goal: number | undefined, words: string][] = [
    [view.definition, 10, '10 lines in 10s, then processed'],
    [
      { progress: { lines: 0, duration: '1s', outcome: 'failed' } },
      undefined,
      '0 lines in 1s, then failed',
    ],
    [timeline, undefined, 'pending → pending → server error'],
    [{ timeline: [{ status: 'processed', fileLine: 4 }] }, 4, 'processed'],
    [{ timeline: [{ status: 'processed' }] }, undefined, 'processed'],
    [{ status: 'failed' }, undefined, 'failed'],
    [{ error: 'x' }, undefined, 'server error'],
  ]
  for (const [definition, goal, words] of cases) {
    t.equal(goalOf(definition), goal, words)
    t.equal(summaryOf(definition), words)
  }
})
