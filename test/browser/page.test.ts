import t from 'tap'
import { statusPath } from '../support.js'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

t.test('a browser that opens the address of the emulator comes to the page', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/' })
  t.equal(page.url(), `${emulator.url}/__sandbox/`)
  await importRow(page, '12345').waitFor()
  t.equal((await emulator.journal.count()).count, 0, 'the page itself is no request of a client')
})

t.test('the clock is frozen, resumed, advanced, set and reset', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const clock = page.getByRole('region', { name: 'Virtual clock' })
  const press = (name: string) => clock.getByRole('button', { name, exact: true }).click()
  const instant = async () => (await clock.locator('time').getAttribute('datetime')) ?? ''
  const now = async () => (await emulator.clock.get()).now
  const moves = async () => {
    const before = await instant()
    return eventually(async () => (await instant()) !== before, true)
  }
  await importRow(page, '12345').waitFor()
  t.ok(await moves(), 'it runs')
  await press('Freeze')
  await clock.getByText('frozen').waitFor()
  t.equal((await emulator.clock.get()).frozen, true)
  await emulator.clock.set('2026-01-31T12:00:00Z')
  await poll(emulator, 'slow')

  const steps: [button: string, now: string, line: number][] = [
    ['+5 s', '2026-01-31T12:00:05.000Z', 166],
    ['+1 min', '2026-01-31T12:01:05.000Z', 1000],
    ['+1 h', '2026-01-31T13:01:05.000Z', 1000],
  ]
  for (const [button, expected, fileLine] of steps) {
    await press(button)
    t.equal(await eventually(instant, expected), expected, button)
    t.equal(await now(), expected)
    t.match(await poll(emulator, 'slow'), [200, { fileLine }])
  }
  await press('Set…')
  await clock.getByLabel('Instant, in UTC').fill('2030-06-01T08:30:15')
  await press('Set clock')
  t.equal(await eventually(now, '2030-06-01T08:30:15.000Z'), '2030-06-01T08:30:15.000Z')
  await clock.getByText('2030-06-01').waitFor()
  await press('Resume')
  t.ok(await moves(), 'it runs again')
  t.match(await now(), /^2030-/)
  await press('Reset the clock')
  const isReset = async () => Math.abs(Date.parse(await now()) - Date.now()) < 60_000
  t.ok(await eventually(isReset, true), 'beside the wall clock')
})

t.test('everything is reset, after a question', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await emulator.imports.put('12345', { error: 'No' })
  await emulator.imports.put('mine', { status: 'pending' })
  await emulator.faults.arm({ kind: 'status', status: 503, operation: 'jwks' })
  t.strictSame(await poll(emulator, '12345'), [500, 'No'])
  await importRow(page, 'mine').waitFor()
  await page.getByRole('button', { name: 'Reset everything' }).click()
  t.equal((await poll(emulator, '12345'))[0], 500, 'not yet')
  await page.getByRole('button', { name: 'Really reset everything?' }).click()
  await importRow(page, 'mine').waitFor({ state: 'detached' })
  t.match(await poll(emulator, '12345'), [200, { status: 'processed' }])
  t.strictSame(await emulator.faults.list(), [])
  t.equal((await emulator.journal.count()).count, 1)
})

t.test('a workspace is picked, and only that is driven', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    before: (emulator) => emulator.workspace('team').imports.put('ours', { status: 'pending' }),
  })
  await page.getByLabel('Workspace', { exact: true }).selectOption('team')
  await page.waitForURL(`${emulator.url}/w/team/__sandbox/`)
  await importRow(page, 'ours').click()
  await page
    .getByRole('group', { name: 'Set to' })
    .getByRole('button', { name: 'processed' })
    .click()
  await importRow(page, 'ours').getByText('processed').waitFor()
  t.match(await poll(emulator.workspace('team'), 'ours'), [200, { status: 'processed' }])
  t.equal((await poll(emulator, 'ours'))[0], 404)
  await page.getByRole('link', { name: 'Journal' }).click()
  await page.getByRole('button', { name: statusPath('ours') }).waitFor()
  t.equal(await page.getByRole('region', { name: 'Journal' }).getByRole('listitem').count(), 1)

  await page.getByLabel('Workspace', { exact: true }).selectOption('another…')
  await page.getByLabel('Name of the workspace').fill('no/name')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('status').getByText('The name of a workspace').waitFor()
  await page.getByLabel('Name of the workspace').fill('new-one')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.waitForURL(`${emulator.url}/w/new-one/__sandbox/#journal`)
  await page.getByText('No requests yet').waitFor()
  const isThere = async () => (await emulator.workspaces.list()).includes('new-one')
  t.equal(await eventually(isThere, true), true)
  await page.getByLabel('Workspace', { exact: true }).selectOption('main')
  await page.waitForURL(`${emulator.url}/__sandbox/#journal`)
})

t.test('the control token is asked for once', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    emulator: { controlToken: 'open sesame' },
  })
  await page.getByLabel('Control token').fill('wrong')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('That is not the control token').waitFor()
  await page.getByLabel('Control token').fill('open sesame')
  await page.getByRole('button', { name: 'Open' }).click()
  await importRow(page, '12345').waitFor()
  await page.reload()
  await importRow(page, '12345').click()
  await page.getByRole('button', { name: 'server error', exact: true }).click()
  await importRow(page, '12345').getByText('server error').waitFor()
  t.equal((await poll(emulator, '12345'))[0], 500)
  await page.getByRole('link', { name: 'Journal' }).click()
  await page.getByRole('button', { name: statusPath('12345') }).waitFor()
})

t.test('the page says that the emulator went away, and finds it again', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await importRow(page, '12345').waitFor()
  const port = Number(new URL(emulator.url).port)
  await emulator.close()
  await page.getByRole('status').getByText('The emulator does not respond').waitFor()
  const { startEmulator } = await import('../../src/index.js')
  const next = await startEmulator({ port })
  t.teardown(() => next.close())
  await next.imports.put('of-the-next', { status: 'pending' })
  await importRow(page, 'of-the-next').waitFor()
  await poll(next, 'of-the-next')
  await page.getByRole('link', { name: 'Journal' }).click()
  await page.getByRole('button', { name: statusPath('of-the-next') }).waitFor()
})
