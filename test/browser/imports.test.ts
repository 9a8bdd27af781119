import t from 'tap'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

t.test('imports are seen at a glance, and move as time passes', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.clock.freeze()
      await emulator.imports.put('district', {
        progress: { lines: 1000, duration: '100s', outcome: 'failed', messages: ['One', 'Two'] },
      })
      await emulator.imports.put('waiting', {
        timeline: [{ status: 'pending' }, { after: '5s', error: 'Gone' }],
      })
      await poll(emulator, 'district')
      await poll(emulator, 'third-poll')
    },
  })
  const told = (id: string) => importRow(page, id).innerText()
  const row = async (id: string) => (await told(id)).replace(/\s+/g, ' ')
  t.equal(await row('12345'), '12345 processed 2 0')
  t.equal(await row('server-error'), 'server-error server error Storage bucket is unavailable 0')
  t.equal(await row('failed'), 'failed failed 7 · 2 messages 0')
  t.equal(await row('processed-*'), 'processed-* pattern processed')
  t.equal(await row('waiting'), 'waiting pending 0 0 starts with its first poll')
  t.equal(await row('third-poll'), 'third-poll pending 0 of 2 1 processed after 2 more polls')
  const atFirst = 'district pending 0 of 1,000 1 failed in 1 min 40 s'
  t.equal(await eventually(() => row('district'), atFirst), atFirst, 'once the clock is known')

  await poll(emulator, 'third-poll')
  const next = 'third-poll pending 0 of 2 2 processed after 1 more poll'
  t.equal(await eventually(() => row('third-poll'), next), next, 'a poll is seen at once')

  await emulator.clock.advance('40s')
  const halfWay = 'district pending 400 of 1,000 1 failed in 1 min'
  t.equal(await eventually(() => row('district'), halfWay), halfWay)
  await emulator.clock.resume()
  await importRow(page, 'district')
    .getByText(/^[4-9]\d[1-9] of/)
    .waitFor()
  t.equal((await emulator.imports.get('district')).polls, 1, 'looking is no poll')
  await emulator.clock.advance('1m')
  const over = 'district failed 1,000 · 2 messages 1'
  t.equal(await eventually(() => row('district'), over), over)
})

t.test('imports are searched and filtered', async (t) => {
  const { page } = await openSandbox(t, browser)
  const ids = () => page.getByRole('region', { name: 'Imports' }).locator('.id').allInnerTexts()
  const filter = page.getByRole('group', { name: 'Filter by state' })
  await filter.getByRole('button', { name: 'failed 1' }).click()
  t.strictSame(await eventually(ids, ['failed']), ['failed'])
  await filter.getByRole('button', { name: 'pattern 7' }).click()
  await page.getByRole('searchbox', { name: 'Search reference ids' }).fill('-AT-')
  const found = ['failed-at-line-{n}']
  t.strictSame(await eventually(ids, found), found)
  await page.getByRole('searchbox', { name: 'Search reference ids' }).fill('nowhere')
  await page.getByText('No match').waitFor()
})

t.test('a hundred thousand imports are usable', async (t) => {
  const imports = Array.from({ length: 100_000 }, (_, index) => ({
    referenceId: `roster-${index}`,
    status: index % 1000 === 999 ? ('failed' as const) : ('processed' as const),
  }))
  const { emulator, page } = await openSandbox(t, browser, {
    emulator: {
      fixtures: {
        clients: [{ clientId: 'demo-client', clientSecret: 's', scopes: ['rostering'] }],
        imports,
      },
    },
  })
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await pages.getByText('1–50 of 100,000').waitFor()
  await pages.getByRole('button', { name: 'Next' }).click()
  await importRow(page, 'roster-50').waitFor()
  await page.getByRole('button', { name: 'failed 100' }).click()
  await pages.getByText('1–50 of 100', { exact: true }).waitFor()
  await importRow(page, 'roster-999').click()
  await page.getByRole('button', { name: 'all 100,000' }).click()
  await page.getByRole('searchbox', { name: 'Search reference ids' }).fill('99998')
  await importRow(page, 'roster-99998').click()
  await page.getByRole('button', { name: 'pending', exact: true }).click()
  await importRow(page, 'roster-99998').getByText('pending').waitFor()
  t.match(await poll(emulator, 'roster-99998'), [200, { status: 'pending' }])
})

t.test('the state of an import is changed by a click', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await importRow(page, 'slow').click()
  const clicks: [button: string, status: number, told: unknown][] = [
    ['pending', 200, { status: 'pending', fileLine: 0, messages: [] }],
    ['processing', 200, { status: 'processing', fileLine: 0, messages: [] }],
    [
      'failed',
      200,
      { status: 'failed', fileLine: 0, messages: ['Line 1: set to fail in the sandbox'] },
    ],
    ['server error', 500, 'Set to fail in the sandbox'],
    ['processed', 200, { status: 'processed', fileLine: 1000, messages: [] }],
  ]
  for (const [button, ...expected] of clicks) {
    await page.getByRole('group', { name: 'Set to' }).getByRole('button', { name: button }).click()
    await importRow(page, 'slow').getByText(button, { exact: true }).waitFor()
    t.strictSame(await poll(emulator, 'slow'), expected, button)
  }
})

