import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../../src/index.js'
import { statusPath } from '../support.js'

/** Debian's package `chromium` puts it there. */
const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The time that anything on the page has before a test fails. */
export const patienceMs = 30_000

let launched: Promise<Browser> | undefined

/** Starts one browser for all test files of a process. Without one, the run ends with a line that says what to install. */
export function launchBrowser(t: Test): Promise<Browser> {
  if (launched !== undefined) return launched
  if (process.env.SKIP_BROWSER_TESTS === '1') {
    t.plan(0, 'SKIP_BROWSER_TESTS is set')
    process.exit(0)
  }
  if (!existsSync(executablePath)) {
    t.bailout(
      `${executablePath} does not exist: install Chromium (Debian's package chromium), name another one with CHROMIUM, or skip the tests in a browser with SKIP_BROWSER_TESTS=1`,
    )
    process.exit(1)
  }
  const browser = chromium.launch({ executablePath, args: flags })
  t.teardown(async () => (await browser).close())
  launched = browser
  return browser
}

export interface OpenOptions extends BrowserContextOptions {
  readonly emulator?: EmulatorOptions
  /** Below the emulator's address. */
  readonly path?: string
  /** Prepares the emulator before the page opens. */
  readonly before?: (emulator: RunningEmulator) => Promise<unknown>
}

export interface Opened {
  readonly emulator: RunningEmulator
  readonly page: Page
  /** The faults of the page: violations of its policy, and uncaught errors. */
  readonly mishaps: readonly string[]
}

/** The page of an emulator of its own, in a browser context of its own. */
export async function openSandbox(
  t: Test,
  browser: Promise<Browser>,
  { emulator: options, path = '/__sandbox/', before, ...contextOptions }: OpenOptions = {},
): Promise<Opened> {
  const emulator = await startEmulator(options)
  t.teardown(() => emulator.close())
  await before?.(emulator)
  const context = await (await browser).newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    ...contextOptions,
  })
  context.setDefaultTimeout(patienceMs)
  t.teardown(() => context.close())
  const page = await context.newPage()
  const mishaps: string[] = []
  page.on('pageerror', (error) => mishaps.push(error.message))
  page.on('dialog', (dialog) => {
    mishaps.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) mishaps.push(message.text())
  })
  await page.goto(emulator.url + path)
  return { emulator, page, mishaps }
}

/** Asks the vendor's API for an import, as a client would. */
export async function poll(
  { url, tokens }: Pick<RunningEmulator, 'url' | 'tokens'>,
  referenceId: string,
): Promise<readonly [status: number, told: unknown]> {
  const { access_token } = await tokens.mint({ clientId: 'demo-client' })
  const answer = await fetch(url + statusPath(referenceId), {
    headers: { authorization: `Bearer ${access_token}` },
  })
  const body = JSON.parse(await answer.text())
  return [answer.status, answer.status === 200 ? body.result : body.message]
}

/** Asks again until it is told what it expects; what it was told last is for the test to compare. */
export async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<T> {
  const givenUpAt = Date.now() + patienceMs
  for (;;) {
    const told = await ask()
    if (isDeepStrictEqual(told, expected) || Date.now() > givenUpAt) return told
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The row of an import. */
export const importRow = (page: Page, id: string) =>
  page
    .getByRole('region', { name: 'Imports' })
    .getByRole('listitem')
    .filter({ has: page.locator('.id').getByText(id, { exact: true }) })
    .getByRole('button')

/** Clicks what copies, and reads what it has copied. */
export async function copyBy(page: Page, button: string): Promise<string> {
  await page.evaluate("navigator.clipboard.writeText('')")
  await page.getByRole('button', { name: button }).click()
  const read = (): Promise<string> => page.evaluate('navigator.clipboard.readText()')
  await eventually(async () => (await read()) !== '', true)
  return read()
}
