import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)
const fixtures = new URL('../../fixtures/csv/', import.meta.url).pathname

/** As a hand does it that drags a file onto the page. */
const dropFile = (name: string, content: string) => `(() => {
  const data = new DataTransfer()
  data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}, { type: 'text/csv' }))
  const target = document.querySelector('.drop')
  for (const type of ['dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
  }
})()`

t.test('a CSV file is dropped, uploaded, and watched as it runs', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.clock.freeze()
      await emulator.uploads.arm({
        fileName: 'watched.csv',
        progress: { lines: 100, duration: '10s', outcome: 'processed' },
      })
    },
  })
  await page.getByRole('region', { name: 'Upload' }).getByLabel('as').selectOption('demo-client')
  await page.evaluate(dropFile('watched.csv', readFileSync(join(fixtures, 'groups.csv'), 'utf8')))
  await page.getByRole('status').getByText('watched.csv is uploaded').waitFor()
  const { entries } = await emulator.journal.find({ operation: 'upload' })
  t.match(entries[0], { client: 'demo-client', response: { status: 200 } })
  const { referenceId } = JSON.parse(entries[0]?.response?.body as string).result
  const details = page.getByRole('complementary', { name: referenceId })
  await details.getByText('watched.csv').waitFor()
  const line = async () => (await importRow(page, referenceId).locator('.lines').innerText()).trim()
  for (const [seconds, told, fileLine] of [
    ['5s', '50 of 100', 50],
    ['5s', '100', 100],
  ] as const) {
    await emulator.clock.advance(seconds)
    t.equal(await eventually(line, told), told)
    t.match(await poll(emulator, referenceId), [200, { fileLine }])
  }
})

t.test('a CSV file is chosen, and a refusal is shown', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const choose = page.getByLabel('Drop a CSV file here')
  await choose.setInputFiles(join(fixtures, 'users-wrong.csv'))
  await page.getByRole('status').getByText('users-wrong.csv is uploaded').waitFor()
  await page.getByRole('complementary').getByText('users-wrong.csv').waitFor()

  await page
    .getByRole('region', { name: 'Upload' })
    .getByLabel('as')
    .selectOption('unscoped-client')
  await choose.setInputFiles(join(fixtures, 'users.csv'))
  await page.getByRole('status').getByText('The upload failed with status 403').waitFor()
  t.equal((await emulator.journal.count({ operation: 'upload', status: 200 })).count, 1)
})

t.test('uploads and downloads are tried as calls', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path: '/__sandbox/#call',
    before: (emulator) => emulator.imports.put('done', { status: 'processed' }),
  })
  await page.getByRole('button', { name: 'Get a token' }).click()
  await page.getByText('expires in').waitFor()
  await page.getByRole('button', { name: 'upload', exact: true }).click()
  await page.getByLabel('CSV file').setInputFiles(join(fixtures, 'groups.csv'))
  await page.getByRole('region', { name: 'Command' }).getByText(`'file=@"groups.csv"'`).waitFor()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page
    .getByRole('region', { name: 'Body of the response' })
    .getByText('"referenceId":"')
    .waitFor()
  await page.getByRole('button', { name: 'download', exact: true }).click()
  await page.getByLabel('Reference id').fill('done')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page
    .getByRole('region', { name: 'Body of the response' })
    .getByText('{"signedUrl":')
    .waitFor()
  t.equal((await emulator.journal.count({ operation: 'download', status: 200 })).count, 1)
})

t.test('the switches of the service are set on the page', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const switches = page.locator('details', { hasText: 'Service switches' })
  await switches.getByText('all at their defaults').click()
  await switches.getByLabel('rowErrors').selectOption('report')
  await page.getByRole('status').getByText('rowErrors is report').waitFor()
  await switches.getByText('only the result file names the rows (published)').waitFor()
  await switches.getByLabel('maxRecords').fill('12')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('maxRecords is 12').waitFor()
  await switches.getByText('2 changed').waitFor()
  t.match(await emulator.service.get(), { rowErrors: 'report', maxRecords: 12 })
  await switches.getByLabel('maxRecords').fill('many')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('maxRecords: must be a whole number').waitFor()
  await switches.getByLabel('maxRecords').fill('')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('maxRecords is any number').waitFor()
  await emulator.reset()
  await switches.getByText('all at their defaults').waitFor()
})
