import t from 'tap'
import { withoutProxy } from '../../src/exec-environment.js'
import { lastRefusals } from '../../src/last-refusals.js'
import { buildApp, recordOf, statusPath } from '../support.js'

t.test('the loopback interface is kept from proxies, beside what is set already', async (t) => {
  const cases: [string, environment: Record<string, string>, names: string][] = [
    ['nothing', {}, 'localhost,127.0.0.1,::1'],
    ['an empty variable', { NO_PROXY: '' }, 'localhost,127.0.0.1,::1'],
    [
      'other hosts',
      { NO_PROXY: 'a.example, b.example' },
      'a.example,b.example,localhost,127.0.0.1,::1',
    ],
    ['the variable in small letters', { no_proxy: 'localhost' }, 'localhost,127.0.0.1,::1'],
    ['every host', { NO_PROXY: 'a,*' }, '*'],
  ]
  for (const [name, environment, names] of cases) {
    t.strictSame(withoutProxy(environment), { NO_PROXY: names, no_proxy: names }, name)
  }
})

t.test('a request that was aborted before a response is listed', async (t) => {
  const { emulator } = await buildApp(t)
  const reason = { code: 'client-gone', message: 'The client went away' } as const
  emulator.main.journal.add(recordOf('/served'))
  emulator.main.journal.add({ ...recordOf('/a'), status: undefined, outcome: 'aborted', reason })
  t.equal(
    lastRefusals(emulator),
    'tao-upload-emulator refused requests (all):\n  --- GET status - The client went away\n',
  )
})

t.test('the last refusals are listed, and no more than ten', async (t) => {
  const { app, emulator } = await buildApp(t)
  t.equal(lastRefusals(emulator), '')
  await app.inject(`/${'x'.repeat(3)}\u202e?client_secret=hush`)
  for (let index = 0; index < 11; index += 1) await app.inject(statusPath(String(index)))
  emulator.main.faults.arm({ kind: 'reset' })
  await app.inject(statusPath('last')).catch(() => {})
  const [head, ...lines] = lastRefusals(emulator).trimEnd().split('\n')
  t.equal(head, 'tao-upload-emulator refused requests (the last 10 of 13):')
  t.equal(lines.length, 10)
  t.equal(lines[8], '  401 GET status "10" - The request has no Authorization header')
  t.match(lines[9], /^ {2}--- GET status "last" - Fault "fault-1": reset/)
})
