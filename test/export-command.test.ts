import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startEmulator } from '../src/index.js'
import { runHere } from './cli-support.js'

const scenario = '# Ours.\nclients:\n  - { clientId: a, clientSecret: "${A_SECRET}" }\n'
const schemaLine =
  '# yaml-language-server: $schema=./node_modules/tao-upload-emulator/fixtures/schema.json\n'

t.test('export prints the scenario of the fixtures', async (t) => {
  const folder = t.testdir({ 'a.yaml': scenario })
  const fixtures = ['--fixtures', join(folder, 'a.yaml')]
  const environment = { A_SECRET: 'hush' }
  t.strictSame(await runHere(['export', ...fixtures], environment), {
    code: 0,
    out: schemaLine + scenario,
    err: '',
  })
  t.strictSame(
    await runHere(['export', '--secrets'], { ...environment, TAO_EMULATOR_FIXTURES: fixtures[1] }),
    { code: 0, out: schemaLine + scenario.replace('${A_SECRET}', 'hush'), err: '' },
  )
  t.match(await runHere(['export', ...fixtures]), {
    code: 2,
    out: '',
    err: /a\.yaml:3:34: clients\[0\]\.clientSecret: The environment variable A_SECRET is not set/,
  })

  const file = join(folder, 'out.json')
  const args = ['export', ...fixtures, '--format', 'json', '--output', file]
  t.strictSame(await runHere(args, environment), { code: 0, out: '', err: '' })
  t.match(JSON.parse(readFileSync(file, 'utf8')), {
    clients: [{ clientId: 'a', clientSecret: '${A_SECRET}' }],
  })
  const secret = join(folder, 'secret.yaml')
  await runHere(['export', ...fixtures, '--secrets', '--output', secret], environment)
  t.equal(statSync(secret).mode & 0o777, 0o600)
})

t.test('export prints the scenario of an emulator that runs, or of a workspace', async (t) => {
  const emulator = await startEmulator({ controlToken: 'hush' })
  t.teardown(() => emulator.close())
  await emulator.imports.put('new', { status: 'pending' })
  const token = { TAO_EMULATOR_CONTROL_TOKEN: 'hush' }
  t.strictSame(await runHere(['export', '--url', emulator.url], token), {
    code: 0,
    out: await emulator.scenario.export(),
    err: '',
  })
  const own = emulator.workspace('own')
  await own.scenario.load({ imports: [{ referenceId: 'own', status: 'pending' }] })
  t.match(await runHere(['export', '--url', own.url, '--format', 'json'], token), {
    out: await own.scenario.export({ format: 'json' }),
  })
  t.match(await runHere(['export', '--url', emulator.url]), {
    code: 2,
    err: /^--control-token: /,
  })
})

t.test('export names the flag to change', async (t) => {
  const file = join(t.testdir(), 'missing', 'a.yaml')
  const cases: [name: string, args: string[], err: string | RegExp][] = [
    ['a format', ['--format', 'yml'], '--format: "yml" must be yaml or json; did you mean yaml?\n'],
    ['a file that cannot be written', ['--output', file], /^--output: cannot be written: ENOENT/],
    ['no URL', ['--url', 'nowhere'], /^--url: must be the URL of an emulator/],
    [
      'an emulator that does not run',
      ['--url', 'http://127.0.0.1:1'],
      'http://127.0.0.1:1: no emulator responds there: name one with --url\n',
    ],
    ['an argument', ['a.yaml'], 'a.yaml: unexpected argument; a flag starts with --\n'],
  ]
  for (const [name, args, err] of cases) {
    t.match(await runHere(['export', ...args]), { code: 2, out: '', err }, name)
  }
})
