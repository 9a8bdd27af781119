import t from 'tap'
import { faultKinds, faultOf, fieldsOf, firstTexts } from '../../sandbox/fault-draft.js'
import type { FaultDefinition, FaultKind } from '../../src/domain/fault.js'

t.test('the texts of the form become a fault', async (t) => {
  const cases: [name: string, kind: FaultKind, texts: Record<string, string>, fault: object][] = [
    ['blanks', 'reset', { referenceId: ' ', times: '' }, {}],
    [
      'numbers',
      'status',
      { status: '503', skip: '1', times: '2' },
      { status: 503, skip: 1, times: 2 },
    ],
    ['what is no number', 'status', { status: 'x' }, { status: 'x' }],
    ['a probability', 'empty', { probability: '0.5' }, { probability: 0.5 }],
    ['one delay', 'delay', { delay: '2s' }, { delay: '2s' }],
    ['a delay between two', 'delay', { delay: '1s - 3s' }, { delay: { min: '1s', max: '3s' } }],
    ['texts', 'hang', { client: ' a ', atMost: '5m' }, { client: 'a', atMost: '5m' }],
    ['a field of another kind', 'hang', { bytes: '3' }, {}],
  ]
  for (const [name, kind, texts, fault] of cases) {
    t.strictSame(faultOf(kind, undefined, texts), { kind, ...fault } as FaultDefinition, name)
  }
  t.strictSame(faultOf('reset', 'status', {}), { kind: 'reset', operation: 'status' })
})

t.test('each kind has its fields, and begins with texts for some of them', async (t) => {
  for (const kind of Object.keys(faultKinds) as FaultKind[]) {
    const names = fieldsOf(kind).map(({ name }) => name)
    t.ok(names.includes('referenceId'), kind)
    for (const name of Object.keys(firstTexts[kind] ?? {})) t.ok(names.includes(name), name)
  }
})
