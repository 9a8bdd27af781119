import t from 'tap'
import { launchBrowser, openSandbox } from './support.js'

const browser = launchBrowser(t)

t.test('the reference shows an operation with its evidence, and leads to the call', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser)
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await page.getByRole('link', { name: 'API' }).click()
  await page.getByText('GET /api/v1/upload/api/v1/status/{referenceId}').click()
  t.ok(loaded.some((url) => /\/part-\w+\.js$/.test(url)))
  t.ok(loaded.includes(`${emulator.url}/__control/openapi/rostering.json`))
  await page.getByText('for an id that is no UUID').first().click()
  await page.getByText('referenceIds: uuid').waitFor()
  const reason = page.getByRole('paragraph').filter({ hasText: '"12345" is not a UUID' })
  await reason.getByText('published').waitFor()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByLabel('Reference id').waitFor()
  t.equal(page.url(), `${emulator.url}/__sandbox/#call`)
  t.strictSame(mishaps, [])
})

t.test('the reference of the control API is searched, in a workspace too', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path: '/w/team/__sandbox/#reference',
    emulator: { controlToken: 'secret' },
  })
  await page.getByLabel('Control token').fill('secret')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Control API' }).click()
  const link = page.getByRole('link', { name: 'OpenAPI document' })
  t.equal(await link.getAttribute('href'), `${emulator.url}/w/team/__control/openapi/control.json`)
  await page.getByRole('searchbox').fill('advance')
  await page.getByText('POST /__control/clock/advance').click()
  await page.getByText('A duration, such as 5s, or a number of milliseconds.').waitFor()
  t.equal(await page.getByRole('button', { name: 'Try it' }).count(), 0)
  await page.getByRole('searchbox').fill('xyzzy')
  await page.getByText('No operation has these words').waitFor()
  t.equal(await page.title(), 'Reference · team · TAO emulator')
})

t.test('a document that cannot be loaded is told', async (t) => {
  const { page } = await openSandbox(t, browser)
  await page.route('**/openapi/rostering.json', (route) =>
    route.fulfill({ status: 500, body: 'out of ink' }),
  )
  await page.getByRole('link', { name: 'API' }).click()
  const notice = page.getByRole('status').getByText('The document cannot be loaded: out of ink')
  await notice.waitFor()
  t.equal(await page.getByText('Loading…').count(), 1)
})
