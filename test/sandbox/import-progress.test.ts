import t from 'tap'
import { nextStep, stateAt } from '../../sandbox/import-progress.js'
import type { ImportView } from '../../src/domain/control/vocabulary.js'

const view: ImportView = {
  referenceId: 'a',
  definition: { progress: { lines: 10, duration: '10s', outcome: 'processed' } },
  state: { status: 'pending', fileLine: 0, messages: [] },
  polls: 1,
  startedAt: '1970-01-01T00:00:00.000Z',
  finished: false,
  override: null,
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
  ]
  for (const [name, given, expected, next] of cases) {
    t.strictSame(stateAt(given, 5000), expected, name)
    t.strictSame(nextStep(given, 5000), next, name)
  }
})
