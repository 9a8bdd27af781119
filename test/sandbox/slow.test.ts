import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { launchBrowser, openSandbox } from './support.js'

const browser = launchBrowser(t)
const fixtures = new URL('../../fixtures/csv/', import.meta.url).pathname

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Opens the page anew, where some answers of the control API take their time. */
async function reloadSlowed(page: Page, path: string, delayMs: number): Promise<void> {
  await page.route(`**/__control/${path}`, async (route) => {
    await pause(delayMs)
    await route.continue()
  })
  await page.reload()
}

t.test('a token is got, though the clients are slow to come', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#call' })
  await reloadSlowed(page, 'clients', 1000)
  const token = page.getByRole('region', { name: 'Token' })
  await token.getByRole('button', { name: 'Get a token' }).click()
  await token.getByText('expires in').waitFor()
  const [first] = await emulator.clients.list()
  await page.getByRole('status').getByText(`A token of ${first?.clientId}`).waitFor()
})

t.test('a file that is chosen before the clients have come is uploaded', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await reloadSlowed(page, 'clients', 1000)
  await page.getByLabel('Drop a CSV file here').setInputFiles(join(fixtures, 'groups.csv'))
  await page.getByRole('status').getByText('groups.csv is uploaded').waitFor()
  t.equal((await emulator.journal.count({ operation: 'upload', status: 200 })).count, 1)
})
