import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)
const fixtures = new URL('../../fixtures/csv/', import.meta.url).pathname

/** As a hand does it that drags a file onto the page. */
const dropFile = (name: string, content: string) => `(() => {
  const data = new DataTransfer()
  data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}, { type: 'text/csv' }))
  const target = document.querySelector('.top')
  for (const type of ['dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
  }
})()`

/** Chooses the client of the uploads, and closes the panel again. */
async function uploadAs(page: Page, client: string): Promise<void> {
  const panel = page.getByRole('region', { name: 'Uploads' })
  await page.getByRole('button', { name: 'Uploads', exact: true }).click()
  await panel.getByLabel('Upload as').selectOption(client)
  await panel.getByRole('button', { name: 'Close' }).click()
}

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
  await uploadAs(page, 'demo-client')
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
  const choose = async (name: string) => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Upload CSV…' }).click(),
    ])
    await chooser.setFiles(join(fixtures, name))
  }
  await choose('users-wrong.csv')
  await page.getByRole('status').getByText('users-wrong.csv is uploaded').waitFor()
  await page.getByRole('complementary').getByText('users-wrong.csv').waitFor()

  await uploadAs(page, 'unscoped-client')
  await choose('users.csv')
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
  await page.getByRole('button', { name: 'Uploads', exact: true }).click()
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

t.test('the result of an upload stands beside its lines, and is downloaded', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser, {
    emulator: { rowsPerSecond: 0 },
  })
  const csv = readFileSync(join(fixtures, 'users-wrong.csv'), 'utf8')
  await page.evaluate(dropFile('people.csv', csv))
  const mistakes = page.getByRole('region', { name: 'Mistakes' })
  await mistakes.waitFor()
  const cellsOf = (row: number) =>
    mistakes.getByRole('row').nth(row).getByRole('cell').allInnerTexts()
  t.strictSame(
    [await cellsOf(1), await cellsOf(2)],
    [
      ['3', 'user_username', 'empty', 'is mandatory'],
      [
        '4',
        'user_password',
        '••••',
        'must have at least 8 characters, with an upper-case letter, a lower-case letter and a special character',
      ],
    ],
  )
  await page.getByText('The uploaded rows').click()
  await page.getByRole('region', { name: 'Uploaded rows' }).getByText('Jana Meyer again').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  t.equal(
    readFileSync(await download.path(), 'utf8'),
    readFileSync(join(fixtures, 'users-wrong.result.csv'), 'utf8'),
  )
  t.equal((await emulator.journal.count()).count, 1, 'a look at it is no request')
  await page.getByRole('searchbox', { name: 'Search' }).fill('PEOPLE')
  await page.getByRole('region', { name: 'Imports' }).getByText('people.csv').waitFor()
  t.strictSame(mishaps, [])
})

t.test('planned outcomes are made, changed and deleted', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await page.getByRole('button', { name: 'Uploads', exact: true }).click()
  const panel = page.getByRole('region', { name: 'Uploads' })
  await panel.getByText('Plan an outcome').click()
  const form = panel.getByRole('form', { name: 'Planned outcome' })
  await form.getByLabel('File name').fill('school-*')
  await form.getByLabel('Name', { exact: true }).fill('mine')
  await form.getByRole('button', { name: 'Server error' }).click()
  await form.getByLabel('Message').fill('No space')
  await form.getByRole('button', { name: 'Plan outcome' }).click()
  await panel.getByText('school-* → server error · used 0').waitFor()

  await panel.getByRole('button', { name: 'Edit mine' }).click()
  await form.getByLabel('Times').fill('never')
  await form.getByRole('button', { name: 'Change outcome' }).click()
  await page.getByRole('status').getByText('times: must be a whole number').waitFor()
  t.match(await emulator.uploads.list(), [{ definition: { error: 'No space' } }])
  await form.getByLabel('Times').fill('2')
  await form.getByRole('button', { name: 'Change outcome' }).click()
  await panel.getByText('used 0 of 2 times').waitFor()
  await panel.getByRole('button', { name: 'Delete mine' }).click()
  await panel.getByText('None: each file comes to what its rows say.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('status').getByText('mine is back as before').waitFor()
  t.match(await emulator.uploads.list(), [{ id: 'mine', definition: { times: 2 } }])
})

t.test('clients are made, changed and deleted', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await page.getByRole('button', { name: 'Clients', exact: true }).click()
  const panel = page.getByRole('region', { name: 'Clients' })
  const form = panel.getByRole('form', { name: 'Client' })
  await form.getByLabel('Client id').fill('mine')
  await form.getByLabel('Secret').fill('s3cret')
  await form.getByRole('button', { name: 'Create client' }).click()
  await panel.getByRole('button', { name: 'Edit mine' }).click()
  await form.getByLabel('Token lifetime, s').fill('60')
  await form.getByLabel('Secret').fill('other')
  await form.getByLabel('Flaw of its tokens').selectOption('expired')
  await form.getByRole('button', { name: 'Change client' }).click()
  await panel.getByText('rostering · 1 min · expired tokens').waitFor()
  t.match(await emulator.clients.get('mine'), {
    scopes: ['rostering'],
    tokenLifetime: 60,
    tokenFlaw: 'expired',
  })
  await panel.getByRole('button', { name: 'Delete mine' }).click()
  await panel.getByRole('button', { name: 'Delete mine' }).waitFor({ state: 'detached' })
  await t.rejects(emulator.clients.get('mine'), { code: 'not_found' })
})
