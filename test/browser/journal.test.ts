import { join } from 'node:path'
import t from 'tap'
import type { RunningEmulator } from '../../src/index.js'
import { fetchTokenFrom, runNode, statusPath, tokenPath } from '../support.js'
import { copyBy, eventually, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)
const path = '/__sandbox/#journal'

t.test('requests show up as they come, and a click shows both sides', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  await page.getByText('No requests yet').waitFor()
  const token = await fetchTokenFrom(emulator.url)
  await fetch(`${emulator.url}${statusPath('12346')}?api_key=hush`, {
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'an integration' },
  })
  const row = page.getByRole('button', { name: statusPath('12346') })
  const told = (await row.innerText()).replace(/\s+/g, ' ')
  t.match(
    told,
    /^\d\d:\d\d:\d\d\.\d{3} status 12346 GET \S+12346\S* There is no import "12346"; nearest: "12345" 404 \+\d+ ms$/,
  )
  await row.click()
  const details = page.getByRole('complementary')
  t.match(
    await details.getByRole('region', { name: 'Request' }).innerText(),
    /user-agent: an integration/,
  )
  t.match(
    await details.getByRole('region', { name: 'Claims' }).innerText(),
    /"client_id": "demo-client"/,
  )
  t.match(
    await details.getByRole('region', { name: 'Response' }).innerText(),
    /^404\n[\s\S]*content-type: application\/json[\s\S]*Reference ID not found/,
  )
  await page.getByRole('button', { name: tokenPath }).click()
  t.match(
    await details.getByRole('region', { name: 'Request' }).innerText(),
    /client_id=demo-client/,
  )
  const all = await page.locator('body').innerText()
  t.notMatch(all, /demo-secret|hush/)
  t.notOk(all.includes(token))
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'detached' })
})

t.test('the journal is filtered, paused and cleared', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path,
    async before(emulator) {
      await fetchTokenFrom(emulator.url)
      await poll(emulator, '12345')
      await poll(emulator, 'server-error')
    },
  })
  const list = page.getByRole('region', { name: 'Journal' })
  const rows = () => list.getByRole('listitem').count()
  t.equal(await eventually(rows, 3), 3, 'what was there before')
  await page.getByLabel('Operation').selectOption('status')
  t.equal(await eventually(rows, 2), 2)
  await page.getByLabel('Status', { exact: true }).selectOption('5')
  t.equal(await eventually(rows, 1), 1)
  await page.getByLabel('Status', { exact: true }).selectOption('any')
  await page.getByLabel('Operation').selectOption('any')
  await page.getByRole('searchbox').fill('BUCKET')
  t.equal(await eventually(rows, 1), 1, 'by reason')
  await page.getByRole('searchbox').fill('')

  await page.getByRole('button', { name: 'Pause' }).click()
  await poll(emulator, 'while-paused')
  await page.getByRole('button', { name: 'Go on (1 new)' }).waitFor()
  t.equal(await rows(), 3)
  await page.getByRole('button', { name: 'Go on (1 new)' }).click()
  await page.getByRole('button', { name: statusPath('while-paused') }).waitFor()
  t.equal(await rows(), 4)

  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('No requests yet').waitFor()
  t.equal((await emulator.journal.count()).count, 0)
  await poll(emulator, '12345')
  t.equal(await eventually(rows, 1), 1, 'it goes on after that')

  await emulator.journal.clear()
  await page.getByText('No requests yet').waitFor()
})

t.test('a request that comes while the journal is cleared stays', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  await poll(emulator, '12345')
  await page.getByRole('button', { name: statusPath('12345') }).waitFor()
  await page.route('**/__control/journal', async (route) => {
    const answer = await route.fetch()
    await poll(emulator, 'meanwhile')
    await page.getByRole('button', { name: statusPath('meanwhile') }).waitFor()
    await route.fulfill({ response: answer })
  })
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('status').getByText('The journal is empty').waitFor()
  t.equal(await page.getByRole('button', { name: statusPath('12345') }).count(), 0)
  t.equal(await page.getByRole('button', { name: statusPath('meanwhile') }).count(), 1)
})

