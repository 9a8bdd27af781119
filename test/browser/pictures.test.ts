import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { runNode } from '../support.js'
import { launchBrowser } from './support.js'

const root = new URL('../..', import.meta.url).pathname

/** The width and height of a PNG file: they stand in its first chunk. */
function sizeOf(file: string): [width: number, height: number] {
  const bytes = readFileSync(file)
  t.equal(bytes.toString('latin1', 12, 16), 'IHDR', file)
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

t.test('the pictures of docs/ can be taken again from the running page', async (t) => {
  // Ends the run where there is no browser.
  await launchBrowser(t)
  const folder = t.testdir({})
  await runNode([`${root}scripts/pictures.js`, folder])
  const names = readdirSync(`${root}docs`).filter((name) => name.endsWith('.png'))
  t.strictSame(readdirSync(folder).sort(), names.sort())
  for (const name of names)
    t.strictSame(sizeOf(`${root}docs/${name}`), sizeOf(`${folder}/${name}`), name)
})
