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
  t.strictSame(clock.get(), { now: 1250, frozen: false })
})

t.test('frozen it stands still, resumed it runs on from there', async (t) => {
  const wall = { now: 1000 }
  const clock = clockOver(wall)
  clock.freeze()
  wall.now += 500
  t.strictSame(clock.get(), { now: 1000, frozen: true })
  clock.resume()
  wall.now += 20
  t.strictSame(clock.get(), { now: 1020, frozen: false })
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
  t.strictSame(clock.get(), { now: 10, frozen: true })
})

t.test('reset puts it beside the wall clock again', async (t) => {
  const wall = { now: 1000 }
  const clock = clockOver(wall)
  clock.set(5000)
  clock.freeze()
  clock.reset()
  t.strictSame(clock.get(), { now: 1000, frozen: false })
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
      t.strictSame(twice.get(), once.get())
    }),
  )
})