t.test('a response that is cut off later changes its entry', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  await page.getByText('No requests yet').waitFor()
  await emulator.faults.arm({ kind: 'slow-body', bytesPerSecond: 1, operation: 'jwks' })
  const abort = new AbortController()
  await fetch(`${emulator.url}/.well-known/jwks.json`, { signal: abort.signal })
  const row = page.getByRole('button', { name: 'jwks.json' })
  await row.click()
  const outcome = page.getByRole('complementary').getByText(/^(served|aborted)$/)
  t.equal(await outcome.innerText(), 'served')
  abort.abort()
  await outcome.filter({ hasText: 'aborted' }).waitFor()
  t.equal(await row.count(), 1)
})

/** A poll that a fault strikes. */
async function pollDamaged(emulator: RunningEmulator): Promise<void> {
  await emulator.faults.arm({ kind: 'malformed', times: 1 })
  await fetch(emulator.url + statusPath('12345'))
}

t.test('"copy as test" gives a test that passes', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  const requests: [name: string, request: () => Promise<unknown>, code: RegExp][] = [
    ['a poll', () => poll(emulator, 'failed'), /imports\.put\('failed'/],
    ['a poll under a fault', () => pollDamaged(emulator), /faults\.arm\(\{ kind: 'malformed' \}\)/],
  ]
  for (const [name, request, expected] of requests) {
    await t.test(name, async (t) => {
      await emulator.journal.clear()
      await page.getByText('No requests yet').waitFor()
      await request()
      const [entry] = (await emulator.journal.find()).entries.slice(-1)
      await page.getByRole('button', { name: entry?.path as string }).click()
      const code = await copyBy(page, 'Copy as test')
      t.match(code, expected)
      const file = join(t.testdir({ 'copied.test.mjs': code }), 'copied.test.mjs')
      await t.resolves(runNode([file]), code)
    })
  }
})

t.test('an entry shows what its response rests on', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  await poll(emulator, '12345')
  await page.getByRole('button', { name: statusPath('12345') }).click()
  const details = page.getByRole('complementary')
  await details.getByText('Rests on what is documented').click()
  await details.getByText('(Check Upload Status via API)').waitFor()
  t.pass('its evidence is there')
})

t.test('a refusal explains itself, is copied, sent again, and leads to its import', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  await page.getByText('No requests yet').waitFor()
  // The figure below is exact only while no time passes.
  await emulator.clock.freeze()
  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client', flaw: 'expired' })
  const headers = { authorization: `Bearer ${access_token}` }
  await fetch(emulator.url + statusPath('12345'), { headers })
  await page.getByRole('button', { name: statusPath('12345') }).click()
  const why = page.getByRole('region', { name: 'Reason' })
  await why.getByText('time failed').waitFor()
  t.match(await why.innerText(), /60 s over/)
  t.match(await copyBy(page, 'Copy as curl'), /--flaw 'expired'\)\ncurl [\s\S]*12345'/)

  await page.getByRole('button', { name: 'Send again with a fresh token' }).click()
  await page.getByRole('region', { name: 'Now' }).getByText('"processed"').waitFor()
  t.match(
    await page.getByRole('region', { name: 'Before' }).locator('mark').first().innerText(),
    '401',
  )
  await page.keyboard.press('Escape')

  for (let count = 0; count < 3; count += 1) await poll(emulator, 'slow')
  await page.mouse.move(0, 0)
  await page.getByRole('button', { name: '3 equal polls of slow' }).waitFor()
  await page.getByRole('link', { name: 'Timeline of slow' }).click()
  await page.getByRole('complementary', { name: 'slow' }).waitFor()
  t.pass('its timeline is there')
})

