import type { Page } from 'playwright-core'
import t from 'tap'
import type { RunningEmulator } from '../../src/index.js'
import { eventually, importRow, launchBrowser, openSandbox, poll } from '../browser/support.js'
import { fetchTokenFrom, statusPath } from '../support.js'
import { findingsOf } from './axe.js'

const browser = launchBrowser(t)

/** Something of everything. */
async function fill(emulator: RunningEmulator): Promise<void> {
  await emulator.clock.freeze()
  for (const id of ['12345', 'slow', 'third-poll', 'server-error', 'nowhere']) {
    await poll(emulator, id)
  }
  await fetchTokenFrom(emulator.url)
  await emulator.clock.advance('5s')
  await emulator.faults.arm({ kind: 'delay', delay: '1ms', operation: 'jwks' })
}

/** Every view, and what opens it from the one before. */
const views: [name: string, open: (page: Page) => Promise<unknown>][] = [
  [
    'imports',
    async (page) => {
      await importRow(page, '12345').waitFor()
      const tools = page.getByRole('button', { name: 'Tools' })
      if (await tools.isVisible()) await tools.click()
    },
  ],
  [
    'an import',
    async (page) => {
      await importRow(page, 'failed').click()
      await page.getByRole('button', { name: 'Restart' }).waitFor()
    },
  ],
  [
    'its timeline as a table',
    async (page) => {
      await page.getByRole('button', { name: 'Close' }).click()
      await importRow(page, 'slow').click()
      await page.getByText('events as a table').click()
      await page.getByRole('table').waitFor()
      await page.getByRole('table').scrollIntoViewIfNeeded()
    },
  ],
  ['editing it', (page) => page.getByRole('button', { name: 'Edit' }).click()],
  [
    'a new import',
    async (page) => {
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'New import' }).click()
      await page.getByRole('button', { name: 'Timeline' }).click()
      await page.getByRole('group', { name: 'Step 2' }).waitFor()
    },
  ],
  [
    'setting the clock',
    async (page) => {
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Set…' }).click()
      await page.getByLabel('Instant, in UTC').waitFor()
    },
  ],
  [
    'the upload desk',
    async (page) => {
      await page.getByRole('button', { name: 'Uploads', exact: true }).click()
      await page.getByText('Plan an outcome').click()
      await page.getByText('Service switches').click()
      await page.getByLabel('File name', { exact: true }).fill('a b')
      await page.getByLabel('Times').fill('never')
      await page.getByRole('button', { name: 'Plan outcome' }).click()
      await page.getByRole('button', { name: 'Dismiss' }).click()
    },
  ],
  [
    'clients',
    async (page) => {
      await page.getByRole('button', { name: 'Clients', exact: true }).click()
      await page.getByRole('button', { name: 'Edit demo-client' }).click()
    },
  ],
  [
    'savepoints',
    async (page) => {
      await page.getByRole('button', { name: 'Savepoints' }).click()
      await page.getByLabel('Name', { exact: true }).fill('here')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Restore here' }).waitFor()
    },
  ],
  [
    'the palette',
    async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('listbox').getByRole('option').first().waitFor()
    },
  ],
  [
    'the tour',
    async (page) => {
      await page.getByRole('combobox', { name: 'Action' }).fill('tour')
      await page.keyboard.press('Enter')
      await page.getByRole('region', { name: 'Five steps to begin' }).waitFor()
    },
  ],
  [
    'loading a scenario',
    async (page) => {
      await page.getByRole('button', { name: 'Scenario', exact: true }).click()
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Load scenario…' }).click(),
      ])
      const buffer = Buffer.from('imports: [{ referenceId: 7 }]')
      await chooser.setFiles({ name: 'scenario.yaml', mimeType: 'application/yaml', buffer })
      await page.getByRole('button', { name: 'Load', exact: true }).click()
      await page.getByText('Nothing has changed').waitFor()
    },
  ],
  [
    'a call',
    async (page) => {
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Set…' }).click()
      await page.getByRole('link', { name: 'Call' }).click()
      await page.getByRole('button', { name: 'Get a token' }).click()
      await page.getByText('expires in').waitFor()
      await page.getByRole('button', { name: 'Try it' }).click()
      await page.getByText('HTTP/1.1 200 OK').waitFor()
    },
  ],
  [
    'the journal',
    async (page) => {
      await page.getByRole('link', { name: 'Journal' }).click()
      await page.getByRole('button', { name: statusPath('nowhere') }).waitFor()
    },
  ],
  [
    'an entry',
    async (page) => {
      await page.getByRole('button', { name: statusPath('nowhere') }).click()
      await page.getByRole('button', { name: 'Copy as test' }).waitFor()
    },
  ],
  [
    'faults',
    async (page) => {
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('link', { name: 'Faults' }).click()
      await page.getByRole('button', { name: 'Disarm fault-1' }).waitFor()
    },
  ],
  [
    'the reference',
    async (page) => {
      await page.getByRole('link', { name: 'API' }).click()
      await page.getByText('GET /api/v1/upload/api/v1/status/{referenceId}').click()
      for (const text of ['Access Denied without a valid token', 'for an id that is no UUID'])
        await page.getByText(text).click()
      await page.getByText('referenceIds: uuid').waitFor()
    },
  ],
]

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 380, height: 800 } }],
  ['forced colours', { forcedColors: 'active' }],
] as const

