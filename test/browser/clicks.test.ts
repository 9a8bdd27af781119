import type { Page } from 'playwright-core'
import t from 'tap'
import { statusPath } from '../support.js'
import { eventually, importRow, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

interface Task {
  readonly name: string
  /** The place where it begins. */
  readonly at: string
  /** The most clicks that it may take. A click into a field counts. */
  readonly most: number
  /** Does it as a person does, and waits for what the person wants. */
  run(page: Page): Promise<unknown>
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Clicks into a field, and types over what is in it. */
async function type(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole('form', { name: 'Fail at line' }).getByLabel(label, { exact: true })
  await field.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.type(text)
}

/** The text that was copied. */
const copied = (page: Page, pattern: RegExp) =>
  eventually(async () => {
    return pattern.test(await page.evaluate('navigator.clipboard.readText()'))
  }, true)

const lastRequest = (page: Page) => page.getByRole('button', { name: statusPath('12345') }).first()

const tasks: readonly Task[] = [
  {
    name: 'an import fails at line 17 with a message',
    at: '#imports',
    most: 6,
    async run(page) {
      await importRow(page, 'pending').click()
      await press(page, 'fail at line…')
      await type(page, 'Line', '17')
      await type(page, 'Message', 'Line 18: bad')
      await press(page, 'Fail')
      await page.getByText('pending is failed at line 17 now').waitFor()
    },
  },
  {
    name: 'the reason why the last request was 401 is shown',
    at: '#journal',
    most: 1,
    async run(page) {
      await lastRequest(page).click()
      const reason = page.getByRole('region', { name: 'Reason' })
      await reason.getByText('time failed').waitFor()
      await reason.getByText('Get a new token on 401').waitFor()
    },
  },
  {
    name: 'a slow import is finished',
    at: '#imports',
    most: 2,
    async run(page) {
      await importRow(page, 'slow').click()
      await press(page, 'Finish now')
      await page.getByText('slow is finished').waitFor()
    },
  },
  {
    name: 'the curl of a failing request is copied',
    at: '#journal',
    most: 2,
    async run(page) {
      await lastRequest(page).click()
      await press(page, 'Copy as curl')
      await copied(page, /curl --include .*12345/)
    },
  },
  {
    name: 'the scenario is exported',
    at: '#imports',
    most: 2,
    async run(page) {
      await press(page, 'Scenario')
      const download = page.waitForEvent('download')
      await press(page, 'Export scenario')
      await download
    },
  },
  {
    name: 'a link to an import is shared',
    at: '#imports?id=slow',
    most: 1,
    async run(page) {
      await press(page, 'Copy link')
      await copied(page, /#imports\?id=slow$/)
    },
  },
  {
    name: 'it is shown what a run did to one id',
    at: '#journal',
    most: 1,
    async run(page) {
      await page.getByRole('link', { name: 'Timeline of 12345' }).first().click()
      await page.getByRole('complementary', { name: '12345' }).getByText('Timeline').waitFor()
    },
  },
]

for (const { name, at, most, run } of tasks) {
  t.test(`${name} with at most ${most === 1 ? 'one click' : `${most} clicks`}`, async (t) => {
    const { page, mishaps } = await openSandbox(t, browser, {
      path: `/__sandbox/${at}`,
      async before(emulator) {
        await emulator.clock.freeze()
        await poll(emulator, 'slow')
        const { access_token } = await emulator.tokens.mint({
          clientId: 'demo-client',
          flaw: 'expired',
        })
        await fetch(emulator.url + statusPath('12345'), {
          headers: { authorization: `Bearer ${access_token}` },
        })
      },
    })
    await page.locator('main').getByRole('listitem').first().waitFor()
    // A download clicks a link by itself, which no pointer pressed.
    await page.evaluate(
      'window.clicks = 0; addEventListener("pointerdown", () => (window.clicks += 1), true)',
    )
    await run(page)
    const clicks = Number(await page.evaluate('window.clicks'))
    t.ok(clicks > 0 && clicks <= most, `${clicks} clicks`)
    t.strictSame(mishaps, [])
  })
}
