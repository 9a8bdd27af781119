import type { Page } from 'playwright-core'
import t from 'tap'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

const undo = (page: Page) => page.getByRole('status').getByRole('button', { name: 'Undo' }).click()

t.test('an import fails at a line with a message, and that is undone', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    before: (emulator) => emulator.clock.freeze(),
  })
  const clicked = [importRow(page, 'slow'), page.getByRole('button', { name: 'fail at line…' })]
  for (const button of clicked) await button.click()
  const form = page.getByRole('form', { name: 'Fail at line' })
  await form.getByLabel('Line', { exact: true }).fill('17')
  await form.getByLabel('Message').fill('Line 18: bad')
  await form.getByRole('button', { name: 'Fail' }).click()
  await page.getByRole('status').getByText('slow is failed at line 17 now').waitFor()
  t.strictSame(await poll(emulator, 'slow'), [
    200,
    { status: 'failed', fileLine: 17, messages: ['Line 18: bad'] },
  ])
  await undo(page)
  await page.getByRole('status').getByText('slow follows its definition again').waitFor()
  t.match(await poll(emulator, 'slow'), [200, { status: 'pending', fileLine: 0 }])

  await page.getByRole('group', { name: 'Set to' }).getByRole('button', { name: 'pending' }).click()
  await page.getByRole('status').getByText('slow is pending now').waitFor()
  await emulator.imports.override('slow', { error: 'Mine' })
  await undo(page)
  await page.getByText('slow was changed meanwhile, so nothing is undone').waitFor()
  t.strictSame(await poll(emulator, 'slow'), [500, 'Mine'])
})

t.test('a deleted import comes back with its polls, and a cleared list as well', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.clock.freeze()
      await poll(emulator, 'slow')
      await emulator.faults.arm({ id: 'out', kind: 'reset', operation: 'jwks' })
    },
  })
  const before = await emulator.imports.history('slow')
  await importRow(page, 'slow').click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await importRow(page, 'slow').waitFor({ state: 'detached' })
  await undo(page)
  await page.getByRole('status').getByText('slow is back as before').waitFor()
  await importRow(page, 'slow').waitFor()
  t.strictSame(await emulator.imports.history('slow'), before)

  await page.getByRole('link', { name: 'Faults' }).click()
  await page.getByRole('button', { name: 'Clear all' }).click()
  await page.getByRole('status').getByText('No fault is armed').waitFor()
  await undo(page)
  await page.getByRole('button', { name: 'Disarm out' }).waitFor()

  await page.getByRole('link', { name: 'Journal' }).click()
  const rows = page.getByRole('region', { name: 'Journal' }).getByRole('listitem')
  t.equal(await eventually(() => rows.count(), 1), 1)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('No requests yet').waitFor()
  await undo(page)
  t.equal(await eventually(() => rows.count(), 1), 1)
  t.strictSame(await emulator.removals.list(), [])
})

t.test('a savepoint is saved, restored and deleted on the page', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser)
  await page.getByRole('button', { name: 'Savepoints' }).click()
  const panel = page.getByRole('region', { name: 'Savepoints' })
  await panel.getByLabel('Name').fill('before')
  await page.keyboard.press('Enter')
  await panel.getByText('before', { exact: true }).waitFor()
  await emulator.imports.put('slow', { error: 'No' })
  await panel.getByRole('button', { name: 'Restore before' }).click()
  await panel.getByRole('button', { name: 'Really restore?' }).click()
  await page.getByRole('status').getByText('Everything is as it was in before').waitFor()
  t.match(await poll(emulator, 'slow'), [200, { status: 'pending' }])
  await panel.getByRole('button', { name: 'Delete before' }).click()
  t.equal(await eventually(async () => (await emulator.savepoints.list()).length, 0), 0)
  await undo(page)
  await page.getByRole('status').getByText('before is back as before').waitFor()
  t.match(await emulator.savepoints.list(), [{ name: 'before' }])
  await panel.getByLabel('Name').press('Escape')
  await panel.waitFor({ state: 'detached' })
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Savepoints')
  t.strictSame(mishaps, [])
})
