import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { runNode, tokenPath } from '../support.js'
import { copyBy, eventually, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)
const run = promisify(execFile)

t.test('a token is made, decoded, and counted down by the virtual clock', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path: '/__sandbox/#call',
    before: (emulator) => emulator.clock.freeze(),
  })
  const token = page.getByRole('region', { name: 'Token' })
  await token.getByText('No token yet').waitFor()
  await token.getByLabel('Client').selectOption('short-lived-client')
  await token.getByRole('button', { name: 'Get a token' }).click()
  await token.getByText('expires in 5 s').waitFor()
  await token
    .getByRole('region', { name: 'Claims' })
    .getByText('"client_id": "short-lived-client"')
    .waitFor()
  await token.getByRole('region', { name: 'Header' }).getByText('"typ": "at+jwt"').waitFor()

  const accessToken = await copyBy(page, 'Copy token')
  const status = async () => {
    const answer = await fetch(`${emulator.url}/api/v1/upload/api/v1/status/12345`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    return answer.status
  }
  t.equal(await status(), 200)
  await emulator.clock.advance('2s')
  await token.getByText('expires in 3 s').waitFor()
  await page.getByRole('button', { name: '+5 s' }).click()
  await token.getByText('expired 2 s ago').waitFor()
  t.equal(await status(), 401)

  await token.getByLabel('Client').selectOption('unscoped-client')
  await token.getByLabel('Lifetime, s').fill('90')
  await token.getByLabel('Scopes').fill('one rostering')
  await token.getByRole('button', { name: 'Get a token' }).click()
  await token.getByText('expires in 1 min 30 s').waitFor()
  await token.getByText('"scope": "one rostering"').waitFor()
})

t.test('flawed tokens are made, and refused', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#call' })
  const command = () => page.getByRole('region', { name: 'Command' }).innerText()
  const flaws: [flaw: string, told: RegExp, reason: string][] = [
    ['none', /^expires in/, 'served'],
    ['expired', /^expired/, 'token-expired'],
    ['not-yet-valid', /^not valid for another/, 'token-not-yet-valid'],
    ['wrong-signature', /^expires in/, 'token-signature'],
    ['wrong-key', /^expires in/, 'token-signature'],
    ['wrong-issuer', /^expires in/, 'token-issuer'],
    ['wrong-audience', /^expires in/, 'token-audience'],
    ['unsigned', /^expires in/, 'token-algorithm'],
    ['malformed', /./, 'token-malformed'],
  ]
  for (const [index, [flaw, told, reason]] of flaws.entries()) {
    const before = await command()
    await page.getByLabel('Flaw').selectOption(flaw)
    await page.getByRole('button', { name: 'Get a token' }).click()
    t.ok(await eventually(async () => (await command()) !== before, true), `${flaw}: a new token`)
    t.match(await page.locator('.lifetime').innerText(), told, flaw)
    await page.getByRole('button', { name: 'Try it' }).click()
    const { entries } = await emulator.journal.waitFor({}, { count: index + 1, timeout: '30s' })
    t.equal(entries.at(-1)?.reason.code, reason, flaw)
    const status = reason === 'served' ? '200 OK' : '401 Unauthorized'
    await page.getByText(`HTTP/1.1 ${status}`).waitFor()
  }
})

