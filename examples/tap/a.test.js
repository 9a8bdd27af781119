import t from 'tap'
import { emulatorFor } from '../emulator.js'
import { waitForImport } from '../wait-for-import.js'

const emulator = emulatorFor('tap-a')

t.test('a roster is polled until it is processed', async (t) => {
  await emulator.clock.freeze()
  await emulator.imports.put('roster', {
    progress: { lines: 1000, duration: '10m', outcome: 'processed' },
  })

  const waiting = waitForImport(emulator.url, 'roster')
  // Nobody sleeps: the second poll has come, and ten minutes are over.
  await emulator.journal.waitFor({ referenceId: 'roster' }, { count: 2 })
  await emulator.clock.advance('10m')
  t.strictSame(await waiting, { status: 'processed', fileLine: 1000, messages: [] })

  const { count } = await emulator.journal.count({ operation: 'token' })
  t.equal(count, 1, 'one token for all polls')
})
