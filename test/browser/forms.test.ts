import type { Locator } from 'playwright-core'
import t from 'tap'
import { fetchTokenFrom } from '../support.js'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>

t.test('Escape closes the details from within and from the list alone', async (t) => {
  const { page } = await openSandbox(t, browser)
  await importRow(page, '12345').click()
  const details = page.getByRole('complementary', { name: '12345' })
  await details.waitFor()
  await page.getByRole('searchbox').fill('1')
  await page.getByRole('searchbox').press('Escape')
  await page.getByLabel('Workspace', { exact: true }).selectOption('another…')
  await page.getByLabel('Name of the workspace').press('Escape')
  await page.getByLabel('Workspace', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Freeze' }).press('Escape')
  t.ok(await details.isVisible())
  await details.getByRole('button', { name: 'Edit' }).press('Escape')
  await details.waitFor({ state: 'detached' })
  await importRow(page, '12345').click()
  await importRow(page, '12345').press('Escape')
  await details.waitFor({ state: 'detached' })
})

t.test('typed text is still there after a look at something else', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const form = page.getByRole('complementary', { name: 'New import' })
  const openForm = () => page.getByRole('button', { name: 'New import' }).click()
  await openForm()
  await form.getByLabel('Reference id').fill('typed')
  await form.getByRole('button', { name: 'Server error' }).click()
  await form.getByLabel('Message').fill('Out of disk')
  await page.getByRole('link', { name: 'Faults' }).click()
  await page.getByLabel('Kind').selectOption('html')
  await page.getByLabel('Operation').selectOption('jwks')
  await page.getByLabel('Client').fill('somebody')
  await page.getByRole('link', { name: 'Imports' }).click()
  t.equal(await form.getByLabel('Message').inputValue(), 'Out of disk', 'another view')
  await form.getByLabel('Message').press('Escape')
  await form.waitFor({ state: 'detached' })
  await openForm()
  t.equal(await form.getByLabel('Message').inputValue(), 'Out of disk', 'Escape')
  await importRow(page, 'slow').click()
  const slow = page.getByRole('complementary', { name: 'slow' })
  await slow.getByRole('button', { name: 'Edit' }).click()
  await slow.getByLabel('Lines').fill('77')
  await openForm()
  t.equal(await form.getByLabel('Reference id').inputValue(), 'typed', 'another row')
  await form.getByRole('button', { name: 'Create import' }).click()
  await importRow(page, 'typed').waitFor()
  t.match(await emulator.imports.get('typed'), { definition: { error: 'Out of disk' } })
  await importRow(page, 'slow').click()
  t.equal(await slow.getByLabel('Lines').inputValue(), '77', 'a change of another')
  await slow.getByRole('button', { name: 'Cancel' }).click()
  await slow.getByRole('button', { name: 'Edit' }).click()
  t.not(await slow.getByLabel('Lines').inputValue(), '77', 'cancelled is forgotten')
  await openForm()
  t.equal(await form.getByLabel('Reference id').inputValue(), '', 'made is forgotten')
  await page.getByRole('link', { name: 'Faults' }).click()
  t.equal(await page.getByLabel('Kind').inputValue(), 'html')
  t.equal(await page.getByLabel('Operation').inputValue(), 'jwks')
  t.equal(await page.getByLabel('Client').inputValue(), 'somebody')
})

t.test('a late response leaves alone what was opened meanwhile', async (t) => {
  const { page } = await openSandbox(t, browser)
  const puts: (() => void)[] = []
  await page.route(/\/imports\/(first|slow)$/, async (route) => {
    if (/PUT|DELETE/.test(route.request().method())) {
      await new Promise<void>((resolve) => puts.push(resolve))
    }
    await route.continue()
  })
  const form = page.getByRole('complementary', { name: 'New import' })
  const create = form.getByRole('button', { name: 'Create import' })
  await page.getByRole('button', { name: 'New import' }).click()
  await form.getByLabel('Reference id').fill('first')
  t.equal(await create.isDisabled(), false)
  await create.click()
  await form.getByRole('button', { name: 'Create import', disabled: true }).waitFor()
  await form.getByLabel('Reference id').press('Enter')
  t.equal(await eventually(async () => puts.length, 1), 1)

  await form.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'New import' }).click()
  t.equal(await form.getByLabel('Reference id').inputValue(), '')
  await form.getByLabel('Reference id').fill('second')
  puts[0]?.()
  await importRow(page, 'first').waitFor()
  t.equal(await form.getByLabel('Reference id').inputValue(), 'second')
  t.equal(puts.length, 1, 'it is sent once')
  await create.click()
  await page.getByRole('complementary', { name: 'second' }).waitFor()

  await importRow(page, 'slow').click()
  await page.getByRole('button', { name: 'Delete' }).click()
  t.equal(await eventually(async () => puts.length, 2), 2)
  await importRow(page, 'failed').click()
  puts[1]?.()
  await importRow(page, 'slow').waitFor({ state: 'detached' })
  t.ok(await page.getByRole('complementary', { name: 'failed' }).isVisible())
})

