import { readFile } from 'node:fs/promises'
import t from 'tap'
import { copyBy, eventually, importRow, launchBrowser, openSandbox } from './support.js'

const browser = launchBrowser(t)

/** As a hand does it that drags a file onto the page. */
const dropFile = (name: string, content: string, target: string) => `(() => {
  const data = new DataTransfer()
  data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}))
  const target = document.querySelector(${JSON.stringify(target)})
  for (const type of ['dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
  }
})()`

t.test('the scenario is exported as a file, and the file is loaded again', async (t) => {
  const { emulator, page, mishaps } = await openSandbox(t, browser)
  await emulator.imports.put('clicked', { status: 'failed' })
  await page.getByRole('button', { name: 'Scenario', exact: true }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export scenario' }).click(),
  ])
  t.equal(download.suggestedFilename(), 'scenario.yaml')
  const text = await readFile(await download.path(), 'utf8')
  t.equal(text, await emulator.scenario.export())
  await page.getByRole('status').getByText('The scenario is exported').waitFor()

  t.equal(await copyBy(page, 'Copy scenario'), text)
  await page.getByText('1 change since the load').waitFor()
  await page.getByText('Imports added').waitFor()

  await emulator.reset()
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Load scenario…' }).click(),
  ])
  const buffer = Buffer.from(text)
  await chooser.setFiles({ name: 'scenario.yaml', mimeType: 'application/yaml', buffer })
  const form = page.getByRole('form', { name: 'Load scenario' })
  await form.getByRole('button', { name: 'Load' }).click()
  await page
    .getByRole('status')
    .getByText('scenario.yaml is loaded: 7 clients, 15 imports')
    .waitFor()
  await form.waitFor({ state: 'detached' })
  await importRow(page, 'clicked').waitFor()
  t.equal(await emulator.scenario.export(), text)
  t.strictSame(mishaps, [])
})

t.test('a scenario file is dropped and merged, and another one is cancelled', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const one = 'imports: [{ referenceId: dropped, status: pending }]'
  await page.evaluate(dropFile('one.yml', one, 'main'))
  const form = page.getByRole('form', { name: 'Load scenario' })
  const choice = form.getByLabel('one.yml')
  await choice.waitFor()
  t.equal(
    await eventually(() => page.evaluate('document.activeElement.tagName'), 'SELECT'),
    'SELECT',
  )
  await choice.selectOption('merge')
  await form.getByRole('button', { name: 'Load' }).click()
  await page.getByRole('status').getByText('one.yml is loaded: 0 clients, 1 import').waitFor()
  await importRow(page, 'dropped').waitFor()
  t.equal((await emulator.clients.list()).length, 7)

  await page.evaluate(dropFile('two.json', '{"imports":[]}', '.top'))
  await form.getByLabel('two.json').waitFor()
  await form.getByRole('button', { name: 'Cancel' }).click()
  await form.waitFor({ state: 'detached' })
  t.equal((await emulator.imports.get('dropped')).referenceId, 'dropped')
  t.equal((await emulator.journal.count({ operation: 'upload' })).count, 0)
})

t.test('all mistakes of a file are shown with their places', async (t) => {
  const { emulator, page } = await openSandbox(t, browser)
  const before = await emulator.scenario.export()
  const wrong = 'imports:\n  - referenceId: a\n    status: done\n  - referenceId: b\n    eror: x\n'
  await page.evaluate(dropFile('wrong.yaml', wrong, 'main'))
  const form = page.getByRole('form', { name: 'Load scenario' })
  await form.getByRole('button', { name: 'Load' }).click()
  const alert = form.getByRole('alert')
  await alert.getByText('Nothing has changed').waitFor()
  t.match(await alert.getByRole('listitem').allInnerTexts(), [
    /^scenario:3:13: imports\[0\]\.status: must be /,
    /^scenario:4:5: imports\[1\]: needs one of the fields /,
    /^scenario:5:5: imports\[1\]\.eror: unknown field; did you mean error\?$/,
  ])
  t.equal(await emulator.scenario.export(), before)

  await page.evaluate(dropFile('wrong.yaml', '{}\n', 'main'))
  await alert.getByText('Nothing has changed').waitFor({ state: 'detached' })
  await form.getByRole('button', { name: 'Load' }).click()
  await page.getByRole('status').getByText('wrong.yaml is loaded: 0 clients, 0 imports').waitFor()

  await page.evaluate(dropFile('large.yaml', 'x', 'main'))
  await emulator.close()
  await form.getByRole('button', { name: 'Load' }).click()
  await page.getByRole('status').getByText('The emulator does not respond').first().waitFor()
})