for (const [look, options] of looks) {
  t.test(`everyone can use it: ${look}`, async (t) => {
    const { page, mishaps } = await openSandbox(t, browser, { before: fill, ...options })
    for (const [name, open] of views) {
      await open(page)
      t.strictSame(await findingsOf(page), [], name)
      const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
      t.equal(isTooWide, false, `${name} needs no scrolling sideways`)
    }
    t.strictSame(mishaps, [])
  })
}

t.test('everyone can unlock it', async (t) => {
  const { page } = await openSandbox(t, browser, { emulator: { controlToken: 'secret' } })
  await page.getByLabel('Control token').waitFor()
  t.strictSame(await findingsOf(page), [])
})

t.test('it is used by keyboard alone', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  await importRow(page, '12345').waitFor()
  const focused = () =>
    page.evaluate(`(() => {
      const { outlineStyle } = getComputedStyle(document.activeElement)
      return [document.activeElement.innerText || document.activeElement.ariaLabel, outlineStyle]
    })()`) as Promise<[string, string]>
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab')
      const [text, outline] = await focused()
      if (!name.test(text)) continue
      t.equal(outline, 'solid', `the focus is seen on ${text}`)
      return
    }
    t.fail(`${name} is not reached`)
  }
  await tabTo(/^pending\s+pending/)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Restart' }).waitFor()
  await tabTo(/^failed$/)
  await page.keyboard.press('Space')
  await importRow(page, 'pending').getByText('failed', { exact: true }).waitFor()
  t.match(await poll(emulator, 'pending'), [200, { status: 'failed' }])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Restart' }).waitFor({ state: 'detached' })
  t.match((await focused())[0], /^pending/, 'the focus is back where it was')
})

t.test('closing gives the focus back, however fast the hand is', async (t) => {
  const { page } = await openSandbox(t, browser)
  // The first one loads the code of the details.
  await importRow(page, '12345').click()
  await page.getByRole('button', { name: 'Restart' }).waitFor()
  await page.keyboard.press('Escape')
  await importRow(page, '12345').focus()
  const focused = await page.evaluate(`(async () => {
    const soon = async (isThere) => {
      for (let turns = 0; turns < 100 && !isThere(); turns += 1) await undefined
      return isThere()
    }
    const details = () => document.querySelector('aside.details')
    document.activeElement.click()
    if (!(await soon(() => details() !== null))) return 'nothing opens'
    details().querySelector('button').focus()
    dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    if (!(await soon(() => details() === null))) return 'nothing closes'
    return document.activeElement.querySelector('.id')?.innerText
  })()`)
  t.equal(focused, '12345')
})

