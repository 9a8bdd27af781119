import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { runNode } from './support.js'

const journey = new URL('fakes/journey.js', import.meta.url).pathname
const source = new URL('../src/', import.meta.url).pathname

t.test('an emulator in the process of a test serves under the fakes of that test', async (t) => {
  // A fake `process.nextTick` in plain Node stops Node's own HTTP, too.
  const cases: [fakes: string, when: string][] = [
    ['node:test', 'before'],
    ['node:test', 'after'],
    ['everything', 'before'],
    ['everything', 'after'],
  ]
  for (const [fakes, when] of cases) {
    const { stdout } = await runNode([journey, fakes, when])
    t.equal(stdout, '[200,200]', `${fakes}, ${when} the start`)
  }
})

t.test('only one module reads real time', async (t) => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && file !== 'emulator/real-time.ts',
  )
  t.ok(files.length > 50)
  for (const file of files) {
    const text = readFileSync(`${source}${file}`, 'utf8')
    t.notMatch(text, /Date\.now|new Date\(\)|nextTick|hrtime|node:(?:timers|perf_hooks)/, file)
  }
})
