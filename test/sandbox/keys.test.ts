import t from 'tap'
import { findActions, placeAfter } from '../../sandbox/palette.js'
import { type TourFacts, tourSteps } from '../../sandbox/tour.js'

t.test('actions are found by their words, and those that begin with it come first', async (t) => {
  const actions = ['Go to Journal', 'Clear the journal', 'Journal of all', 'Faults'].map(
    (label) => ({ label, run: () => {} }),
  )
  const cases: [text: string, labels: string[]][] = [
    ['', ['Go to Journal', 'Clear the journal', 'Journal of all', 'Faults']],
    ['JOUR', ['Journal of all', 'Go to Journal', 'Clear the journal']],
    ['journal clear', ['Clear the journal']],
    ['nothing', []],
  ]
  for (const [text, labels] of cases) {
    t.strictSame(
      findActions(actions, text).map(({ label }) => label),
      labels,
      text,
    )
  }
})

t.test('keys move in a list, and stop at its ends', async (t) => {
  const cases: [key: string, place: number, count: number, next: number | undefined][] = [
    ['ArrowDown', -1, 3, 0],
    ['ArrowDown', 2, 3, 2],
    ['ArrowUp', 2, 3, 1],
    ['ArrowUp', 0, 3, 0],
    ['Home', 2, 3, 0],
    ['End', 0, 3, 2],
    ['a', 0, 3, undefined],
    ['End', 0, 0, undefined],
  ]
  for (const [key, place, count, next] of cases) t.equal(placeAfter(key, place, count), next, key)
})

t.test('the tour marks each step once it is done', async (t) => {
  const none: TourFacts = { entries: [], isClockMoved: false, faults: 0, isEntryOpen: false }
  const cases: [facts: Partial<TourFacts>, done: boolean[]][] = [
    [{}, [false, false, false, false, false]],
    [{ entries: [{ operation: 'status' }] }, [true, false, false, false, false]],
    [
      { entries: [{ operation: 'upload' }], isClockMoved: true, isEntryOpen: true, faults: 1 },
      [false, true, true, true, true],
    ],
  ]
  for (const [facts, done] of cases) {
    t.strictSame(
      tourSteps({ ...none, ...facts }).map(({ isDone }) => isDone),
      done,
    )
  }
})