t.test('opening another leaves the focus on it', async (t) => {
  const { page } = await openSandbox(t, browser)
  await importRow(page, '12345').press('Enter')
  await page.getByRole('complementary', { name: '12345' }).waitFor()
  await importRow(page, 'failed').press('Enter')
  await page.getByRole('complementary', { name: 'failed' }).waitFor()
  const focused = () => page.evaluate("document.activeElement.querySelector('.id')?.innerText")
  t.equal(await focused(), 'failed')
  await page.keyboard.press('Escape')
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  t.equal(await focused(), 'failed')
})

const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'`'

t.test('whatever a client sends is shown as text', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser, {
    async before(emulator) {
      await emulator.imports.put(hostile, {
        status: 'failed',
        messages: [hostile, 'javascript:alert(4)'],
      })
      await emulator.imports.put('error', { error: hostile })
      await emulator.clients.put(hostile, { clientSecret: 's', scopes: ['rostering'] })
      await emulator.faults.arm({
        kind: 'status',
        status: 503,
        message: hostile,
        operation: 'jwks',
      })
      const { access_token } = await emulator.tokens.mint({
        clientId: hostile,
        claims: { hostile },
      })
      for (const id of [hostile, 'error', `unknown ${hostile}`]) {
        await fetch(emulator.url + statusPath(id), {
          headers: { authorization: `Bearer ${access_token}`, 'user-agent': hostile },
        })
      }
      await fetchTokenFrom(emulator.url, { clientId: `nobody ${hostile}`, clientSecret: 'x' })
    },
  })
  const seen = (times = 1) =>
    page
      .getByText(hostile)
      .nth(times - 1)
      .waitFor()
  await importRow(page, hostile).click()
  await page.getByRole('list', { name: 'Messages' }).getByText(hostile).waitFor()
  await page.getByRole('button', { name: 'Restart' }).click()
  await page.getByRole('status').getByText(hostile).waitFor()
  await page.getByRole('button', { name: 'Call it' }).click()
  await page.getByLabel('Client').selectOption(hostile)
  await page.getByRole('button', { name: 'Get a token' }).click()
  await page.getByText('expires in').waitFor()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText('HTTP/1.1 200 OK').waitFor()
  await page.getByRole('link', { name: 'Journal' }).click()
  await seen()
  const rows = page.getByRole('region', { name: 'Journal' }).getByRole('listitem')
  // A row that comes later would move the others under the pointer.
  const { count } = await emulator.journal.count()
  t.equal(await eventually(() => rows.count(), count), count)
  for (const row of await rows.all()) {
    await row.getByRole('button').click()
    await page.getByRole('region', { name: 'Request' }).waitFor()
  }
  await page.getByRole('link', { name: 'Faults' }).click()
  await seen()
  t.equal(await page.locator('img, script:not([src])').count(), 0)
  t.strictSame(mishaps, [])
  t.match(await poll(emulator, hostile), [200, { messages: [hostile, 'javascript:alert(4)'] }])
})

t.test('it is small, and needs nothing but the emulator', async (t) => {
  const { emulator } = await openSandbox(t, browser)
  const context = await (await browser).newContext()
  t.teardown(() => context.close())
  const page = await context.newPage()
  const urls: string[] = []
  let transferred = 0
  page.on('response', async (response) => {
    urls.push(response.url())
    if (!response.url().includes('/__control/')) {
      const sizes = await response.request().sizes()
      transferred += sizes.responseBodySize + sizes.responseHeadersSize
    }
  })
  await page.goto(`${emulator.url}/__sandbox/`)
  await importRow(page, '12345').waitFor()
  t.ok(urls.length > 3)
  t.strictSame(
    urls.filter((url) => !url.startsWith(`${emulator.url}/`)),
    [],
  )
  t.ok(transferred > 5000 && transferred < 60_000, `${transferred} bytes for the first paint`)
  for (const file of ['', ...urls.flatMap((url) => /[\w-]+\.(?:js|css)$/.exec(url)?.[0] ?? [])]) {
    const answer = await fetch(`${emulator.url}/__sandbox/${file}`)
    t.equal(answer.status, 200)
    t.match(
      answer.headers.get('content-security-policy'),
      /^default-src 'none'; script-src 'self';/,
    )
    t.notMatch(await answer.text(), /https?:\/\/(?!www\.w3\.org)/, 'no address of elsewhere')
  }
})
