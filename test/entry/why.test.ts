import t from 'tap'
import { startEmulator } from '../../src/index.js'
import { runHere } from '../cli-support.js'
import { fetchTokenFrom, statusPath } from '../support.js'

t.test('why explains the last refusal of a running emulator, or one entry', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { url } = emulator
  t.match(await runHere(['why', '--url', url]), {
    code: 2,
    err: 'why: the journal has no refused request\n',
  })
  await fetchTokenFrom(url)
  await fetch(url + statusPath('12345'))
  const refused = {
    code: 0,
    out: `2  401  GET /api/v1/upload/api/v1/status/12345
  reason    token-missing: The request has no Authorization header
  checks    ✓ head  ✗ token  · signature  · claims  · time  · client  · scope  · fault  · import
  expected  Authorization: Bearer <access token>
  received  no Authorization header
  basis     documented: Check Upload Status via API
  next      Send \`Authorization: Bearer <access token>\`.
  page      ${url}/__sandbox/#journal?entry=2
  docs      ${url}/__docs/troubleshooting.html#token-missing
`,
    err: '',
  }
  t.strictSame(await runHere(['why', '--url', url]), refused)
  t.strictSame(await runHere(['why', '2'], { TAO_EMULATOR_URL: url }), refused)
  t.match(await runHere(['why', '1', '--port', new URL(url).port]), {
    out: /^1 {2}200 {2}POST .*\n {2}reason {4}served: Served\n {2}checks {4}✓ head/,
  })
  await emulator.faults.arm({ kind: 'reset', times: 1 })
  await t.rejects(fetch(`${url}/.well-known/jwks.json`))
  t.match(await runHere(['why', '--url', url]), { out: /^3 {2}--- {2}GET .*\n.*fault: / })

  await emulator.faults.arm({ kind: 'delay', delay: '1ms', times: 1 })
  await fetch(`${url}/.well-known/jwks.json`)
  t.match(await runHere(['why', '--url', url]), { out: /^4 {2}200 {2}GET .*\n.*fault: / })

  const cases: [name: string, args: string[], err: string][] = [
    ['an unknown entry', ['9'], '9: the journal has no entry with this id\n'],
    ['no id', ['last'], 'last: must be the id of a journal entry, such as 12\n'],
    ['two entries', ['1', '2'], '2: unexpected argument; why takes one entry\n'],
  ]
  for (const [name, args, err] of cases) {
    t.strictSame(await runHere(['why', '--url', url, ...args]), { code: 2, out: '', err }, name)
  }
})
