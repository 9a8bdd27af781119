import { startEmulator } from '../../dist/library/index.js'

// Prints the milliseconds of each save and each restore, with 100 changed imports out of 100,000 and a full journal.
const [times] = process.argv.slice(2).map(Number)

const imports = Array.from({ length: 100_000 }, (_, index) => ({
  referenceId: `roster-${index}`,
  status: 'processed',
  fileLine: index,
}))
const emulator = await startEmulator({ listen: false, fixtures: { imports } })
const { access_token: token } = await emulator.tokens.mint({ scopes: ['rostering'] })
const headers = { authorization: `Bearer ${token}` }

async function change(status) {
  for (let index = 0; index < 100; index += 1) {
    await emulator.imports.put(`roster-${index}`, { status })
    await emulator.inject(`/api/v1/upload/api/v1/status/roster-${index}`, { headers })
  }
}

async function timed(call) {
  const startedAt = performance.now()
  await call()
  return performance.now() - startedAt
}

// The journal keeps 1,000 requests.
for (let count = 0; count < 10; count += 1) await change('pending')
const results = { saveMs: [], restoreMs: [] }
for (let count = 0; count < times; count += 1) {
  results.saveMs.push(await timed(() => emulator.savepoints.save('before')))
  await change('failed')
  results.restoreMs.push(await timed(() => emulator.savepoints.restore('before')))
}
await emulator.close()
process.stdout.write(JSON.stringify(results))
