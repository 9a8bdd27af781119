import t from 'tap'
import { Journal } from '../../src/emulator/journal.js'
import { recordOf } from '../support.js'

t.test('the newest request takes the place of the oldest', (t) => {
  const journal = new Journal(2)
  const ids = ['/1', '/2', '/3'].map((path) => journal.add(recordOf(path)))
  t.strictSame(ids, [1, 2, 3])
  t.match(journal.find(), {
    records: [
      { id: 2, path: '/2' },
      { id: 3, path: '/3' },
    ],
    dropped: 1,
    complete: false,
  })
  t.end()
})

t.test('how an answer ended is told of its own request only', (t) => {
  const journal = new Journal(2)
  const [dropped = 0, , kept = 0] = ['/1', '/2', '/3'].map((path) => journal.add(recordOf(path)))
  const end = { outcome: 'aborted', durationMs: 5 } as const
  // The third one stands where the first one was.
  journal.end(dropped, end)
  t.strictSame(journal.find({ outcome: 'aborted' }).records, [])
  journal.end(kept, end)
  t.match(journal.find({ outcome: 'aborted' }).records, [{ path: '/3', durationMs: 5 }])
  journal.clear()
  journal.end(kept, end)
  t.strictSame(journal.find().records, [])
  t.end()
})
