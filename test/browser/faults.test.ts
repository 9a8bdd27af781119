import t from 'tap'
import { statusPath } from '../support.js'
import { eventually, launchBrowser, openSandbox, poll } from './support.js'

const browser = launchBrowser(t)

t.test('faults are armed, listed, disarmed and cleared', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#faults' })
  const form = page.getByRole('region', { name: 'New fault' })
  const armed = page.getByRole('region', { name: 'Armed faults' })
  await armed.getByText('No fault is armed').waitFor()
  const arm = async (id: string) => {
    await form.getByRole('button', { name: 'Arm fault', exact: true }).click()
    await armed.getByText(id, { exact: true }).waitFor()
  }
  await form.getByLabel('Status').fill('418')
  await form.getByLabel('Message').fill('Teapot')
  await form.getByLabel('Operation').selectOption('status')
  await form.getByLabel('Reference id').fill('tea-*')
  await form.getByLabel('Client').fill('demo-client')
  await form.getByLabel('Skip the first').fill('1')
  await form.getByLabel('Times', { exact: true }).fill('1')
  await arm('fault-1')
  t.strictSame((await emulator.faults.list())[0]?.definition, {
    kind: 'status',
    operation: 'status',
    status: 418,
    message: 'Teapot',
    referenceId: 'tea-*',
    client: 'demo-client',
    skip: 1,
    times: 1,
  })
  await emulator.imports.put('tea-1', { status: 'pending' })
  t.match(await poll(emulator, 'tea-1'), [200, {}])
  t.strictSame(await poll(emulator, 'tea-1'), [418, 'Teapot'])
  t.match(await poll(emulator, 'tea-1'), [200, {}])
  await armed.getByText('Applied to 1 of 3 matching requests').waitFor()

  await form.getByLabel('Kind').selectOption('html')
  await form.getByLabel('Probability').fill('1')
  await arm('fault-2')
  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const ask = () =>
    fetch(emulator.url + statusPath('12345'), {
      headers: { authorization: `Bearer ${access_token}` },
    })
  t.match((await ask()).headers.get('content-type'), /text\/html/)
  await armed.getByRole('button', { name: 'Disarm fault-2' }).click()
  await armed.getByText('fault-2', { exact: true }).waitFor({ state: 'detached' })
  t.equal((await ask()).status, 200)

  await form.getByLabel('Kind').selectOption('delay')
  await form.getByLabel('Delay').fill('1ms-2ms')
  await arm('fault-2')
  t.strictSame((await emulator.faults.list())[1]?.definition, {
    kind: 'delay',
    operation: 'status',
    delay: { min: '1ms', max: '2ms' },
  })
  await armed.getByRole('button', { name: 'Clear all' }).click()
  await armed.getByText('No fault is armed').waitFor()
  t.strictSame(await emulator.faults.list(), [])
})

t.test(
  'every kind of fault can be armed, and a wrong one is refused with its mistake',
  async (t) => {
    const { emulator, page } = await openSandbox(t, browser, { path: '/__sandbox/#faults' })
    const kinds = await page.getByLabel('Kind').locator('option').count()
    for (let index = 0; index < kinds; index += 1) {
      await page.getByLabel('Kind').selectOption({ index })
      await page.getByRole('button', { name: 'Arm fault', exact: true }).click()
      await page.getByRole('button', { name: `Disarm fault-${index + 1}` }).waitFor()
    }
    const armed = (await emulator.faults.list()).map(({ definition }) => definition.kind)
    t.equal(new Set(armed).size, kinds)

    await page.getByLabel('Kind').selectOption('status')
    await page.getByLabel('Status').fill('99')
    await page.getByRole('button', { name: 'Arm fault', exact: true }).click()
    await page.getByRole('status').getByText('status: must be a whole number').waitFor()
    t.equal((await emulator.faults.list()).length, kinds)
  },
)

t.test('a call that hangs can be given up', async (t) => {
  const { emulator, page } = await openSandbox(t, browser, {
    path: '/__sandbox/#call',
    before: (emulator) => emulator.faults.arm({ kind: 'hang' }),
  })
  await page.getByRole('button', { name: 'Try it' }).click()
  const applied = async () => (await emulator.faults.list())[0]?.applied
  t.equal(await eventually(applied, 1), 1)
  await page.getByRole('button', { name: 'Stop waiting' }).click()
  await page.getByText('You stopped waiting for the response.').waitFor()
  const { entries } = await emulator.journal.waitFor(
    { operation: 'status' },
    { count: 1, timeout: '30s' },
  )
  t.equal(entries[0]?.outcome, 'aborted')
  await emulator.faults.clear()
  await emulator.faults.arm({ kind: 'reset' })
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText('The connection closed before the response was complete.').waitFor()
})
