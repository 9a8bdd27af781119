import t from 'tap'
import { failureOf, fixedAt, lineAt, type Settable } from '../../sandbox/set-state.js'
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

t.test('a state that is set keeps the line that the import has reached', async (t) => {
  const cases: [kind: Settable, state: unknown][] = [
    ['processed', { status: 'processed', fileLine: 10 }],
    ['pending', { status: 'pending', fileLine: 4 }],
    ['processing', { status: 'processing', fileLine: 4 }],
    ['failed', { status: 'failed', fileLine: 4, messages: ['Line 5: set to fail in the sandbox'] }],
    ['error', { error: 'Set to fail in the sandbox' }],
  ]
  for (const [kind, state] of cases) t.strictSame(fixedAt(kind, view, 4000), state, kind)
  const fixed: ImportView = {
    ...view,
    definition: { status: 'failed', fileLine: 7 },
    state: { status: 'failed', fileLine: 7, messages: [] },
  }
  t.strictSame(fixedAt('processed', fixed, 0), { status: 'processed', fileLine: 7 })
  t.equal(lineAt({ ...view, state: { error: 'x' }, definition: { error: 'x' } }, 0), 0)
  t.equal(lineAt({ ...view, state: null }, 0), 0)
})

t.test('a failure is read as it was typed', async (t) => {
  const cases: [line: string, messages: string, state: unknown][] = [
    ['17', 'First\n\nSecond', { status: 'failed', fileLine: 17, messages: ['First', 'Second'] }],
    ['many', ' ', { status: 'failed', fileLine: 'many', messages: [] }],
    ['', '', { status: 'failed', fileLine: undefined, messages: [] }],
  ]
  for (const [line, messages, state] of cases) t.strictSame(failureOf(line, messages), state)
})