t.test('a page that is there no more gives way to the last one', async (t) => {
  const imports = Array.from({ length: 51 }, (_, index) => ({
    referenceId: `roster-${index}`,
    status: 'processed' as const,
  }))
  const { page } = await openSandbox(t, browser, { emulator: { fixtures: { imports } } })
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await pages.getByRole('button', { name: 'Next' }).click()
  await importRow(page, 'roster-50').click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await importRow(page, 'roster-49').waitFor()
  t.equal(await pages.count(), 0)
})

t.test('nothing is sent that is out of sight', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const form = page.getByRole('complementary', { name: 'New import' })
  await page.getByRole('button', { name: 'New import' }).click()
  await form.getByLabel('Reference id').fill('growing')
  await form.getByRole('button', { name: 'Progress' }).click()
  await form.getByLabel('Outcome').selectOption('failed')
  await form.getByLabel('Fails at line').fill('250')
  await form.getByLabel('Messages, one a line').fill('Well done')
  await form.getByLabel('Outcome').selectOption('processed')
  t.equal(await form.getByLabel('Messages, one a line').inputValue(), 'Well done')
  await form.getByRole('button', { name: 'Create import' }).click()
  await importRow(page, 'growing').waitFor()
  t.strictSame((await emulator.imports.get('growing')).definition, {
    progress: { lines: 1000, duration: '30s', outcome: 'processed', messages: ['Well done'] },
  })
})

t.test('the operation that the journal is filtered by stays in sight', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path: '/__sandbox/#journal',
    before: (emulator) => fetchTokenFrom(emulator.url),
  })
  const operation = page.getByLabel('Operation')
  await operation.selectOption('token')
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('No requests yet').waitFor()
  await poll(emulator, '12345')
  await page.getByText('No match').waitFor()
  t.equal(await operation.inputValue(), 'token')
  t.strictSame(await operation.getByRole('option').allInnerTexts(), [
    'any operation',
    'status',
    'token',
  ])
})

t.test('the header hides nothing, however high it is', async (t) => {
  const { page } = await openSandbox(t, browser, { viewport: { width: 1000, height: 500 } })
  const topOf = async (element: Locator) => (await element.boundingBox())?.y ?? Number.NaN
  const bottomOfHeader = async () => {
    const { y, height } = (await page.getByRole('banner').boundingBox()) as Box
    return y + height
  }
  await importRow(page, '12345').click()
  await page.getByRole('button', { name: 'Set…' }).click()
  await page.getByLabel('Instant, in UTC').waitFor()
  t.ok((await bottomOfHeader()) > 130, 'it wraps')
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  const close = page.getByRole('button', { name: 'Close' })
  t.ok((await topOf(close)) > (await bottomOfHeader()), 'the head of the details is in sight')

  const rows = page.getByRole('region', { name: 'Imports' }).getByRole('listitem')
  await rows.last().getByRole('button').focus()
  for (let row = await rows.count(); row > 1; row -= 1) {
    await page.keyboard.press('Shift+Tab')
    const top = await page.evaluate('document.activeElement.getBoundingClientRect().top')
    t.ok((top as number) >= (await bottomOfHeader()), `${top} is below the header`)
  }
})

t.test('elements below the details are out of reach', async (t) => {
  const { page } = await openSandbox(t, browser, { viewport: { width: 380, height: 800 } })
  const details = page.getByRole('complementary')
  const covered = () =>
    page.evaluate("[...document.querySelectorAll('.top, .list')].map((it) => it.inert)")
  await importRow(page, 'slow').press('Enter')
  await details.waitFor()
  t.strictSame(await covered(), [true, true])
  for (const key of ['Shift+Tab', 'Shift+Tab', 'Tab', 'Tab', 'Tab']) {
    await page.keyboard.press(key)
    const isAway = await page.evaluate("document.activeElement.closest('.top, .list') !== null")
    t.equal(isAway, false, key)
  }
  await page.setViewportSize({ width: 1200, height: 800 })
  t.strictSame(await eventually(covered, [false, false]), [false, false], 'beside the list')
  await page.setViewportSize({ width: 380, height: 800 })
  t.strictSame(await eventually(covered, [true, true]), [true, true])
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'detached' })
  t.strictSame(await covered(), [false, false])
  t.match(await page.evaluate("document.activeElement.querySelector('.id').innerText"), 'slow')
})

t.test('an import is said to be missing only where that is known', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const form = page.getByRole('complementary', { name: 'New import' })
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  await page.getByRole('button', { name: 'New import' }).click()
  await form.getByLabel('Reference id').fill('made')
  // Before it makes an import, the page looks for one of that id.
  let isMade = false
  await page.route(/\/imports\/made$/, async (route) => {
    const method = route.request().method()
    if (method === 'PUT') isMade = true
    if (method === 'GET' && isMade) await held
    await route.continue()
  })
  await form.getByRole('button', { name: 'Create import' }).click()
  const details = page.getByRole('complementary', { name: 'made' })
  await details.getByText('Loading…').waitFor()
  goOn()
  await details.getByRole('button', { name: 'Restart' }).waitFor()
  await emulator.imports.delete('made')
  await details.getByText('This import does not exist').waitFor()
})
