import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import t from 'tap'
import { plainEnvironment } from './support.js'

const root = new URL('..', import.meta.url).pathname
const run = promisify(execFile)

t.test('the packed package, installed in an empty folder', async (t) => {
  // Outside the project, where nothing of it can be found by chance.
  const folder = await mkdtemp(join(tmpdir(), 'tao-upload-emulator-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    {
      cwd: root,
      env: plainEnvironment,
    },
  )
  const [packed] = Object.values(JSON.parse(stdout)) as {
    filename: string
    files: { path: string }[]
  }[]
  const files = packed?.files.map(({ path }) => path) ?? []

  t.test('holds what it needs, and nothing else', async (t) => {
    const strangers = files.filter(
      (file) =>
        !/^dist\/.*\.(js|js\.map|d\.ts)$|^dist\/default-fixtures\.json$|^dist\/sandbox\/(index\.html|app\.(js|css))$|^fixtures\/(default\.yaml|schema\.json|csv\/[a-z-]+\.csv)$/.test(
          file,
        ) && !['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'].includes(file),
    )
    t.strictSame(strangers, [])
    for (const file of [
      'dist/cli.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/default-fixtures.json',
      'dist/sandbox/index.html',
      'dist/sandbox/app.js',
      'dist/sandbox/app.css',
      'fixtures/default.yaml',
    ]) {
      t.ok(files.includes(file), file)
    }
  })

  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${packed?.filename}`],
    {
      cwd: folder,
      env: plainEnvironment,
    },
  )
  const node = (...args: string[]) =>
    run(process.execPath, args, { cwd: folder, env: plainEnvironment })

  t.test('is imported by its name', async (t) => {
    const script = `
      const { startEmulator } = await import('tao-upload-emulator')
      const emulator = await startEmulator()
      console.log((await fetch(emulator.url + '/__control/health')).status)
      console.log((await fetch(emulator.url + '/__sandbox/')).status)
      await emulator.close()
    `
    t.equal((await node('--input-type=module', '-e', script)).stdout, '200\n200\n')
    const commonJs = `import('tao-upload-emulator').then(({ startEmulator }) => console.log(typeof startEmulator))`
    t.equal((await node('-e', commonJs)).stdout, 'function\n')
  })

  t.test('has types that a strict project takes', async (t) => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { connectEmulator, startEmulator, type EmulatorControl, type RunningEmulator } from 'tao-upload-emulator'
       export async function use(): Promise<string> {
         await using emulator: RunningEmulator = await startEmulator({ fixtures: { imports: [{ referenceId: 'a', status: 'pending' }] } })
         const control: EmulatorControl = connectEmulator(emulator.url)
         await control.clock.advance('5s')
         const { entries } = await control.journal.find({ operation: 'status' })
         return entries[0]?.reason.code ?? emulator.url
       }`,
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const flags = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,esnext.disposable',
      '--types',
      'node',
      '--typeRoots',
      join(root, 'node_modules/@types'),
    ]
    await node(tsc, ...flags, 'consumer.ts')
    t.pass('it compiles')
  })

  t.test('starts by its command', async (t) => {
    const child = spawn(join(folder, 'node_modules/.bin/tao-upload-emulator'), ['--port', '0'], {
      cwd: folder,
      env: plainEnvironment,
    })
    const closed = once(child, 'close')
    for await (const line of createInterface(child.stdout)) {
      const { event, url } = JSON.parse(line)
      if (event !== 'ready') continue
      t.equal((await fetch(`${url}/__sandbox/app.js`)).status, 200, 'the bundle finds the page')
      break
    }
    child.kill('SIGTERM')
    t.equal((await closed)[0], 0)
  })
})

t.test('the Dockerfile copies what is there', async (t) => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, paths]) => paths?.split(' ') ?? [],
  )
  t.ok(copied.length > 5)
  for (const path of copied) {
    t.ok(ignored.includes(`!${path.split('/')[0]}`), `${path} is in the build context`)
  }
  t.match(dockerfile, /^FROM node:24\.\d+\.\d+-slim AS build$/m)
})
