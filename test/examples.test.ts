import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { plainEnvironment, unfollowed } from './support.js'

const run = promisify(execFile)
const examples = new URL('../examples', import.meta.url).pathname

t.test('the examples run in each test framework', async (t) => {
  const options = { cwd: examples, env: { ...plainEnvironment, NO_COLOR: '1' } }
  await run(...unfollowed('npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts'), options)
  const frameworks: [name: string, passed: RegExp][] = [
    ['node-test', /# pass 2\n# fail 0/],
    ['tap', /^# \{ total: 4, pass: 4 \}$/m],
    ['vitest', /Tests +2 passed \(2\)/],
    ['jest', /Tests: +2 passed, 2 total/],
    ['playwright', /^ +2 passed/m],
  ]
  for (const [name, passed] of frameworks) {
    await t.test(name, async (t) => {
      const { stdout, stderr } = await run(...unfollowed('npm', 'run', name), options)
      t.match(stdout + stderr, passed)
    })
  }
})

t.test('the workflow starts the image where its tests look for it', async (t) => {
  const { jobs } = parse(readFileSync(`${examples}/github-actions.yml`, 'utf8'))
  const { services, steps } = jobs.test
  t.match(services.tao, { image: /\/tao-upload-emulator:\d/, ports: ['4080:4080'] })
  t.match(steps.at(-1), { run: 'npm test', env: { TAO_ADVANCE_URL: 'http://localhost:4080' } })
})
