import t from 'tap'
import { launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

t.test('the run report shows what was met, and its findings lead to their requests', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser)
  for (let request = 0; request < 3; request += 1) await fetch(`${emulator.url}/nope`)
  await poll(emulator, '12345')
  await page.getByRole('link', { name: 'Report' }).click()
  await page.getByText('4 requests').waitFor()
  await page.getByText('processed ×1').waitFor()
  t.match(await page.getByRole('row', { name: /^status/ }).textContent(), 'pending never met')
  await page.getByText('unknown-path ×3').waitFor()
  await page.getByRole('link', { name: '#1' }).click()
  await page.getByText('No such path').first().waitFor()
  t.equal(page.url(), `${emulator.url}/__sandbox/#journal?entry=1`)
  await page.goBack()
  await page.getByRole('button', { name: 'Count anew' }).click()
  await page.getByRole('button', { name: 'Really begin the count anew?' }).click()
  await page.getByText('0 requests').waitFor()
  await fetch(`${emulator.url}/nope`)
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('1 requests').waitFor()
  t.match(await emulator.report.markdown(), '1 request.')
  t.strictSame(mishaps, [])
})
