import t from 'tap'
import { launchBrowser, openSandbox, poll } from '../browser/support.js'
import { statusPath } from '../support.js'
import { findingsOf } from './axe.js'

const browser = launchBrowser(t)

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 380, height: 800 } }],
] as const

for (const [look, options] of looks) {
  t.test(`everyone can read the documentation: ${look}`, async (t) => {
    for (const path of ['/__docs/', '/__docs/troubleshooting', '/__docs/a/nowhere']) {
      const { page, mishaps } = await openSandbox(t, browser, { path, ...options })
      await page.getByRole('searchbox').fill('token')
      await page.getByText('12 results').waitFor()
      t.strictSame(await findingsOf(page), [], path)
      const [width, available] = (await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )) as [number, number]
      t.ok(width <= available, `${path}: ${width} of ${available} pixels`)
      t.strictSame(mishaps, [], path)
    }
  })
}

t.test('a search leads to the row of a reason code', async (t) => {
  const { page, emulator } = await openSandbox(t, browser, { path: '/__docs/faults' })
  await page.keyboard.press('/')
  await page.keyboard.type('token-expired')
  await page.getByText('results').waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(`${emulator.url}/__docs/troubleshooting.html#token-expired`)
  t.equal(await page.locator('tr:has(:target) code').first().textContent(), 'token-expired')
})

t.test('the search says so when it finds nothing, and Escape ends it', async (t) => {
  const { page } = await openSandbox(t, browser, { path: '/__docs/' })
  const box = page.getByRole('searchbox')
  await box.fill('xyzzy')
  await page.getByText('No results').waitFor()
  await box.press('Escape')
  t.equal(await box.inputValue(), '')
  t.equal(await page.getByText('No results').count(), 0)
})

t.test('the sandbox page links a reason to its explanation', async (t) => {
  const { page, emulator } = await openSandbox(t, browser, {
    path: '/__sandbox/#journal',
    before: (emulator) => poll(emulator, 'nowhere'),
  })
  await page.getByRole('button', { name: statusPath('nowhere') }).click()
  const opens = page.context().waitForEvent('page')
  await page.getByRole('link', { name: 'reference-id-unknown' }).click()
  const docs = await opens
  await docs.waitForURL(`${emulator.url}/__docs/troubleshooting.html#reference-id-unknown`)
  await docs.getByRole('heading', { name: 'Why did I get this response?' }).waitFor()
  t.equal(await docs.title(), 'Why did I get this response? · tao-upload-emulator')
})
