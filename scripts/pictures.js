import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { startEmulator } from '../dist/library/index.js'

/*
 * Takes the pictures of the documentation from the running sandbox page: `npm run pictures`. The folder is an argument, so that
 * a test can take them elsewhere.
 */

const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env
const [folder = fileURLToPath(new URL('../docs/', import.meta.url))] = process.argv.slice(2)

/** A fixed time, so that new pictures differ little from old ones. */
const start = '2026-09-01T07:12:32Z'
const end = '2026-09-01T07:14:56Z'

const fixtures = {
  clients: [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }],
  imports: [
    progress('roster-autumn-2026', 120_000, '10m', 'processed'),
    progress('district-north', 4800, '4m', 'processed'),
    progress('district-south', 812, '5m', 'failed'),
    {
      referenceId: 'third-poll',
      timeline: [{ status: 'pending' }, { afterPolls: 2, status: 'processed', fileLine: 2 }],
    },
    { referenceId: '12345', status: 'processed', fileLine: 2 },
    {
      referenceId: 'teachers-2026',
      status: 'failed',
      fileLine: 41,
      messages: ['Line 42: user_username is mandatory', 'Line 57: user_role is unknown'],
    },
    { referenceId: 'out-of-order', error: 'Storage bucket is unavailable' },
    { referenceId: 'school-*', status: 'processed', fileLine: 30 },
  ],
}

function progress(referenceId, lines, duration, outcome) {
  return { referenceId, startsAt: 'load', progress: { lines, duration, outcome } }
}

const emulator = await startEmulator({ fixtures })
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] })
try {
  await emulator.clock.freeze()
  await emulator.clock.set(start)
  // Their time begins again at the new start.
  for (const { referenceId, ...definition } of fixtures.imports.slice(0, 3))
    await emulator.imports.put(referenceId, definition)
  for (const id of ['roster-autumn-2026', '12345', 'unknown-roster', 'out-of-order']) await poll(id)
  for (const at of ['2026-09-01T07:13:10Z', '2026-09-01T07:13:50Z', '2026-09-01T07:14:30Z']) {
    await emulator.clock.set(at)
    await poll('roster-autumn-2026')
  }
  await emulator.clock.set(end)

  await take('sandbox.png', 'light', 'imports', async (page) => {
    await page.getByRole('button', { name: 'roster-autumn-2026' }).click()
    await page.getByRole('list', { name: 'Legend' }).waitFor()
  })
  await take('sandbox-journal.png', 'dark', 'journal', async (page) => {
    await page.getByRole('button', { name: 'unknown-roster' }).click()
    await page.getByRole('button', { name: 'Copy as test' }).waitFor()
  })
} finally {
  await browser.close()
  await emulator.close()
}

async function poll(id) {
  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${access_token}` }
  await fetch(`${emulator.settings.statusUrl}/${id}`, { headers })
}

async function take(name, colorScheme, view, prepare) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 640 },
    reducedMotion: 'reduce',
    colorScheme,
  })
  await page.clock.setFixedTime(end)
  await page.goto(`${emulator.url}/__sandbox/#${view}`)
  await prepare(page)
  // No pointer rests on a row.
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}/${name}` })
  await page.close()
}