t.test('an import is restarted, edited, called and deleted', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.clock.freeze()
      await poll(emulator, 'slow')
      await emulator.clock.advance('1m')
    },
  })
  t.match(await poll(emulator, 'slow'), [200, { status: 'processed' }])
  await importRow(page, 'slow').click()
  await page.getByRole('button', { name: 'Restart' }).click()
  await importRow(page, 'slow').getByText('starts with its first poll').waitFor()
  t.match(await poll(emulator, 'slow'), [200, { status: 'pending', fileLine: 0 }])

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Lines').fill('77')
  await page.getByRole('button', { name: 'Save and restart' }).click()
  await page.getByText('slow is changed').waitFor()
  await poll(emulator, 'slow')
  await emulator.clock.advance('1m')
  t.match(await poll(emulator, 'slow'), [200, { status: 'processed', fileLine: 77 }])

  await page.getByRole('button', { name: 'Call it' }).click()
  t.equal(await page.getByLabel('Reference id').inputValue(), 'slow')
  await page.getByRole('link', { name: 'Imports' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await importRow(page, 'slow').waitFor({ state: 'detached' })
  t.equal((await poll(emulator, 'slow'))[0], 404)
})

t.test('an import is made in every form', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await emulator.clock.freeze()
  const details = page.getByRole('complementary', { name: 'New import' })
  const write = async (id: string, form: string) => {
    await page.getByRole('button', { name: 'New import' }).click()
    await details.getByLabel('Reference id').fill(id)
    await details.getByRole('button', { name: form }).click()
  }
  const create = async (id: string) => {
    await details.getByRole('button', { name: 'Create import' }).click()
    await importRow(page, id).waitFor()
  }

  await write('fixed', 'Fixed state')
  await details.getByLabel('Status').selectOption('failed')
  await details.getByLabel('Line', { exact: true }).fill('41')
  await details.getByLabel('Messages, one a line').fill('First\nSecond\n')
  await create('fixed')
  t.strictSame(await poll(emulator, 'fixed'), [
    200,
    { status: 'failed', fileLine: 41, messages: ['First', 'Second'] },
  ])

  await write('broken', 'Server error')
  await details.getByLabel('Message').fill('Out of disk')
  await create('broken')
  t.strictSame(await poll(emulator, 'broken'), [500, 'Out of disk'])

  await write('growing', 'Progress')
  await details.getByLabel('Lines').fill('500')
  await details.getByLabel('Duration').fill('10s')
  await details.getByLabel('While it runs').selectOption('processing')
  await details.getByLabel('Outcome').selectOption('failed')
  await details.getByLabel('Fails at line').fill('250')
  await details.getByLabel('Messages, one a line').fill('Line 251: bad')
  await details.getByLabel('Time counts from').selectOption('load')
  await create('growing')
  await emulator.clock.advance('4s')
  t.match(await poll(emulator, 'growing'), [200, { status: 'processing', fileLine: 200 }])
  t.equal(
    await importRow(page, 'growing').locator('.chip').getAttribute('title'),
    'Published, not documented',
  )
  await emulator.clock.advance('1s')
  t.strictSame(await poll(emulator, 'growing'), [
    200,
    { status: 'failed', fileLine: 250, messages: ['Line 251: bad'] },
  ])

  await write('stepwise-{n}', 'Timeline')
  await details.getByRole('button', { name: 'Add a step' }).click()
  await details.getByRole('button', { name: 'Add a step' }).click()
  await details.getByRole('button', { name: 'Remove step 3' }).click()
  const step = (name: string) => details.getByRole('group', { name, exact: true })
  await step('Step 2').getByLabel('Begins after').selectOption('afterPolls')
  await step('Step 2').getByLabel('Status').selectOption('error')
  await step('Step 2').getByLabel('Message').fill('Try again')
  await step('Step 3').getByLabel('Time').fill('30s')
  await step('Step 3').getByLabel('Line').fill('{n}')
  await create('stepwise-{n}')
  t.match(await poll(emulator, 'stepwise-9'), [200, { status: 'pending' }])
  t.strictSame(await poll(emulator, 'stepwise-9'), [500, 'Try again'])
  await emulator.clock.advance('30s')
  t.match(await poll(emulator, 'stepwise-9'), [200, { status: 'processed', fileLine: 9 }])

  await write('wrong', 'Progress')
  await details.getByLabel('Duration').fill('soon')
  await details.getByRole('button', { name: 'Create import' }).click()
  await page.getByRole('status').getByText('progress.duration: must be a duration').waitFor()
  t.equal((await poll(emulator, 'wrong'))[0], 404)
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'detached' })
})