t.test('a request is copied in each form', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  await poll(emulator, '12345')
  await page.getByRole('button', { name: statusPath('12345') }).click()
  const forms: [name: string, expected: RegExp][] = [
    ['curl', /^token=\$\(tao-upload-emulator token [\s\S]*\ncurl --include '/],
    ['PowerShell', /^\$token = tao-upload-emulator token [\s\S]*\nInvoke-WebRequest '/],
    ['fetch', /^import \{ execFileSync \}[\s\S]*await fetch\('/],
    ['HTTPie', /^token=\$\(tao-upload-emulator token [\s\S]*\nhttp --ignore-stdin GET '/],
    ['HAR', /"version": "1\.2"[\s\S]*"Bearer \[token /],
    ['test', /^import assert from 'node:assert\/strict'/],
  ]
  for (const [name, expected] of forms) t.match(await copyBy(page, `Copy as ${name}`), expected)
})

t.test('requests of each kind are sent again', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${access_token}` }
  const api = `${emulator.url}/api/v1/upload/api/v1`
  const tokenRequest = (secret: string, more: RequestInit = {}, fields = {}) =>
    fetch(emulator.url + tokenPath, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(secret && { client_id: 'demo-client', client_secret: secret }),
        ...fields,
      }),
      ...more,
    })
  const basic = { authorization: `Basic ${btoa('demo-client:demo-secret')}` }
  const now = page.getByRole('region', { name: 'Now' })
  const again = page.getByRole('button', { name: 'Send again', exact: true })
  const secret = page.getByLabel('Secret of demo-client')
  const cases: [name: string, send: () => Promise<unknown>, told: string, secret?: string][] = [
    ['a HEAD', () => fetch(emulator.url + statusPath('12345'), { method: 'HEAD', headers }), '200'],
    [
      'a HEAD without a token',
      () => fetch(emulator.url + statusPath('1'), { method: 'HEAD' }),
      '401',
    ],
    ['a token request', () => tokenRequest('demo-secret'), '"access_token"', 'demo-secret'],
    ['a token request with a wrong secret', () => tokenRequest('wrong'), 'invalid_client'],
    [
      'a token request by Basic',
      () => tokenRequest('', { headers: basic }, { scope: 'rostering' }),
      '"access_token"',
      'demo-secret',
    ],
    [
      'a result file',
      async () => {
        const link = await fetch(`${api}/download/12345`, { headers })
        return fetch(((await link.json()) as { signedUrl: string }).signedUrl)
      },
      'status,errorType',
    ],
    ['an unknown method', () => fetch(emulator.url + statusPath('1'), { method: 'DELETE' }), '405'],
  ]
  for (const [name, send, told, typed] of cases) {
    await send()
    const [entry] = (await emulator.journal.find({ limit: 1 })).entries
    await page.goto(`${emulator.url}/__sandbox/#journal?entry=${entry?.id}`)
    await page.getByRole('region', { name: 'Request', exact: true }).waitFor()
    if (typed !== undefined) {
      await secret.fill('')
      t.ok(await again.isDisabled(), `${name}: not without the secret`)
      await secret.fill(typed)
    }
    await again.click()
    await now.getByText(told).first().waitFor()
    const [repeated] = (await emulator.journal.find({ limit: 1 })).entries
    t.match(repeated, { method: entry?.method, path: repeated?.path.split('?')[0] }, name)
    t.equal(repeated?.response?.status, entry?.response?.status, name)
    await page.keyboard.press('Escape')
  }

  const file = new FormData()
  file.append('file', new Blob(['group_name\nAlgebra 9b\n']), 'roster.csv')
  await fetch(`${api}/upload`, { method: 'POST', headers, body: file })
  // The list holds still under the pointer.
  await page.mouse.move(0, 0)
  await page.getByRole('button', { name: 'POST /api/v1/upload/api/v1/upload' }).first().click()
  await page.getByText('The journal keeps no files.').waitFor()
  t.ok(await again.isDisabled())
  await page.getByRole('button', { name: 'Upload a file' }).click()
  await page.getByLabel('CSV file').waitFor()

  await page.getByRole('link', { name: 'Journal' }).click()
  await fetch(emulator.url + statusPath('lost'), { method: 'PUT', body: 'x' })
  await page.getByRole('button', { name: statusPath('lost') }).click()
  await page.getByText('The journal keeps no body of this request.').waitFor()
  t.ok(await again.isDisabled())
})
