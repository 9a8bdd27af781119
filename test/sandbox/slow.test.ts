import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { importRow, launchBrowser, openSandbox } from './support.js'

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

t.test(
  'a refusal of what was asked before the control token was given locks nothing',
  async (t) => {
    const { page } = await openSandbox(t, browser, {
      emulator: { controlToken: 'open sesame' },
    })
    let release = () => {}
    const isFormWritten = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/__control/clients', async (route) => {
      if (route.request().headers().authorization === undefined) await isFormWritten
      await route.continue()
    })
    await page.reload()
    await page.getByLabel('Control token').fill('open sesame')
    await page.getByRole('button', { name: 'Open' }).click()
    await importRow(page, '12345').waitFor()
    await page.getByRole('button', { name: 'New import' }).click()
    await page.getByLabel('Reference id', { exact: true }).fill('half-written')
    const refused = page.waitForResponse((response) => response.status() === 401)
    release()
    await refused
    await pause(250)
    t.equal(
      await page.getByLabel('Reference id', { exact: true }).inputValue(),
      'half-written',
      'what was being written is still there',
    )
    await page.getByRole('region', { name: 'Upload' }).getByLabel('as').selectOption('demo-client')
  },
)

t.test('a control token that cannot be sent is refused, and another one taken', async (t) => {
  const { page } = await openSandbox(t, browser, { emulator: { controlToken: 'open sésame' } })
  const give = async (token: string) => {
    await page.getByLabel('Control token').fill(token)
    await page.getByRole('button', { name: 'Open' }).click()
  }
  await give('pässword €')
  await page.getByRole('status').getByText('That cannot be a control token').waitFor()
  await page.reload()
  await give('pässword')
  await page.getByRole('status').getByText('That is not the control token').waitFor()
  await give('open sésame')
  await importRow(page, '12345').waitFor()
})
