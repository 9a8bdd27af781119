import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'

const root = new URL('../..', import.meta.url).pathname

t.test('every folder of tests runs', (t) => {
  const [, separate = ''] = /^ {2}- test\/\{(.*)\}\/\*\.test\.ts$/m.exec(
    readFileSync(`${root}.taprc`, 'utf8'),
  ) as RegExpExecArray
  const files = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  const folders = files.filter((file) => /\/.*\.test\.ts$/.test(file)).map(dirname)
  t.ok(folders.includes('entry'))
  for (const folder of new Set(folders)) {
    const runs = separate.split(',').includes(folder) || existsSync(`${root}test/${folder}.test.ts`)
    t.ok(runs, `${folder}: from test/${folder}.test.ts, or by the list in .taprc`)
  }
  t.end()
})
