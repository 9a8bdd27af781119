import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import t from 'tap'
import { Journal } from '../../src/emulator/journal/journal.js'
import { writeEntries } from '../../src/http/control/journal-events.js'
import { recordOf } from '../support.js'

// A heartbeat keeps no process alive.
const alive = setInterval(() => {}, 1000)
t.teardown(() => clearInterval(alive))

/** A reader that takes what it gets, and never asks for more. */
const stuck = () => new Writable({ highWaterMark: 1, write() {} })

t.test('a reader without progress is closed', async (t) => {
  const journal = new Journal(5)
  const reader = stuck()
  writeEntries(reader, journal, {}, 0, 1)
  journal.add(recordOf('/1'))
  await once(reader, 'close')
  t.ok(reader.destroyed)
  t.doesNotThrow(() => journal.add(recordOf('/2')))
})

t.test('a stream is closed once, whether its reader reads or not', async (t) => {
  for (const reader of [stuck(), new PassThrough().resume()]) {
    const journal = new Journal(5)
    const errors: Error[] = []
    reader.on('error', (error) => errors.push(error))
    writeEntries(reader, journal, {}, 0, 1)
    journal.add(recordOf('/1'))
    journal.close()
    journal.clear()
    journal.close()
    await once(reader, 'close')
    t.strictSame(errors, [])
  }
})

t.test(
  'a stream says that it is alive, and that the journal was cleared while its reader was slow',
  async (t) => {
    const journal = new Journal(5)
    const reader = new PassThrough({ highWaterMark: 1 })
    writeEntries(reader, journal, {}, 0, 1)
    journal.add(recordOf('/1'))
    journal.clear()
    journal.clear()
    journal.add(recordOf('/2'))
    let text = ''
    for await (const chunk of reader) {
      text += chunk
      if (text.includes(': alive') && text.includes('/2')) break
    }
    t.equal(text.match(/event: cleared/g)?.length, 1)
    t.match(text, /\/2/)
  },
)

t.test('a reader that fails does not reach the request', async (t) => {
  const journal = new Journal(5)
  const reader = stuck()
  writeEntries(reader, journal, {}, 0)
  const closed = new Promise((resolve) => reader.once('close', resolve))
  reader.destroy(new Error('gone'))
  await closed
  t.doesNotThrow(() => journal.add(recordOf('/1')))
})
