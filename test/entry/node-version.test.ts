import { readFileSync } from 'node:fs'
import t from 'tap'
import { nodeVersionMistake } from '../../src/node-version.js'
import { commandAfter, environment, installed, run } from '../cli-support.js'

const sentence = (version: string) =>
  `tao-upload-emulator needs Node.js 20.12 or later, and this is ${version}`

t.test('a version of Node.js that is too old is refused in one sentence', async (t) => {
  const cases: [version: string, mistake: string | undefined][] = [
    ['v14.21.3', sentence('14.21.3')],
    ['v18.20.8', sentence('18.20.8')],
    ['v20.0.0', sentence('20.0.0')],
    ['v20.11.1', sentence('20.11.1')],
    ['v9.30.0', sentence('9.30.0')],
    ['v20.12.0', undefined],
    ['v20.20.2', undefined],
    ['v22.0.0', undefined],
    ['v24.0.0-nightly', undefined],
    ['v100.0.0', undefined],
  ]
  for (const [version, mistake] of cases) t.equal(nodeVersionMistake(version), mistake, version)
  const { engines } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { engines: { node: string } }
  t.match(sentence(''), engines.node.replace('>=', 'Node.js '), 'package.json says the same')
})

t.test('the command refuses an old version before it loads anything else', async (t) => {
  const fake = "Object.defineProperty(process, 'version', { value: 'v18.20.8' })"
  for (const file of ['source', 'installed'] as const) {
    await t.rejects(run(...commandAfter(fake, ['help'], file), { env: environment }), {
      code: 1,
      stdout: '',
      stderr: `${sentence('18.20.8')}\n`,
    })
  }
  t.notMatch(
    readFileSync(installed, 'utf8')
      .match(/^import.*$/gm)
      ?.join(),
    /command/,
    'what an old version cannot read is imported late',
  )
})
