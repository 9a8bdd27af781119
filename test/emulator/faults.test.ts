import t from 'tap'
import type { FaultDefinition } from '../../src/domain/fault.js'
import { Faults } from '../../src/emulator/faults/armed-faults.js'

const facts = { operation: 'status', referenceId: 'a', client: 'demo-client' }

/** Returns the faults of a number of requests: their ids, or nothing. */
function draw(faults: Faults, count: number): string[] {
  return Array.from({ length: count }, () => faults.draw(facts)?.ids.join('+') ?? '')
}

const reset = (more: object = {}): FaultDefinition => ({ kind: 'reset', ...more })

t.test('a fault skips some requests, applies to some, and is used up', async (t) => {
  const cases: [string, faults: FaultDefinition[], expected: string[]][] = [
    ['always', [reset()], ['fault-1', 'fault-1', 'fault-1', 'fault-1']],
    ['not at first', [reset({ skip: 2 })], ['', '', 'fault-1', 'fault-1']],
    ['not for ever', [reset({ times: 2 })], ['fault-1', 'fault-1', '', '']],
    ['both', [reset({ skip: 1, times: 2 })], ['', 'fault-1', 'fault-1', '']],
    [
      'the next one after that',
      [reset({ times: 1 }), reset({ id: 'b' })],
      ['fault-1', 'b', 'b', 'b'],
    ],
    [
      'a delay beside another kind',
      [{ kind: 'delay', delay: '1s', id: 'late' }, reset({ times: 2 })],
      ['late+fault-2', 'late+fault-2', 'late', 'late'],
    ],
    [
      'one delay alone',
      [
        { kind: 'delay', delay: '1s', id: 'late', skip: 2 },
        { kind: 'delay', delay: '2s', id: 'later' },
      ],
      ['later', 'later', 'late', 'late'],
    ],
  ]
  for (const [name, definitions, expected] of cases) {
    t.test(name, async (t) => t.strictSame(draw(new Faults(definitions, 1), 4), expected))
  }
})

t.test('delays add up', async (t) => {
  const faults = new Faults([reset({ delay: '2s' }), { kind: 'delay', delay: '500ms' }], 1)
  t.strictSame(faults.draw(facts), {
    ids: ['fault-2', 'fault-1'],
    fault: reset({ delay: '2s' }),
    delayMs: 2500,
  })
})

t.test('the same seed and the same requests give the same faults', async (t) => {
  const definitions = [reset({ probability: 0.3 }), reset({ id: 'b', probability: 0.5 })]
  const first = draw(new Faults(definitions, 7), 200)
  t.strictSame(draw(new Faults(definitions, 7), 200), first)
  t.notSame(draw(new Faults(definitions, 8), 200), first)

  const faults = new Faults(definitions, 7)
  draw(faults, 50)
  faults.reset()
  t.strictSame(draw(faults, 200), first, 'also after a reset')

  const share = first.filter((ids) => ids === 'fault-1').length / first.length
  t.ok(share > 0.2 && share < 0.4, `a probability of 0.3 applied to ${share}`)
})

t.test('ids are given, and never twice', async (t) => {
  const faults = new Faults([reset(), reset({ id: 'fault-3' })], 1)
  t.strictSame(faults.arm(reset()).id, 'fault-4')
  faults.disarm('fault-4')
  t.strictSame(faults.arm(reset()).id, 'fault-4')
  t.throws(() => faults.arm(reset({ id: 'fault-3' })), {
    code: 'conflict',
    path: 'id',
    message: 'The fault "fault-3" is armed already: disarm it first',
  })
  t.strictSame(
    new Faults([reset(), reset({ id: 'fault-1' })], 1).list().map(({ id }) => id),
    ['fault-2', 'fault-1'],
    'one that is named in the scenario is left to it',
  )
})

t.test('an edited scenario keeps what did not change', async (t) => {
  const faults = new Faults([reset({ id: 'a' }), reset({ id: 'b' })], 1)
  faults.arm(reset({ id: 'own' }))
  draw(faults, 3)
  const counts = () => faults.list().map(({ id, applied }) => `${id} ${applied}`)

  faults.load([reset({ id: 'a' }), reset({ id: 'b' })])
  t.strictSame(counts(), ['a 3', 'b 0', 'own 0'])
  faults.load([reset({ id: 'a' }), reset({ id: 'c' })])
  t.strictSame(counts(), ['a 3', 'c 0', 'own 0'])
  faults.load([reset({ id: 'a', times: 9 })])
  t.strictSame(counts(), ['a 0', 'own 0'])
  faults.clear()
  t.strictSame([counts(), faults.isArmed], [[], false])
  faults.reset()
  t.strictSame(counts(), ['a 0'])
})

t.test('an edit and the control vocabulary take nothing from each other', async (t) => {
  const faults = new Faults([reset({ times: 1 })], 1)
  const timesOf = () => faults.list().map(({ id, definition }) => `${id} ${definition.times}`)
  faults.arm(reset({ times: 100 }))
  t.strictSame(timesOf(), ['fault-1 1', 'fault-2 100'])

  faults.load([reset({ times: 1 }), reset({ times: 2 })])
  t.strictSame(timesOf(), ['fault-1 1', 'fault-3 2', 'fault-2 100'], 'an id that is taken')
  faults.disarm('fault-1')
  faults.load([reset({ times: 1 }), reset({ times: 3 })])
  t.strictSame(timesOf(), ['fault-3 3', 'fault-2 100'], 'what was disarmed stays so')
  faults.load([reset({ times: 4 }), reset({ times: 3 })])
  t.strictSame(timesOf(), ['fault-1 4', 'fault-3 3', 'fault-2 100'], 'until it is another one')

  faults.load([reset({ id: 'fault-2' })])
  t.strictSame(timesOf(), ['fault-2 100'], 'an id that the edit names itself')
  faults.load([])
  t.strictSame(timesOf(), ['fault-2 100'])
  faults.disarm('fault-2')
  faults.load([reset({ id: 'a', times: 5 })])
  faults.disarm('a')
  faults.arm(reset({ id: 'a', times: 101 }))
  faults.load([reset({ id: 'a', times: 6 })])
  t.strictSame(timesOf(), ['a 101'], 'one that was armed in place of that of the scenario')
})
