import fc from 'fast-check'
import t from 'tap'
import { Clock } from '../../src/emulator/clock.js'

/** A clock over a wall clock that the test moves. */
function clockOver(wall: { now: number }) {
  return new Clock(() => wall.now)
}

t.test('the virtual clock runs at the speed of the wall clock', async (t) => {
  const wall = { now: 1000 }
  const clock = clockOver(wall)
  wall.now += 250
  t.strictSame(clock.save(), { now: 1250, isFrozen: false, aheadMs: 0 })
})

t.test('frozen it stands still, resumed it runs on from there', async (t) => {
  const wall = { now: 1000 }
  const clock = clockOver(wall)
  clock.freeze()
  wall.now += 500
  t.strictSame(clock.save(), { now: 1000, isFrozen: true, aheadMs: 0 })
  clock.resume()
  wall.now += 20
  t.strictSame(clock.save(), { now: 1020, isFrozen: false, aheadMs: -500 })
  clock.resume()
  t.equal(clock.now(), 1020, 'a clock that runs is not moved by resume')
})

t.test('it does not leave the years that ISO 8601 writes with four digits', async (t) => {
  const clock = clockOver({ now: 1000 })
  const refusal = { code: 'invalid_input', path: 'by', message: 'leads past the year 9999' }
  for (const by of [1e15, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
    t.throws(() => clock.advance(by), refusal)
  }
  t.equal(clock.now(), 1000, 'and stays where it was')
})

t.test('it can be set, forward and back, frozen or not', async (t) => {
  const wall = { now: 1000 }
  const clock = clockOver(wall)
  clock.set(5000)
  wall.now += 1
  t.equal(clock.now(), 5001)
  clock.freeze()
  clock.set(10)
  wall.now += 1
  t.match(clock.save(), { now: 10, isFrozen: true })
})

t.test('reset puts it beside the wall clock again', async (t) => {
  const wall = { now: 1000 }
  const clock = clockOver(wall)
  clock.set(5000)
  clock.freeze()
  clock.reset()
  t.strictSame(clock.save(), { now: 1000, isFrozen: false, aheadMs: 0 })
})

t.test('advance(a) then advance(b) equals advance(a + b)', async (t) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.boolean(), (a, b, frozen) => {
      const twice = clockOver({ now: 1000 })
      const once = clockOver({ now: 1000 })
      if (frozen) {
        twice.freeze()
        once.freeze()
      }
      twice.advance(a)
      twice.advance(b)
      once.advance(a + b)
      t.strictSame(twice.save(), once.save())
    }),
  )
})

t.test(
  'a saved clock shows its time again, or goes on from where it would be by now',
  async (t) => {
    const cases: [name: string, freeze: boolean, goesOn: boolean, now: number, later: number][] = [
      ['a running clock goes back', false, false, 5000, 5001],
      ['a running clock went on', false, true, 5070, 5071],
      ['a frozen clock goes back', true, false, 5000, 5000],
      ['a frozen clock stays frozen', true, true, 5000, 5000],
    ]
    for (const [name, freeze, goesOn, now, later] of cases) {
      const wall = { now: 1000 }
      const clock = clockOver(wall)
      clock.set(5000)
      if (freeze) clock.freeze()
      const state = clock.save()
      wall.now += 70
      clock.reset()
      clock.restore(state, { goesOn })
      t.equal(clock.now(), now, name)
      wall.now += 1
      t.equal(clock.now(), later, name)
      t.equal(clock.isFrozen, freeze)
    }
  },
)
