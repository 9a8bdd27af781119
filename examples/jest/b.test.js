import { expect, test } from '@jest/globals'
import { emulatorFor } from '../emulator.js'
import { waitForImport } from '../wait-for-import.js'

const emulator = emulatorFor('jest-b')

test('a roster that fails half way is reported', async () => {
  await emulator.clock.freeze()
  await emulator.imports.put('roster', {
    progress: {
      lines: 1000,
      duration: '10m',
      outcome: 'failed',
      failsAt: 500,
      messages: ['Line 501'],
    },
  })

  const waiting = waitForImport(emulator.url, 'roster')
  // Nobody sleeps: the second poll has come, and ten minutes are over.
  await emulator.journal.waitFor({ referenceId: 'roster' }, { count: 2 })
  await emulator.clock.advance('10m')
  expect(await waiting).toEqual({ status: 'failed', fileLine: 500, messages: ['Line 501'] })

  const { count } = await emulator.journal.count({ operation: 'token' })
  expect(count).toBe(1)
})
