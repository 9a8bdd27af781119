import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { startEmulator } from '../../src/index.js'
import { eventually, importRow, launchBrowser, openSandbox } from './support.js'

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

/** Holds back the next answer of the control API at a path: it is told by then, and comes when it is let go. */
async function holdAnswer(page: Page, path: string) {
  const isLetGo = createGate()
  const isTold = createGate()
  const isThere = createGate()
  await page.route(
    `**/__control/${path}`,
    async (route) => {
      const response = await route.fetch()
      isTold.open()
      await isLetGo.opened
      await route.fulfill({ response })
      isThere.open()
    },
    { times: 1 },
  )
  return {
    isTold: isTold.opened,
    async letGo() {
      isLetGo.open()
      await isThere.opened
      await pause(250)
    },
  }
}

function createGate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
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
  await page.locator('.toolbar input[type=file]').setInputFiles(join(fixtures, 'groups.csv'))
  await page.getByRole('status').getByText('groups.csv is uploaded').waitFor()
  t.equal((await emulator.journal.count({ operation: 'upload', status: 200 })).count, 1)
})

t.test(
  'a refusal of what was asked before the control token was given locks nothing',
  async (t) => {
    const { page } = await openSandbox(t, browser, {
      emulator: { controlToken: 'open sesame' },
    })
    const formWritten = createGate()
    await page.route('**/__control/clients', async (route) => {
      if (route.request().headers().authorization === undefined) await formWritten.opened
      await route.continue()
    })
    await page.reload()
    await page.getByLabel('Control token').fill('open sesame')
    await page.getByRole('button', { name: 'Open' }).click()
    await importRow(page, '12345').waitFor()
    await page.getByRole('button', { name: 'New import' }).click()
    await page.getByLabel('Reference id', { exact: true }).fill('half-written')
    const refused = page.waitForResponse((response) => response.status() === 401)
    formWritten.open()
    await refused
    await pause(250)
    t.equal(
      await page.getByLabel('Reference id', { exact: true }).inputValue(),
      'half-written',
      'what was being written is still there',
    )
    await page.getByRole('button', { name: 'Clients', exact: true }).click()
    await page.getByRole('button', { name: 'Edit demo-client' }).waitFor()
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

t.test('a disarmed fault does not come back with an earlier response', async (t) => {
  const { page } = await openSandbox(t, browser, {
    path: '/__sandbox/#faults',
    before: (emulator) => emulator.faults.arm({ kind: 'hang', id: 'slow-one' }),
  })
  const armed = page.getByRole('region', { name: 'Armed faults' })
  await armed.getByText('slow-one').waitFor()
  const held = await holdAnswer(page, 'faults')
  await held.isTold
  await armed.getByRole('button', { name: 'Disarm slow-one' }).click()
  await armed.getByText('No fault is armed').waitFor()
  await held.letGo()
  t.equal(await armed.getByText('slow-one').count(), 0)
})

t.test('the clock does not go back with an earlier response', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.clock.set('2026-01-31T12:00:00Z')
      await emulator.clock.freeze()
    },
  })
  const instant = async () =>
    Date.parse((await page.locator('time').getAttribute('datetime')) ?? '')
  const start = Date.parse((await emulator.clock.get()).now)
  t.equal(await eventually(instant, start), start)
  const hourMs = 3_600_000
  const held = await holdAnswer(page, 'clock')
  await held.isTold
  await page.getByRole('button', { name: '+1 h' }).click()
  t.equal(await eventually(instant, start + hourMs), start + hourMs)
  await held.letGo()
  t.equal(await instant(), start + hourMs, 'by an answer to a question')

  const heldTurn = await holdAnswer(page, 'clock/advance')
  await page.getByRole('button', { name: '+1 h' }).click()
  await heldTurn.isTold
  await page.getByRole('button', { name: '+1 h' }).click()
  t.equal(await eventually(instant, start + 3 * hourMs), start + 3 * hourMs)
  const nextLook = await holdAnswer(page, 'clock')
  await heldTurn.letGo()
  t.equal(await instant(), start + 3 * hourMs, 'by an answer to an earlier turn')
  await nextLook.letGo()
})

t.test('a changed import does not change back with an earlier response', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    before: (emulator) => emulator.imports.put('ours', { status: 'pending' }),
  })
  await importRow(page, 'ours').click()
  const held = await holdAnswer(page, 'imports?*')
  await held.isTold
  await page.getByRole('group', { name: 'Set to' }).getByRole('button', { name: 'failed' }).click()
  await importRow(page, 'ours').getByText('failed').waitFor()
  await held.letGo()
  t.equal(await importRow(page, 'ours').getByText('failed').count(), 1)
  t.match(await emulator.imports.get('ours'), { override: { status: 'failed' } })
})

t.test('the page says that the emulator does not respond, until it responds again', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#faults' })
  const told = page.getByRole('status').getByText('The emulator does not respond')
  const isTold = async () => (await told.count()) > 0
  await page.getByText('No fault is armed').waitFor()
  const port = Number(new URL(emulator.url).port)
  await emulator.close()
  await told.waitFor()
  await page.getByRole('button', { name: 'Freeze' }).click()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await told.waitFor()
  t.equal(await page.getByText('Failed to fetch').count(), 0)
  await page.getByRole('button', { name: 'Freeze' }).click()
  await page.getByRole('button', { name: 'Dismiss' }).waitFor()
  const next = await startEmulator({ port })
  t.teardown(() => next.close())
  t.equal(await eventually(isTold, false), false)
  t.equal(await page.getByRole('button', { name: 'Dismiss' }).count(), 0)
  await next.close()
  await told.waitFor()
})

t.test('a slow emulator that went away is found again soon', async (t) => {
  const { page } = await openSandbox(t, browser)
  await importRow(page, '12345').waitFor()
  let isAway = true
  await page.route('**/__control/**', async (route) => {
    await pause(2000)
    if (isAway) await route.abort()
    else await route.continue()
  })
  const told = page.getByRole('status').getByText('The emulator does not respond')
  await told.waitFor()
  isAway = false
  await told.waitFor({ state: 'detached', timeout: 8000 })
})

t.test('an upload whose connection is cut says so', async (t) => {
  const { page } = await openSandbox(t, browser, {
    before: (emulator) => emulator.faults.arm({ kind: 'reset', operation: 'upload' }),
  })
  await page.locator('.toolbar input[type=file]').setInputFiles(join(fixtures, 'groups.csv'))
  await page
    .getByRole('status')
    .getByText('The connection closed before the response was complete')
    .waitFor()
  t.equal(await page.getByText('The emulator does not respond').count(), 0)
})
