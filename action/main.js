import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { append, command } from './runner.js'

/*
 * Starts the emulator from the checkout of the action, and hands the variables of `exec` over to the later steps.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'dist/bundle/cli.js')

const variables = [
  'TAO_ADVANCE_URL',
  'TAO_ADVANCE_HOST',
  'TAO_EMULATOR_URL',
  'TAO_EMULATOR_CONTROL_TOKEN',
  'CLIENT_ID',
  'CLIENT_SECRET',
  'NO_PROXY',
  'no_proxy',
]

/** Variables that name a file with certificates. */
const fileVariables = [
  'TAO_EMULATOR_CA_FILE',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
]

if (!existsSync(cli)) build()
const folder = mkdtempSync(join(process.env.RUNNER_TEMP, 'tao-upload-emulator-'))
const log = join(folder, 'emulator.log')
const emulator = start()
const environment = await readEnvironment()
if (environment === undefined) {
  command('error', `The emulator did not start: ${readFileSync(log, 'utf8')}`)
  process.exitCode = 1
} else handOver(environment)

/** A checkout has no built files. The emulator needs its development packages for that, whatever NODE_ENV says. */
function build() {
  command('group', 'Build the emulator')
  for (const args of [
    ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
    ['run', 'build'],
  ]) {
    // npm is a script on Windows, which only a shell starts.
    const shell = process.platform === 'win32'
    const { status, error } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell })
    if (status === 0) continue
    command('endgroup')
    command(
      'error',
      `npm ${args[0]} failed${error ? ` (${error.message})` : ''}: use actions/setup-node with Node.js 20.12 or later before this action`,
    )
    process.exit(1)
  }
  command('endgroup')
}

function start() {
  const { INPUT_FIXTURES = '', INPUT_HTTPS, INPUT_PORT, ...inherited } = process.env
  const fixtures = INPUT_FIXTURES.split('\n').map((path) => path.trim())
  const flags = [
    ...fixtures.filter(Boolean).flatMap((path) => ['--fixtures', path]),
    ...(INPUT_HTTPS === 'true' ? ['--https'] : []),
    ...['--port', INPUT_PORT || '0', '--log-level', 'warn'],
  ]
  const hold = join(root, 'action/hold.js')
  // The step that stops it writes the summary.
  const { GITHUB_STEP_SUMMARY: _, ...env } = inherited
  const child = spawn(process.execPath, [cli, 'exec', ...flags, '--', process.execPath, hold], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', openSync(log, 'w')],
  })
  child.unref()
  return child
}

/** The environment of a command in `exec`; undefined if the emulator ended before. */
async function readEnvironment() {
  let text = ''
  emulator.stdout.setEncoding('utf8')
  for await (const chunk of emulator.stdout) {
    text += chunk
    if (text.endsWith('\n')) return JSON.parse(text)
  }
  return undefined
}

function handOver(environment) {
  const {
    CLIENT_SECRET,
    TAO_EMULATOR_CONTROL_TOKEN: token = '',
    TAO_EMULATOR_URL: url,
  } = environment
  for (const secret of [CLIENT_SECRET, token].filter(Boolean)) command('add-mask', secret)
  const changed = (name) => environment[name] && environment[name] !== process.env[name]
  append('GITHUB_ENV', {
    ...Object.fromEntries(variables.filter(changed).map((name) => [name, environment[name]])),
    ...Object.fromEntries(
      fileVariables.filter(changed).map((name) => [name, keep(environment[name])]),
    ),
  })
  append('GITHUB_OUTPUT', { url })
  append('GITHUB_STATE', { pid: emulator.pid, url, token, log })
  process.stdout.write(`The emulator listens on ${url}\n`)
}

/** Copies a file, so that clients find it also after the emulator has ended: other actions have steps after it. */
function keep(path) {
  const copy = join(folder, basename(path))
  copyFileSync(path, copy)
  return copy
}
