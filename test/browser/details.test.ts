import t from 'tap'
import { definitionOf, newDraft, newStep, withStep } from '../../sandbox/import-draft.js'
import { importDefinitionSchema } from '../../src/domain/imports/import-definition.js'
import { parseBySchema } from '../../src/domain/schema.js'
import { fetchTokenFrom, statusPath } from '../support.js'
import { eventually, launchBrowser, openSandbox } from './support.js'

const browser = launchBrowser(t)

t.test('a step that is added is valid, however many there are', async (t) => {
  const starts = [
    newDraft.steps,
    [{ ...newStep, status: 'pending' }],
    [{ ...newStep, status: 'processed' }],
    [
      { ...newStep, status: 'pending', fileLine: '7' },
      {
        ...newStep,
        condition: 'afterPolls' as const,
        amount: '2',
        status: 'failed',
        fileLine: '9',
      },
    ],
    [
      { ...newStep, status: 'pending', fileLine: '7' },
      { ...newStep, status: 'error', error: 'x' },
    ],
  ]
  for (const [index, start] of starts.entries()) {
    let steps: typeof start = start
    for (let count = 0; count < 5; count += 1) {
      steps = [...withStep(steps)]
      const definition = definitionOf({ ...newDraft, form: 'timeline', steps })
      t.notOk(
        'mistakes' in parseBySchema(importDefinitionSchema, definition),
        `start ${index}, ${count + 1} added: ${JSON.stringify(definition)}`,
      )
    }
    t.equal(steps.length, start.length + 5)
  }
})

t.test('an import with progress that is set to processed has its last line', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await emulator.clock.freeze()
  await emulator.imports.put('grows', {
    progress: { lines: 1000, duration: '10m', outcome: 'processed' },
  })
  await page.getByRole('button', { name: /^grows/ }).click()
  await page
    .getByRole('group', { name: 'Set to' })
    .getByRole('button', { name: 'processed' })
    .click()
  await page.getByRole('status').getByText('grows is processed now').waitFor()
  t.match(await emulator.imports.get('grows'), { state: { status: 'processed', fileLine: 1000 } })
})

t.test(
  'a new import asks before it replaces another, and the focus goes into its form and back',
  async (t) => {
    const { emulator, page } = await openSandbox(t, browser)
    const button = page.getByRole('button', { name: 'New import' })
    await button.click()
    const id = page.getByLabel('Reference id', { exact: true })
    t.ok(
      await id.evaluate((element) => element === element.ownerDocument.activeElement),
      'the first field has it',
    )
    await id.fill('12345')
    await page.getByRole('button', { name: 'Create import' }).click()
    await page.getByRole('alert').getByText('There is an import 12345 already').waitFor()
    t.match(
      await emulator.imports.get('12345'),
      { definition: { fileLine: 2 } },
      'nothing is replaced',
    )
    await id.fill('another')
    await page.getByRole('button', { name: 'Create import' }).waitFor()
    await id.fill('12345')
    await page.getByRole('button', { name: 'Replace import' }).click()
    await page.getByRole('status').getByText('Created 12345').waitFor()
    t.strictSame((await emulator.imports.get('12345')).definition, { status: 'processed' })

    await page.keyboard.press('Escape')
    await button.click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    // Not by waitForFunction: its second try evaluates a text, which the policy of the page refuses.
    const focused = () => page.evaluate('document.activeElement?.textContent')
    t.equal(await eventually(focused, 'New import'), 'New import')
    await page.getByRole('button', { name: 'Set…' }).click()
    t.ok(
      await page
        .getByLabel('Instant, in UTC')
        .evaluate((element) => element === element.ownerDocument.activeElement),
    )
  },
)

t.test('a file that is dropped beside its place leaves the page as it is', async (t) => {
  const { page } = await openSandbox(t, browser)
  const heading = page.getByRole('heading').first()
  const isKept = await heading.evaluate((element) => {
    const { DragEvent, DataTransfer } = element.ownerDocument.defaultView
    const init = { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }
    const event = new DragEvent('drop', init)
    element.dispatchEvent(event)
    return event.defaultPrevented
  })
  t.ok(isKept)
})

t.test('another client, flaw or scope clears the token', async (t) => {
  const { page } = await openSandbox(t, browser, { path: '/__sandbox/#call' })
  const panel = page.getByRole('region', { name: 'Token', exact: true })
  const changes: (() => Promise<unknown>)[] = [
    () => panel.getByLabel('Client').selectOption('unscoped-client'),
    () => panel.getByLabel('Flaw').selectOption('expired'),
    () => panel.getByLabel('Scopes').fill('a'),
    () => panel.getByLabel('Lifetime, s').fill('5'),
  ]
  for (const change of changes) {
    await panel.getByRole('button', { name: 'Get a token' }).click()
    await panel.getByText('Claims').first().waitFor()
    await change()
    await panel.getByText('No token yet').waitFor()
  }
  t.pass('each of them does')
})

t.test('a used-up fault says so, and a clock by how much it differs', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#faults' })
  await emulator.faults.arm({ id: 'once', kind: 'status', status: 503, times: 1 })
  const card = page.getByRole('listitem').filter({ hasText: 'once' })
  await card.waitFor()
  t.equal(await card.getByText('Used up').count(), 0)
  await fetch(emulator.url + statusPath('12345'))
  await card.getByText('Used up: it has applied as often as it may').waitFor()

  t.equal(await page.getByText(/real time/).count(), 0)
  await emulator.clock.advance('2h')
  await page.getByText(/^clock (?:2 h|1 h 59 min) ahead of real time$/).waitFor()
  await emulator.clock.reset()
  await page.getByText(/real time/).waitFor({ state: 'detached' })
})

t.test(
  'the journal is searched by status, and texts of requests have their own direction',
  async (t) => {
    const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#journal' })
    await fetchTokenFrom(emulator.url)
    await fetch(emulator.url + statusPath('12345'))
    await page.getByLabel(/^Search/).fill('401')
    await page.getByRole('button', { name: statusPath('12345') }).waitFor()
    t.equal(await page.getByRole('button', { name: /oauth2/ }).count(), 0)
    t.ok((await page.locator('bdi').count()) > 0)
  },
)

t.test('forced colours show the selection and the progress of an import', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { forcedColors: 'active' })
  await emulator.clock.freeze()
  await emulator.imports.put('grows', {
    progress: { lines: 10, duration: '10m', outcome: 'processed' },
  })
  const row = page.getByRole('button', { name: /^grows/ })
  await row.click()
  // biome-ignore lint/suspicious/noExplicitAny: an element of the page
  const styleOf = (element: any) => {
    const { backgroundColor, borderTopStyle } =
      element.ownerDocument.defaultView.getComputedStyle(element)
    return { backgroundColor, borderTopStyle }
  }
  t.not(
    (await row.evaluate(styleOf)).backgroundColor,
    (await page.locator('body').evaluate(styleOf)).backgroundColor,
  )
  const progress = page.getByRole('progressbar', { name: 'Lines imported' })
  t.equal((await progress.evaluate(styleOf)).borderTopStyle, 'solid')
})
