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

t.test('a wait is told of an answer that is cut off', async (t) => {
  const journal = new Journal(5)
  const id = journal.add(recordOf('/1'))
  const waiting = journal.waitFor({ outcome: 'aborted' }, 1, 60_000)
  journal.end(id, { outcome: 'aborted', durationMs: 5 })
  await waiting
  t.match(journal.find({ outcome: 'aborted' }).records, [{ id }])
})

t.test('a wait ends with the journal', async (t) => {
  const journal = new Journal(5)
  const waiting = journal.waitFor({}, 1, 60_000)
  journal.close()
  await t.rejects(waiting, { code: 'not_found', message: 'The workspace was closed meanwhile' })
})

t.test('what was cleared was not dropped', async (t) => {
  const journal = new Journal(2)
  for (const path of ['/1', '/2', '/3', '/4']) journal.add(recordOf(path))
  t.strictSame(
    [0, 1, 2, 3, 9].map((id) => journal.droppedAfter(id)),
    [2, 1, 0, 0, 0],
  )
  journal.clear()
  t.equal(journal.droppedAfter(1), 0)
  t.equal(journal.get(4), undefined)
})
