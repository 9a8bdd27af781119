import t from 'tap'
import {
  definitionOf,
  draftOf,
  newDraft,
  newStep,
  numberOrText,
  withStep,
} from '../../sandbox/import-draft.js'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'

t.test('an import that is opened and saved is the same import', async (t) => {
  const definitions: ImportDefinition[] = [
    { status: 'pending' },
    { status: 'processing', fileLine: 3 },
    { status: 'failed', fileLine: 41, messages: ['First', 'Second'] },
    { error: 'Out of disk' },
    { timeline: [{ status: 'pending' }, { after: '5s', status: 'processed', fileLine: 2 }] },
    { timeline: [{ status: 'pending' }, { afterPolls: 2, error: 'No' }], startsAt: 'load' },
    { timeline: [{ error: 'No' }, { after: '1m', status: 'failed', messages: ['a'] }] },
    { progress: { lines: 10, duration: '5s', outcome: 'processed' } },
    {
      progress: { lines: 10, duration: '5s', outcome: 'processed', runningStatus: 'processing' },
      startsAt: 'load',
    },
    {
      progress: { lines: 10, duration: '5s', outcome: 'failed', failsAt: 4, messages: ['a', 'b'] },
    },
  ]
  for (const definition of definitions) {
    t.strictSame(definitionOf(draftOf(definition)), definition, JSON.stringify(definition))
  }
})

t.test('milliseconds are shown with their unit', async (t) => {
  const progress = { lines: 10, duration: 2500, outcome: 'processed' } as const
  t.equal(draftOf({ progress }).duration, '2500ms')
  const timeline = [{ status: 'pending' }, { after: 5000, error: 'No' }] as const
  t.match(draftOf({ timeline }).steps, [{}, { condition: 'after', amount: '5000ms' }])
})

t.test('a new import is processed at once', async (t) => {
  t.strictSame(definitionOf(newDraft), { status: 'processed' })
})

t.test('a field that is out of sight is not sent', async (t) => {
  const draft = { ...newDraft, form: 'progress', failsAt: '4' } as const
  t.strictSame(definitionOf(draft), {
    progress: { lines: 1000, duration: '30s', outcome: 'processed' },
  })
})

t.test('a number is a number, and any other text stays what it is', async (t) => {
  t.strictSame(['', '  ', ' 5 ', '-1', '{n}'].map(numberOrText), [
    undefined,
    undefined,
    5,
    '-1',
    '{n}',
  ])
})

t.test('a further step fits to the steps that are there', async (t) => {
  const error = { ...newStep, status: 'error', error: 'No' }
  const later = (amount: string) => ({ ...newStep, status: 'error', error: 'No', amount })
  t.strictSame(withStep([]).length, 2, 'the first step, and an end')
  t.match(withStep([error]), [error, { status: 'processed', fileLine: '' }])
  t.match(withStep([error, { ...newStep, amount: '9s' }]), [
    error,
    { status: 'pending', fileLine: '', amount: '9s' },
    { status: 'processed', amount: '14s' },
  ])
  t.match(withStep([error, later('soon')]).at(-1), { amount: '5s' }, 'what is no duration')
  t.match(
    withStep([error, { ...later('often'), condition: 'afterPolls' }]).at(-1),
    { condition: 'afterPolls', amount: '1' },
    'what is no number',
  )
})
