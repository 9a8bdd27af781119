import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'

const root = new URL('../..', import.meta.url).pathname

t.test('every folder of tests runs', async (t) => {
  const included = readFileSync(`${root}.taprc`, 'utf8')
  const files = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  const folders = new Set(files.filter((file) => /\/.*\.test\.ts$/.test(file)).map(dirname))
  t.ok(folders.has('entry'))
  for (const folder of folders) {
    const runs =
      included.includes(`- test/${folder}/*.test.ts\n`) ||
      existsSync(`${root}test/${folder}.test.ts`)
    t.ok(runs, `${folder}: from test/${folder}.test.ts, or by .taprc`)
  }
})
