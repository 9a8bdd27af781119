import fc from 'fast-check'
import t from 'tap'
import { fetchTokenFrom } from '../support.js'
import { startProcess } from './process.js'
import { connectionInput, validToken } from './raw-requests.js'
import { parseResponses, responseMistake } from './responses.js'
import { fuzzRuns } from './runs.js'

t.test('no bytes that a client sends end the process or get an odd response', async (t) => {
  const emulator = await startProcess(t)
  const token = await fetchTokenFrom(emulator.url)
  const before = emulator.usage()

  await fc.assert(
    fc.asyncProperty(connectionInput, async (pieces) => {
      const sent = pieces.map((piece) =>
        Buffer.from(piece.toString('latin1').replaceAll(validToken, token), 'latin1'),
      )
      for (const response of parseResponses(await emulator.exchange(sent))) {
        const mistake = responseMistake(response)
        if (mistake !== undefined) throw new Error(mistake)
      }
    }),
    fuzzRuns(3000),
  )

  const health = await fetch(`${emulator.url}/__control/health`)
  t.equal(health.status, 200)
  const after = emulator.usage()
  if (before !== undefined && after !== undefined) {
    t.ok(after.descriptors <= before.descriptors + 5, 'no descriptor stays open')
    t.ok(after.memoryMb < before.memoryMb + 200, 'memory stays bounded')
  }
  t.equal(await emulator.stop(), 0)
})
