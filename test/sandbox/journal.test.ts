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
    /^\d\d:\d\d:\d\d\.\d{3} GET \S+12346\S* 404 [\d.]+ ms demo-client There is no import "12346"; nearest: "12345"$/,
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

t.test('what comes while the journal is cleared stays', async (t) => {
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

/** A poll that a fault strikes, however it ends. */
const pollUnder =
  (fault: Parameters<RunningEmulator['faults']['arm']>[0]): Request =>
  async (emulator) => {
    await emulator.faults.arm({ ...fault, times: 1 })
    await emulator.imports.put('faulty', { status: 'processed', fileLine: 5 })
    await poll(emulator, 'faulty').catch(() => {})
  }

const upload: Request = async ({ url, tokens }) => {
  const { access_token } = await tokens.mint({ clientId: 'demo-client' })
  const form = new FormData()
  form.append('file', new Blob(['group_name\nDrawing 5a\n']), 'groups.csv')
  const headers = { authorization: `Bearer ${access_token}` }
  return fetch(`${url}/api/v1/upload/api/v1/upload`, { method: 'POST', headers, body: form })
}

const downloadOf =
  (definition: Parameters<RunningEmulator['imports']['put']>[1]) =>
  async ({ url, tokens, imports }: RunningEmulator) => {
    await imports.put('told', definition)
    const { access_token } = await tokens.mint({ clientId: 'demo-client' })
    const headers = { authorization: `Bearer ${access_token}` }
    return (await fetch(`${url}/api/v1/upload/api/v1/download/told`, { headers })).text()
  }

/** The entry of the result file alone. */
const result: Request = async (emulator) => {
  const { signedUrl } = JSON.parse(await downloadOf({ status: 'processed' })(emulator))
  await emulator.journal.clear()
  await fetch(signedUrl)
}

type Request = (emulator: RunningEmulator) => Promise<unknown>

/** With a token that was minted by a specification. */
const pollWith =
  (id: string, spec: Parameters<RunningEmulator['tokens']['mint']>[0]): Request =>
  async ({ url, tokens }) => {
    const { access_token } = await tokens.mint(spec)
    return fetch(url + statusPath(id), { headers: { authorization: `Bearer ${access_token}` } })
  }

const requests: [name: string, request: Request, status: number | undefined][] = [
  ['an import that is there', (emulator) => poll(emulator, 'failed'), 200],
  ['a server error', (emulator) => poll(emulator, 'server-error'), 500],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it has to stay text
  ['an id that is unknown', (emulator) => poll(emulator, "it's ${not} `there` \\"), 404],
  ['no token', ({ url }) => fetch(url + statusPath('12345')), 401],
  ['an expired token', pollWith('12345', { clientId: 'demo-client', flaw: 'expired' }), 401],
  ['an unsigned token', pollWith('12345', { clientId: 'demo-client', flaw: 'unsigned' }), 401],
  ['a malformed token', pollWith('12345', { clientId: 'demo-client', flaw: 'malformed' }), 401],
  ['a token of no client', pollWith('12345', {}), 401],
  ['another scope', pollWith('12345', { clientId: 'demo-client', scopes: ['a', 'b'] }), 403],
  ['a token', ({ url }) => fetchTokenFrom(url), 200],
  [
    'a wrong secret',
    ({ url }) => fetchTokenFrom(url, { clientId: 'demo-client', clientSecret: 'wrong' }),
    401,
  ],
  ['the keys', ({ url }) => fetch(`${url}/.well-known/jwks.json`), 200],
  ['an upload', upload, 200],
  ['a download', downloadOf({ status: 'failed' }), 200],
  ['a download too early', downloadOf({ status: 'pending' }), 404],
  ['a result file', result, 200],
  ['a wrong method', ({ url }) => fetch(url + statusPath('12345'), { method: 'POST' }), 405],
  ['another status', pollUnder({ kind: 'status', status: 503, retryAfter: '30s' }), 503],
  ['a damaged body', pollUnder({ kind: 'malformed' }), 200],
  ['a page of HTML', pollUnder({ kind: 'html' }), 502],
  ['a reset connection', pollUnder({ kind: 'reset' }), undefined],
  ['no response', pollUnder({ kind: 'hang', atMost: '100ms' }), undefined],
  ['a body cut short', pollUnder({ kind: 'truncate' }), undefined],
  ['a path that there is not', ({ url }) => fetch(`${url}/nowhere`), 404],
]

t.test('"copy as test" gives a test that passes', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path })
  for (const [name, request, status] of requests) {
    await t.test(name, async (t) => {
      await emulator.journal.clear()
      await emulator.faults.clear()
      await page.getByText('No requests yet').waitFor()
      await request(emulator)
      const [entry] = (await emulator.journal.find()).entries.slice(-1)
      await page.getByRole('button', { name: entry?.path as string }).click()
      const code = await copyBy(page, 'Copy as test')
      t.match(code, status === undefined ? 'assert.rejects' : `response.status, ${status})`)
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