t.test('a call is tried, and its response is shown raw', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#call' })
  const answer = page.getByRole('region', { name: 'Response', exact: true })
  const call = page.getByRole('region', { name: 'Call' })
  const paths: Record<string, string> = {
    status: '/api/v1/upload/api/v1/status/',
    token: tokenPath,
    jwks: '/.well-known/jwks.json',
    metadata: '/.well-known/oauth-authorization-server',
  }
  const attempt = async (endpoint: string, statusLine: string) => {
    await call
      .getByRole('group', { name: 'Endpoint' })
      .getByRole('button', { name: endpoint })
      .click()
    await call.getByRole('button', { name: 'Try it' }).click()
    await answer.getByText(paths[endpoint] as string).waitFor()
    await answer.getByText(statusLine).waitFor()
    return {
      headers: await answer.getByRole('region', { name: 'Headers of the response' }).innerText(),
      body: await answer.getByRole('region', { name: 'Body of the response' }).innerText(),
    }
  }
  const refused = await attempt('status', 'HTTP/1.1 401 Unauthorized')
  t.equal(refused.body, 'Access Denied')
  t.match(refused.headers, /^content-type: text\/plain$/m)
  t.match(refused.headers, /^www-authenticate: Bearer realm="tao-advance"$/m)

  await page.getByRole('button', { name: 'Get a token' }).click()
  await page.getByText('expires in').waitFor()
  const told = await attempt('status', 'HTTP/1.1 200 OK')
  t.equal(told.body, '{"result":{"status":"processed","fileLine":2,"messages":[]}}')
  t.match(told.headers, /^content-type: application\/json$/m)
  await call.getByLabel('Reference id').fill('a/../b?#💥')
  const unknown = await attempt('status', 'HTTP/1.1 404 Not Found')
  t.match(unknown.body, /Reference ID not found/)

  t.match((await attempt('jwks', 'HTTP/1.1 200 OK')).body, /^\{"keys":\[/)
  t.match((await attempt('metadata', 'HTTP/1.1 200 OK')).body, /^\{"issuer":/)
  t.match((await attempt('token', 'HTTP/1.1 401 Unauthorized')).body, /invalid_client/)
  await call.getByLabel('Secret of demo-client').fill('demo-secret')
  t.match((await attempt('token', 'HTTP/1.1 200 OK')).body, /^\{"access_token":"eyJ/)
  const { entries } = await emulator.journal.find()
  t.strictSame(
    entries.map(({ operation, response }) => [operation, response?.status]),
    [
      ['status', 401],
      ['status', 200],
      ['status', 404],
      ['jwks', 200],
      ['metadata', 200],
      ['token', 401],
      ['token', 200],
    ],
  )
})

t.test('commands that are copied work', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#call' })
  const id = `it's "quoted" $HOME \\ %`
  await emulator.imports.put(id, { status: 'processed', fileLine: 7 })
  await page.getByRole('button', { name: 'Get a token' }).click()
  await page.getByText('expires in').waitFor()
  await page.getByLabel('Reference id').fill(id)
  const commandOf = async (endpoint: string, language: string) => {
    await page
      .getByRole('group', { name: 'Endpoint' })
      .getByRole('button', { name: endpoint })
      .click()
    await page
      .getByRole('group', { name: 'Language' })
      .getByRole('button', { name: language })
      .click()
    return copyBy(page, 'Copy command')
  }
  const curl = async (command: string) => (await run('bash', ['-c', command])).stdout
  const node = async (code: string) => {
    const file = join(t.testdir({ 'call.mjs': code }), 'call.mjs')
    return (await runNode([file])).stdout
  }
  t.match(await curl(await commandOf('status', 'curl')), /200 OK[\s\S]*"fileLine":7/)
  t.match(await node(await commandOf('status', 'fetch')), /^200 .*"fileLine":7/)
  t.match(
    await commandOf('status', 'HTTPie'),
    /^http --ignore-stdin GET 'http:.*\/status\/it'\\''s%20%22quoted%22%20%24HOME%20%5C%20%25' \\\n {2}'Authorization:Bearer eyJ[^']+'$/,
  )
  for (const endpoint of ['jwks', 'metadata']) {
    t.match(await curl(await commandOf(endpoint, 'curl')), /200 OK/, endpoint)
    t.match(await node(await commandOf(endpoint, 'fetch')), /^200 /, endpoint)
  }
  await page.getByRole('button', { name: 'token', exact: true }).click()
  await page.getByLabel('Secret of demo-client').fill('demo-secret')
  t.match(await curl(await commandOf('token', 'curl')), /200 OK[\s\S]*"access_token"/)
  t.match(await node(await commandOf('token', 'fetch')), /^200 .*"access_token"/)
  t.equal(
    await commandOf('token', 'HTTPie'),
    [
      `http --ignore-stdin --form POST '${emulator.url}/api/v1/upload/v1/oauth2/tokens'`,
      "'grant_type=client_credentials'",
      "'client_id=demo-client'",
      "'client_secret=demo-secret'",
    ].join(' \\\n  '),
  )
  t.match(await poll(emulator, id), [200, { fileLine: 7 }])
})

t.test('a refused call is explained, and the next step is one click away', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#call' })
  const attempt = () => page.getByRole('button', { name: 'Try it' }).click()
  const why = page.getByRole('region', { name: 'Reason' })
  await page.getByLabel('Flaw').selectOption('expired')
  await page.getByRole('button', { name: 'Get a token' }).click()
  await page.getByText(/^expired \d/).waitFor()
  await attempt()
  await why.getByText('time failed').waitFor()
  const checks = why.getByRole('listitem').filter({ hasText: /passed|failed/ })
  t.strictSame(
    (await checks.allInnerTexts()).map((it) => it.replace(/\s+/g, ' ')),
    ['✓ head passed', '✓ token passed', '✓ signature passed', '✓ claims passed', '✗ time failed'],
    'the checks stand in their order',
  )
  const link = why.getByRole('link', { name: 'token-expired' })
  t.match(await link.getAttribute('href'), /troubleshooting\.html#token-expired$/)

  await why.getByRole('button', { name: 'Get a fresh token' }).click()
  await page.getByText('expires in').waitFor()
  await attempt()
  await page.getByText('HTTP/1.1 200 OK').waitFor()
  t.equal(await why.count(), 0, 'a call that was served needs none')

  await emulator.faults.arm({ kind: 'reset' })
  await attempt()
  await why.getByText('fault failed').waitFor()
  await page.getByText('The connection closed before the response was complete').waitFor()
})
