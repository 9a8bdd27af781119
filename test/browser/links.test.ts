import t from 'tap'
import { statusPath } from '../support.js'
import { copyBy, eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

t.test('an import that is open has a link and a title, and Back and Forward keep it', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    before: (emulator) => emulator.clock.freeze(),
  })
  await page.getByRole('button', { name: /^pending \d/ }).click()
  await page.getByRole('searchbox').fill('slo')
  await importRow(page, 'slow').click()
  const hash = '#imports?search=slo&kind=pending&id=slow'
  await page.waitForURL(`${emulator.url}/__sandbox/${hash}`)
  const title = 'slow · pending · TAO emulator'
  t.equal(await eventually(() => page.title(), title), title)
  const link = await copyBy(page, 'Copy link')
  t.equal(link, `${emulator.url}/__sandbox/${hash}`)

  const details = page.getByRole('complementary', { name: 'slow' })
  await page.reload()
  await details.getByRole('region', { name: 'Timeline' }).waitFor()
  t.equal(await page.getByRole('searchbox').inputValue(), 'slo')
  await page.getByRole('link', { name: 'Faults' }).click()
  t.equal(await eventually(() => page.title(), 'Faults · TAO emulator'), 'Faults · TAO emulator')
  await page.goBack()
  await details.waitFor()
  await page.goBack()
  await details.waitFor({ state: 'detached' })
  await page.goForward()
  await details.waitFor()
  await page.getByRole('link', { name: 'Journal' }).click()
  await page.getByRole('link', { name: 'Imports' }).click()
  await details.waitFor()
  t.equal(page.url(), link, 'a view is as it was left')
})

t.test('a request that is open has a link, in its workspace too', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path: '/w/team/__sandbox/#journal?status=4',
    async before(emulator) {
      const team = emulator.workspace('team')
      await poll(team, 'nowhere')
      await poll(team, '12345')
    },
  })
  await page.getByRole('button', { name: statusPath('nowhere') }).click()
  t.equal(await page.getByRole('button', { name: statusPath('12345') }).count(), 0)
  const link = await copyBy(page, 'Copy link')
  t.equal(link, `${emulator.url}/w/team/__sandbox/#journal?status=4&entry=1`)
  await page.reload()
  await page.getByRole('complementary', { name: statusPath('nowhere') }).waitFor()
  const title = 'GET /w/team/api/v1/upload/api/v1/status/nowhere · 404 · team · TAO emulator'
  t.equal(await eventually(() => page.title(), title), title)

  await page.goto(`${emulator.url}/w/team/__sandbox/#journal?entry=99`)
  await page.getByText('This request is not in the journal').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  t.equal(page.url(), `${emulator.url}/w/team/__sandbox/#journal`)
})
