import t from 'tap'
import type { JournalFilter } from '../../src/domain/journal.js'
import { cutReason, Journal } from '../../src/emulator/journal/journal.js'
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

t.test('the end of a response changes the entry of its own request only', (t) => {
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

t.test('a wait sees a response that is cut off', async (t) => {
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

t.test('cleared entries are not dropped ones', async (t) => {
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

t.test('the oldest entries make room when the journal has too many bytes', async (t) => {
  const journal = new Journal(100, 10_000)
  for (let index = 1; index <= 20; index += 1) {
    journal.add({ ...recordOf(`/${index}`), requestBody: 'x'.repeat(1000) })
  }
  const { records, dropped, complete } = journal.find()
  t.equal(records.at(-1)?.id, 20)
  t.ok(records.length >= 6 && records.length < 10, `${records.length} are kept`)
  t.equal(dropped, 20 - records.length)
  t.notOk(complete)
  t.equal(journal.get(1), undefined)
  t.equal([...journal.after(0)].length, records.length)

  journal.add({ ...recordOf('/large'), requestBody: 'x'.repeat(20_000) })
  t.match(journal.find().records, [{ path: '/large' }], 'the last one stays, however large')
  journal.add({ ...recordOf('/small'), requestHeaders: ['a', 'b'] })
  t.match(journal.find().records, [{ path: '/small' }])
})

t.test('texts that entries share are counted once', async (t) => {
  const journal = new Journal(100, 100_000)
  const requestHeaders = ['authorization', 'x'.repeat(10_000)]
  for (let index = 1; index <= 50; index += 1) {
    journal.add({ ...recordOf('/1'), requestHeaders: [...requestHeaders] })
  }
  t.equal(journal.find().records.length, 50)
})

t.test('a journal is read in pages, from its end', async (t) => {
  const journal = new Journal(10)
  for (let index = 1; index <= 5; index += 1) journal.add(recordOf(`/${index}`))
  const cases: [string, JournalFilter, ids: number[], complete: boolean][] = [
    ['all', {}, [1, 2, 3, 4, 5], true],
    ['the last two', { limit: 2 }, [4, 5], false],
    ['the two before', { limit: 2, before: 4 }, [2, 3], false],
    ['the rest', { limit: 2, before: 2 }, [1], true],
    ['between two', { since: 1, before: 4 }, [2, 3], true],
    ['as many as there are', { limit: 5 }, [1, 2, 3, 4, 5], true],
    ['before all', { before: 1 }, [], true],
  ]
  for (const [name, filter, ids, complete] of cases) {
    t.test(name, async (t) => {
      const found = journal.find(filter)
      t.strictSame(
        found.records.map(({ id }) => id),
        ids,
      )
      t.equal(found.complete, complete)
      const { limit: _, ...all } = filter
      t.equal(journal.count(filter).count, journal.find(all).records.length)
    })
  }
})

t.test('a follower that throws is dropped, and the request goes on', async (t) => {
  const journal = new Journal(10)
  let calls = 0
  journal.follow({
    onEntry() {
      calls += 1
      throw new Error('a fault of the follower')
    },
    onChange() {},
    onClear() {},
    onClose() {},
  })
  t.equal(journal.add(recordOf('/1')), 1)
  t.equal(journal.add(recordOf('/2')), 2)
  t.equal(calls, 1)
})

t.test('a wait counts what is there, and not what was dropped meanwhile', async (t) => {
  const journal = new Journal(2)
  const waiting = journal.waitFor({ status: 200 }, 2, 60_000)
  journal.add(recordOf('/1'))
  for (let index = 0; index < 3; index += 1) journal.add({ ...recordOf('/x'), status: 404 })
  journal.add(recordOf('/2'))
  let isOver = false
  waiting.then(() => {
    isOver = true
  })
  await new Promise(setImmediate)
  t.notOk(isOver)
  journal.add(recordOf('/3'))
  await waiting
})

t.test('a long reason is cut', async (t) => {
  const message = 'x'.repeat(3000)
  t.equal(cutReason({ code: 'served', message }).message, `${'x'.repeat(2000)}… [3000 characters]`)
  const short = { code: 'served', message: 'x' } as const
  t.equal(cutReason(short), short)
})
