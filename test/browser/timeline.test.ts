import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import type { RunningEmulator } from '../../src/index.js'
import { runNode, statusPath } from '../support.js'
import { copyBy, eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

const timeline = (page: Page) => page.getByRole('region', { name: 'Timeline' })
const marks = (page: Page, look: string) =>
  timeline(page).locator(`svg[role=img] .mark[data-look=${look}]`)

/** The number of marks of a look: each begins a part of one path. */
async function countMarks(page: Page, look: string): Promise<number> {
  return (await marks(page, look).getAttribute('d'))?.match(/M/g)?.length ?? 0
}

/** An import with a past: a poll, a fault, a refusal, and a clock that was advanced. */
async function live(emulator: RunningEmulator): Promise<void> {
  await emulator.clock.freeze()
  await emulator.clock.set('2026-09-01T12:00:00Z')
  await emulator.imports.put('roster', {
    progress: { lines: 1000, duration: '100s', outcome: 'processed' },
  })
  await poll(emulator, 'roster')
  await emulator.clock.advance('20s')
  await poll(emulator, 'roster')
  await fetch(emulator.url + statusPath('roster'))
  await emulator.clock.advance('10s')
}

t.test('a click on an import shows its history, and polls join as they arrive', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { before: live })
  await importRow(page, 'roster').click()
  await marks(page, 'refusal').waitFor()
  t.equal(await countMarks(page, 'pending'), 2)
  t.ok((await countMarks(page, 'clock')) > 0)
  t.strictSame(await timeline(page).locator('.band title').allTextContents(), [
    'pending ↗ 1,000',
    'processed · 1,000',
  ])
  t.match(
    await timeline(page).getByRole('img').getAttribute('aria-label'),
    /^Timeline of roster: 2 polls, \d other events\. Last poll: pending, line 200\./,
  )
  await timeline(page).getByText('processed, line 1,000 at 2026-09-01 12:01:40').waitFor()
  await timeline(page).getByRole('list', { name: 'Legend' }).getByText('refusal').waitFor()

  await poll(emulator, 'roster')
  t.equal(await eventually(() => countMarks(page, 'pending'), 3), 3)
})

t.test('the table has the same events, and leads to their entries and back', async (t) => {
  const { page } = await openSandbox(t, browser, { before: live })
  await importRow(page, 'roster').click()
  await timeline(page).getByText('events as a table').click()
  const rows = timeline(page).getByRole('table').getByRole('row')
  const told = (await rows.allInnerTexts()).map((text) =>
    text
      .split('\t')
      .slice(0, 4)
      .map((it) => it.trim()),
  )
  t.strictSame(told.slice(-4), [
    ['12:00:20.000', 'clock advanced: 20 s forward', '', ''],
    ['12:00:20.000', 'pending, line 200', '200', 'demo-client'],
    ['12:00:20.000', 'status refused: token-missing', '401', ''],
    ['12:00:30.000', 'clock advanced: 10 s forward', '', ''],
  ])
  await rows.filter({ hasText: 'token-missing' }).getByRole('button').click()
  const entry = page.getByRole('complementary', { name: statusPath('roster') })
  await entry.getByText('token-missing').waitFor()
  await entry.getByRole('button', { name: 'Timeline of roster' }).click()
  await marks(page, 'refusal').waitFor()
})

t.test('a mark says what it is, and leads to its entry', async (t) => {
  const { page } = await openSandbox(t, browser, { before: live })
  await importRow(page, 'roster').click()
  await marks(page, 'refusal').hover()
  await timeline(page).getByText('12:00:20.000 · status refused: token-missing · 401').waitFor()
  await marks(page, 'refusal').click({ force: true })
  await page.getByRole('complementary').getByText('token-missing').waitFor()
})

t.test('a thousand polls are drawn, beside those that were left out', async (t) => {
  const { page } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.clock.freeze()
      await emulator.imports.put('roster', {
        progress: { lines: 1000, duration: '20m', outcome: 'processed' },
      })
      for (let polls = 0; polls < 1005; polls += 1) {
        await poll(emulator, 'roster')
        await emulator.clock.advance('1s')
      }
    },
  })
  await importRow(page, 'roster').click()
  await marks(page, 'pending').waitFor()
  t.equal(await countMarks(page, 'pending'), 1000)
  await timeline(page)
    .getByText(/^5 events between .* are left out/)
    .waitFor()
  t.equal(await timeline(page).locator('.gap').count(), 1)
})

t.test('"copy as test" gives a test that repeats the history', async (t) => {
  const { page } = await openSandbox(t, browser, { before: live })
  await importRow(page, 'roster').click()
  await marks(page, 'refusal').waitFor()
  const code = await copyBy(page, 'Copy as test')
  t.match(code, "await poll(20000), 'pending 200'")
  const file = join(t.testdir({ 'copied.test.mjs': code }), 'copied.test.mjs')
  await t.resolves(runNode([file]), code)
})

t.test('an import is finished, and taken back to its definition', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { before: live })
  await emulator.imports.override('roster', { error: 'Gone' })
  await importRow(page, 'roster').click()
  await marks(page, 'override').waitFor()
  await page.getByRole('button', { name: 'Back to definition' }).click()
  await page.getByRole('status').getByText('roster is back to its definition').waitFor()
  t.match(await poll(emulator, 'roster'), [200, { status: 'pending', fileLine: 300 }])
  t.equal(await page.getByRole('button', { name: 'Back to definition' }).count(), 0)

  await page.getByRole('button', { name: 'Finish now' }).click()
  await page.getByRole('status').getByText('roster is finished').waitFor()
  await marks(page, 'finish').waitFor()
  t.match(await poll(emulator, 'roster'), [200, { status: 'processed', fileLine: 1000 }])
  t.equal(await page.getByRole('button', { name: 'Finish now' }).count(), 0)
  t.equal(await countMarks(page, 'clearOverride'), 1)
})

t.test(
  'the timeline takes the width of the page, and an import without a past says so',
  async (t) => {
    const { page } = await openSandbox(t, browser, { before: live })
    await importRow(page, 'roster').click()
    await marks(page, 'refusal').waitFor()
    const widthOf = async () => (await timeline(page).boundingBox())?.width ?? 0
    const narrow = await widthOf()
    await timeline(page).getByRole('button', { name: 'Wide' }).click()
    t.equal(await eventually(async () => (await widthOf()) > 2 * narrow, true), true)
    await importRow(page, 'slow').click()
    await timeline(page).getByText('Nothing has happened yet').waitFor()
  },
)
