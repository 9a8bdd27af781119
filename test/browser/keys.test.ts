import type { Page } from 'playwright-core'
import t from 'tap'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.textContent || document.activeElement.tagName')

t.test('the palette does any action by keys alone', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser)
  await importRow(page, '12345').waitFor()
  const palette = page.getByRole('dialog', { name: 'Actions' })
  const act = async (text: string) => {
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill(text)
    await page.keyboard.press('Enter')
    await palette.waitFor({ state: 'detached' })
  }
  await act('freeze')
  await page.getByRole('status').getByText('The clock is frozen').waitFor()
  t.equal((await emulator.clock.get()).frozen, true)
  await act('slow')
  await page.getByRole('complementary', { name: 'slow' }).waitFor()
  await act('delete slow')
  await importRow(page, 'slow').waitFor({ state: 'detached' })
  await act('faults')
  await page.getByRole('heading', { name: 'Arm a fault' }).waitFor()
  await act('savepoints')
  await page.getByRole('region', { name: 'Savepoints' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.press('ArrowDown')
  t.equal(await palette.getByRole('option', { selected: true }).innerText(), 'Go to Call')
  await palette.getByRole('combobox').fill('nothing like it ?')
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })
  t.strictSame(mishaps, [])
})

t.test('keys lead to the search, the rows and the help, and the focus is never lost', async (t) => {
  const { page } = await openSandbox(t, browser)
  await importRow(page, '12345').waitFor()
  await page.keyboard.press('/')
  t.equal(await page.evaluate('document.activeElement.type'), 'search')
  await page.keyboard.press('Tab')
  await importRow(page, '12345').focus()
  await page.keyboard.press('ArrowDown')
  t.match(await focused(page), /^pending/)
  await page.keyboard.press('Home')
  t.match(await focused(page), /^12345/)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  t.match(await focused(page), /^12345/)

  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await importRow(page, '12345').waitFor()
  const isLost = () => page.evaluate('document.activeElement === document.body')
  t.equal(await eventually(isLost, false), false)
})

t.test('an empty journal offers five steps, and marks those that are done', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#journal' })
  const tour = page.getByRole('region', { name: 'Five steps to begin' })
  const command = await tour.getByRole('region', { name: 'Command of the first poll' }).innerText()
  const [, url = '', token = ''] = /'(http[^']+)'[\s\S]*Bearer ([^']+)'/.exec(command) ?? []
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  t.equal(response.status, 200)
  await tour.getByText('Click the request in the journal').waitFor()
  await page
    .getByRole('region', { name: 'Journal' })
    .getByRole('listitem')
    .getByRole('button')
    .click()
  await tour.getByText('Press “+5 s” at the top').waitFor()
  await emulator.clock.advance('5s')
  await tour.getByText('Drop a CSV file').waitFor()
  await tour.getByRole('button', { name: 'Close' }).click()
  await page.reload()
  await page.getByRole('region', { name: 'Journal' }).getByRole('listitem').waitFor()
  t.equal(await tour.count(), 0)
})

t.test(
  'the first rows stand high, and at 200 % there are at least six of the journal',
  async (t) => {
    const { page } = await openSandbox(t, browser, {
      async before(emulator) {
        for (let count = 0; count < 12; count += 1) await poll(emulator, `pending-${count}`)
      },
    })
    const sizes: [width: number, height: number, most: number][] = [
      [1440, 900, 200],
      [380, 800, 300],
    ]
    for (const [width, height, most] of sizes) {
      await page.setViewportSize({ width, height })
      await importRow(page, '12345').waitFor()
      const top: number = await page.evaluate(
        "document.querySelector('.rows li').getBoundingClientRect().top",
      )
      t.ok(top < most, `${top} of ${most} at ${width}`)
    }
    await page.setViewportSize({ width: 720, height: 450 })
    await page.getByRole('link', { name: 'Journal' }).click()
    await page.getByRole('region', { name: 'Journal' }).getByRole('listitem').first().waitFor()
    const seen: number = await page.evaluate(
      "[...document.querySelectorAll('.rows li')].filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length",
    )
    t.ok(seen >= 6, `${seen} rows`)
  },
)
