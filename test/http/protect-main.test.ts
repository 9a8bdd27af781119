import t from 'tap'
import { controlRoutes } from '../../src/domain/control/routes.js'
import { startEmulator } from '../../src/index.js'

t.test('the main workspace of a shared sandbox is protected, and no other one', async (t) => {
  const emulator = await startEmulator({ listen: false, protectMain: true })
  t.teardown(() => emulator.close())
  await emulator.imports.put('a', { status: 'pending' })
  await emulator.savepoints.save('a')
  const refusal = (name: string) => ({
    code: 'forbidden',
    message: `The main workspace is protected against ${name} (--protect-main). Use a workspace of your own, such as /w/my-name`,
  })
  const { imports, clients, journal, report, faults, uploads, savepoints, state } = emulator
  const document = await state.export()
  const refused: [name: string, call: () => Promise<unknown>][] = [
    ['imports.delete', () => imports.delete('a')],
    ['clients.delete', () => clients.delete('demo-client')],
    ['journal.clear', () => journal.clear()],
    ['report.reset', () => report.reset()],
    ['faults.disarm', () => faults.disarm('a')],
    ['faults.clear', () => faults.clear()],
    ['uploads.disarm', () => uploads.disarm('a')],
    ['uploads.clear', () => uploads.clear()],
    ['savepoints.restore', () => savepoints.restore('a')],
    ['savepoints.delete', () => savepoints.delete('a')],
    ['state.import', () => state.import(document)],
    ['scenario.load', () => emulator.scenario.load({})],
    ['reset', () => emulator.reset()],
  ]
  for (const [name, call] of refused) await t.rejects(call(), refusal(name), name)
  const erasing = Object.entries(controlRoutes).filter(([, route]) => 'erases' in route)
  t.strictSame(refused.map(([name]) => name).sort(), erasing.map(([name]) => name).sort())
  t.equal((await imports.get('a')).referenceId, 'a')

  const own = emulator.workspace('own')
  await own.imports.put('b', { status: 'pending' })
  await own.imports.delete('b')
  await own.reset()
  await emulator.workspaces.delete('own')

  const response = await emulator.inject('/__control/reset', { method: 'POST' })
  t.strictSame(
    [response.status, await response.json()],
    [403, { error: 'forbidden', message: refusal('reset').message }],
  )
})
