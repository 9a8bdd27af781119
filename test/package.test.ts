import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { build } from 'esbuild'
import { publint } from 'publint'
import t from 'tap'
import { packagesIn, writeLicenses } from '../scripts/licenses.js'
import { withoutAjv } from '../scripts/without-ajv.js'
import { plainEnvironment, runNode, unfollowed } from './support.js'

const root = new URL('..', import.meta.url).pathname
const run = promisify(execFile)

t.test('the packed package, installed in an empty folder', async (t) => {
  // Outside the project, where nothing of it can be found by chance.
  const folder = await mkdtemp(join(tmpdir(), 'tao-upload-emulator-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const { stdout } = await run(
    ...unfollowed('npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
    { cwd: root, env: plainEnvironment },
  )
  const [packed] = Object.values(JSON.parse(stdout)) as {
    filename: string
    files: { path: string }[]
  }[]
  const files = packed?.files.map(({ path }) => path) ?? []

  t.test('holds what it needs, and nothing else', async (t) => {
    const strangers = files.filter(
      (file) =>
        !/^dist\/(?:bundle\/[\w-]+\.js|library\/(?:index|client)\.(?:js|cjs|d\.ts|d\.cts)|library\/(?:library|certificate)\.cjs|default-fixtures\.json|THIRD_PARTY_LICENSES\.txt|sbom\.cdx\.json|sandbox\/(?:index\.html|app\.(?:js|css)|part-\w+\.js)|docs\/(?:[\w-]+\.(?:html|png)|search\.js(?:on)?|site\.css|missing\.template))$|^fixtures\/(?:default\.yaml|schema\.json|csv\/[a-z-]+(?:\.result)?\.csv)$|^docs\/[\w-]+\.md$|^openapi\/(?:rostering|control)\.json$/.test(
          file,
        ) &&
        ![
          'package.json',
          'README.md',
          'LICENSE',
          'CHANGELOG.md',
          'SECURITY.md',
          'llms.txt',
        ].includes(file),
    )
    t.strictSame(strangers, [])
    for (const file of [
      'dist/bundle/cli.js',
      'dist/library/index.js',
      'dist/library/index.d.ts',
      'dist/THIRD_PARTY_LICENSES.txt',
      'dist/default-fixtures.json',
      'dist/sandbox/index.html',
      'dist/sandbox/app.js',
      'dist/sandbox/app.css',
      'dist/docs/index.html',
      'dist/docs/search.json',
      'fixtures/default.yaml',
      'openapi/rostering.json',
      'openapi/control.json',
    ]) {
      t.ok(files.includes(file), file)
    }
  })

  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const install = [
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    `./${packed?.filename}`,
  ]
  await run(...unfollowed('npm', ...install), { cwd: folder, env: plainEnvironment })
  const node = (...args: string[]) => runNode(args, { cwd: folder })

  t.test('is imported by its name', async (t) => {
    const script = `
      const { startEmulator } = await import('tao-upload-emulator')
      const emulator = await startEmulator()
      console.log((await fetch(emulator.url + '/__control/health')).status)
      console.log((await fetch(emulator.url + '/__sandbox/')).status)
      console.log((await fetch(emulator.url + '/__control/openapi/control.json')).status)
      await emulator.close()
    `
    t.equal((await node('--input-type=module', '-e', script)).stdout, '200\n200\n200\n')
    const commonJs = `
      const { startEmulator, ControlError } = require('tao-upload-emulator')
      console.log(require('tao-upload-emulator/openapi/rostering.json').openapi)
      import('tao-upload-emulator').then((module) => console.log(module.startEmulator === startEmulator, module.ControlError === ControlError))`
    t.equal((await node('-e', commonJs)).stdout, '3.1.0\ntrue true\n', 'both entries are one')
  })

  t.test('an ESM import does not lex the whole library for its names', (t) => {
    // Node.js follows a re-export of this form, which takes longer than to load the file.
    const entry = readFileSync(
      join(folder, 'node_modules/tao-upload-emulator/dist/library/index.cjs'),
      'utf8',
    )
    t.match(entry, /require\("\.\/library\.cjs"\)/)
    t.notMatch(entry, /exports\s*=\s*require\(/)
    t.end()
  })

  t.test('installs nothing else', async (t) => {
    t.strictSame(
      readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['tao-upload-emulator'],
    )
  })

  t.test('names what it needs on a version of Node that is too old', async (t) => {
    const fake = "Object.defineProperty(process, 'version', { value: 'v18.20.8' });"
    const failed = await node('-e', `${fake} require('tao-upload-emulator')`).catch(
      (error) => error,
    )
    t.match(
      failed.stderr,
      /Error: tao-upload-emulator needs Node\.js 20\.12 or later, and this is 18\.20\.8\n/,
    )
  })

  t.test('has a client without a server, and without a module of Node', async (t) => {
    for (const file of ['client.js', 'client.cjs']) {
      const text = readFileSync(
        join(folder, 'node_modules/tao-upload-emulator/dist/library', file),
        'utf8',
      )
      t.notMatch(text, /node:|require\(|fastify/)
      t.ok(text.length < 150_000, `${text.length} characters`)
    }
    const script = `
      const { connectEmulator } = await import('tao-upload-emulator/client')
      console.log(await connectEmulator('http://127.0.0.1:9').health().catch(({ name }) => name))`
    t.equal((await node('--input-type=module', '-e', script)).stdout, 'TypeError\n')
  })

  t.test('is installed by other package managers, and by a strict one', async (t) => {
    const file = join(folder, packed?.filename ?? '')
    const managers: [name: string, args: string[]][] = [
      [
        'npm',
        ['npm', 'install', '--engine-strict', '--no-audit', '--no-fund', '--prefer-offline', file],
      ],
      ['Yarn 1', ['npx', '--yes', 'yarn@1', 'add', '--non-interactive', `file:${file}`]],
      ['pnpm', ['npx', '--yes', 'pnpm@9', 'add', '--prefer-offline', file]],
    ]
    for (const [name, [command = '', ...args]] of managers) {
      const project = await mkdtemp(join(tmpdir(), 'tao-upload-emulator-'))
      t.teardown(() => rm(project, { recursive: true, force: true }))
      writeFileSync(join(project, 'package.json'), '{"private":true,"license":"MIT"}')
      const options = {
        cwd: project,
        env: { ...plainEnvironment, npm_config_engine_strict: 'true' },
      }
      const { stderr } = await run(...unfollowed(command, ...args), options)
      t.notMatch(stderr, /EBADENGINE|incompatible|deprecated/, name)
      const { stdout } = await runNode(
        ['-p', "typeof require('tao-upload-emulator').startEmulator"],
        options,
      )
      t.equal(stdout, 'function\n', name)
    }
  })

  t.test('its entries and types resolve in every way', async (t) => {
    const file = join(folder, packed?.filename ?? '')
    const attw = join(root, 'node_modules/.bin/attw')
    // The oldest way to resolve modules knows no entries: `node10`.
    const { stdout } = await run(
      ...unfollowed(attw, file, '--profile', 'node16', '--format', 'json'),
      {
        env: plainEnvironment,
      },
    ).catch((error) => error)
    const { problems } = JSON.parse(stdout) as {
      problems: Record<string, { resolutionKind: string }[]>
    }
    t.strictSame(
      Object.values(problems)
        .flat()
        .filter(({ resolutionKind }) => resolutionKind !== 'node10'),
      [],
    )
    const { messages } = await publint({ pkgDir: root, pack: false })
    t.strictSame(messages, [])
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
    const child = spawn(
      ...unfollowed(join(folder, 'node_modules/.bin/tao-upload-emulator'), '--port', '0'),
      {
        cwd: folder,
        env: plainEnvironment,
      },
    )
    const closed = once(child, 'close')
    for await (const line of createInterface(child.stdout)) {
      const { event, url } = JSON.parse(line)
      if (event !== 'ready') continue
      t.equal((await fetch(`${url}/__sandbox/app.js`)).status, 200, 'the bundle finds the page')
      const document = await fetch(`${url}/__control/openapi/rostering.json`)
      t.match(await document.json(), { servers: [{ url }] }, 'the bundle finds the documents')
      break
    }
    child.kill('SIGTERM')
    t.equal((await closed)[0], 0)
  })

  t.test('serves tools to an agent, and ends with its input', async (t) => {
    const child = spawn(
      ...unfollowed(join(folder, 'node_modules/.bin/tao-upload-emulator'), 'mcp'),
      { cwd: folder, env: plainEnvironment },
    )
    const closed = once(child, 'close')
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const client = new Client({ name: 'test', version: '1' })
    const mistakes: Error[] = []
    client.onerror = (error) => mistakes.push(error)
    // The transport of a server reads one stream and writes another one: here, those of the process.
    await client.connect(new StdioServerTransport(child.stdout, child.stdin))
    t.equal((await client.listTools()).tools.length, 14)
    const { content } = await client.callTool({
      name: 'upload_roster',
      arguments: { csv: 'group_name,group_active\nA,TRUE\n' },
    })
    t.match(content, [{ text: /"status":200/ }])
    child.stdin.end()
    t.equal((await closed)[0], 0)
    t.strictSame({ err, mistakes }, { err: '', mistakes: [] }, 'the output is the protocol alone')
  })
})

/** The metafiles of bundles of everything that the package contains. */
async function bundleAll() {
  const entries = [
    { entryPoints: ['dist/cli.js'], platform: 'node', format: 'esm' },
    { entryPoints: ['dist/index.js'], platform: 'node', format: 'cjs' },
    { entryPoints: ['sandbox/main.tsx'], jsx: 'automatic', jsxImportSource: 'preact' },
    { entryPoints: ['site/search.ts'], format: 'esm' },
  ] as const
  const builds = entries.map((entry) =>
    build({
      ...entry,
      entryPoints: [...entry.entryPoints],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'out',
      logLevel: 'silent',
      plugins: [withoutAjv],
      external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
    }),
  )
  return (await Promise.all(builds)).map(({ metafile }) => metafile)
}

t.test('the licence notices name every package that is bundled', async (t) => {
  const notices = readFileSync(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), 'utf8')
  const metafiles = await bundleAll()
  const written = join(t.testdir(), 'notices.txt')
  writeLicenses(written, metafiles)
  t.equal(readFileSync(written, 'utf8'), notices, 'the build made them')
  const packages = packagesIn(metafiles)
  t.ok(packages.size > 50)
  for (const title of packages.keys()) {
    const start = notices.indexOf(`\n${title}\n---`)
    t.ok(start > 0, title)
    t.match(notices.slice(start, start + 2000), /permi(?:t|ssion)/i, `${title}: its text`)
  }
})

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
}

t.test('the bill of materials lists every package that is bundled, and no other', async (t) => {
  const sbom = JSON.parse(readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8'))
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.match(sbom, {
    bomFormat: 'CycloneDX',
    specVersion: /^1\.\d$/,
    serialNumber: /^urn:uuid:[0-9a-f-]{36}$/,
    version: 1,
    metadata: {
      timestamp: /^\d{4}-\d\d-\d\dT/,
      component: { name, version, purl: `pkg:npm/${name}@${version}` },
    },
  })
  const components: Component[] = sbom.components
  const titles = components.map(({ name, version }) => `${name} ${version}`)
  t.strictSame(titles.sort(), [...packagesIn(await bundleAll()).keys()].sort())
  for (const component of components) {
    t.match(component, {
      type: 'library',
      purl: /^pkg:npm\//,
      hashes: [{ alg: 'SHA-512', content: /^[0-9a-f]{128}$/ }],
      licenses: [{ license: { id: String } }],
    })
  }
  const refs = components.map((component) => component['bom-ref'])
  const [own, ...others] = sbom.dependencies
  t.strictSame([...own.dependsOn].sort(), [...refs].sort())
  const named: { ref: string; dependsOn: string[] }[] = others
  for (const { ref, dependsOn } of named) {
    for (const it of [ref, ...dependsOn]) t.ok(refs.includes(it), it)
  }
})

t.test('a package without a licence text stops the build', async (t) => {
  const folder = t.testdir({
    node_modules: {
      stated: {
        'package.json': '{"name":"stated","version":"1.0.0","license":"MIT"}',
        'readme.md': '# Stated\n\n## License\n\nPermission is granted.\n',
      },
      bare: { 'package.json': '{"name":"bare","version":"1.0.0","license":"MIT"}' },
    },
  })
  const metafileOf = (name: string) => ({
    inputs: {},
    outputs: {
      out: {
        bytes: 1,
        inputs: {
          [`${folder}/node_modules/${name}/index.js`]: { bytesInOutput: 1 },
          [`${folder}/node_modules/left-out/index.js`]: { bytesInOutput: 0 },
        },
        imports: [],
        exports: [],
      },
    },
  })
  writeLicenses(join(folder, 'notices.txt'), [metafileOf('stated')])
  t.match(
    readFileSync(join(folder, 'notices.txt'), 'utf8'),
    /stated 1\.0\.0\n-+\n\nPermission is granted\.\n$/,
  )
  t.throws(
    () => writeLicenses(join(folder, 'notices.txt'), [metafileOf('bare')]),
    /bare 1\.0\.0 \(MIT\) has no licence text/,
  )
})

t.test('no package that is bundled has a known vulnerability', async (t) => {
  const { stdout } = await run(...unfollowed('npm', 'audit', '--json'), {
    cwd: root,
    env: plainEnvironment,
  }).catch((error) => error)
  const { vulnerabilities, message } = JSON.parse(stdout)
  if (vulnerabilities === undefined) {
    t.pass('npm audit', { skip: `it has no answer: ${message}` })
    return
  }
  const bundled = [...packagesIn(await bundleAll()).keys()].map((title) =>
    title.slice(0, title.lastIndexOf(' ')),
  )
  t.ok(bundled.includes('fastify'))
  t.strictSame(
    Object.keys(vulnerabilities).filter((name) => bundled.includes(name)),
    [],
  )
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
  t.match(dockerfile, /^FROM --platform=\$BUILDPLATFORM node:24\.\d+\.\d+-slim AS build$/m)
})
