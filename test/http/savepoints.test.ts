import fc from 'fast-check'
import t from 'tap'
import { startEmulator } from '../../src/index.js'

/** Requests of an integration, each with a random fault armed. */
const requests: [name: string, path: string, init?: RequestInit][] = [
  ['a poll of a progress', '/api/v1/upload/api/v1/status/slow'],
  ['a poll of a timeline', '/api/v1/upload/api/v1/status/third-poll'],
  ['a poll of a pattern', '/api/v1/upload/api/v1/status/processed-after-2-polls'],
  ['a poll of an unknown import', '/api/v1/upload/api/v1/status/none'],
  ['a download', '/api/v1/upload/api/v1/download/12345'],
  ['the keys', '/.well-known/jwks.json'],
]

function uploadOf(index: number): RequestInit {
  const part = 'Content-Disposition: form-data; name="file"; filename="users.csv"'
  const body = `--X\r\n${part}\r\n\r\nuser_username\nname-${index}\n\r\n--X--\r\n`
  return { method: 'POST', body, headers: { 'content-type': 'multipart/form-data; boundary=X' } }
}

t.test('after a restore, the same requests get the same responses', async (t) => {
  const emulator = await startEmulator({ listen: false, rowsPerSecond: 1 })
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${token}` }

  type Step = () => Promise<unknown>
  const request =
    (path: string, init: RequestInit = {}): Step =>
    async () => {
      try {
        const all = { ...headers, ...init.headers }
        const response = await emulator.inject(path, { ...init, headers: all })
        response.headers.delete('date')
        return [response.status, [...response.headers], await response.text()]
      } catch (error) {
        return String(error)
      }
    }
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...requests).map(([, path]) => request(path)) },
    fc.nat(3).map((index) => request('/api/v1/upload', uploadOf(index))),
    fc.nat(3000).map(
      (ms): Step =>
        () =>
          emulator.clock.advance(ms + 1),
    ),
    fc.constantFrom('reset' as const, 'empty' as const).map(
      (kind): Step =>
        () =>
          emulator.faults.arm({ kind, probability: 0.4, times: 3 }),
    ),
    fc.constant<Step>(() =>
      emulator.faults.arm({ kind: 'status', status: 503, probability: 0.5, operation: 'status' }),
    ),
    fc.constantFrom('12345', 'new').map(
      (id): Step =>
        () =>
          emulator.imports.put(id, {
            timeline: [{ status: 'pending' }, { afterPolls: 1, error: 'B' }],
          }),
    ),
    fc.constant<Step>(() => emulator.service.set({ contentTypes: 'charset' })),
  )
  const steps = fc.array(step, { maxLength: 12 })
  const run = async (all: readonly Step[]) => {
    const results: unknown[] = []
    for (const each of all) results.push(await each())
    const { entries } = await emulator.journal.find()
    return [results, entries.map(({ durationMs: _, ...entry }) => entry)]
  }
  await fc.assert(
    fc.asyncProperty(steps, steps, async (before, after) => {
      await emulator.reset()
      await emulator.clock.freeze()
      await emulator.clock.set(new Date(Date.UTC(2026, 0, 1)))
      await run(before)
      await emulator.savepoints.save('here')
      const first = await run(after)
      await emulator.savepoints.restore('here')
      t.strictSame(await run(after), first)
      await emulator.savepoints.restore('here')
      t.strictSame(await run(after), first, 'and again')
    }),
    { numRuns: 40 },
  )
})

t.test('savepoints are bounded in number and memory', async (t) => {
  const emulator = await startEmulator({ listen: false })
  t.teardown(() => emulator.close())
  const { savepoints } = emulator
  for (let count = 0; count < 100; count += 1) await savepoints.save(`s-${count}`)
  await savepoints.save('s-7')
  t.equal((await savepoints.list()).at(-1)?.name, 's-7', 'one of the same name is replaced')
  await t.rejects(savepoints.save('one-more'), {
    code: 'conflict',
    message:
      'A workspace keeps at most 100 savepoints: delete one, or save under a name that exists',
  })
  await savepoints.delete('s-7')
  for (let count = 0; count < 70; count += 1) {
    const headers = { 'x-large': `${count}`.padEnd(12_000, 'x') }
    await emulator.inject(`/api/v1/upload/api/v1/status/${count}`, { headers })
  }
  const save = async () => {
    for (let count = 0; count < 100; count += 1) await savepoints.save(`s-${count}`)
  }
  await t.rejects(save(), {
    code: 'conflict',
    message:
      /^The savepoints of this workspace would take 6\d MiB, and may take 64 MiB: delete one, or clear the journal$/,
  })
})

t.test('a request in flight does not change the entries of a restored journal', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  await emulator.savepoints.save('empty')
  await emulator.faults.arm({ id: 'slow', kind: 'slow-body', bytesPerSecond: 1 })
  const controller = new AbortController()
  const { signal } = controller
  const response = await fetch(`${emulator.url}/.well-known/jwks.json`, { signal })
  await emulator.savepoints.restore('empty')
  const entry = await emulator.inject('/.well-known/jwks.json')
  t.equal(entry.status, 200)
  controller.abort()
  await t.rejects(response.text())
  await fetch(`${emulator.url}/.well-known/jwks.json`)
  const { entries } = await emulator.journal.find()
  t.match(entries, [
    { id: 1, outcome: 'served' },
    { id: 2, outcome: 'served' },
  ])
})
