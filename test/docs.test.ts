import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import openapiTS, { astToString } from 'openapi-typescript'
import t from 'tap'
import ts from 'typescript'
import { parseCommandLine } from '../src/command-line.js'
import { controlRoutes } from '../src/domain/control/routes.js'
import { ControlError, controlErrorCodes } from '../src/domain/errors.js'
import { reasonCodes } from '../src/domain/reason.js'
import { type FindingCode, findingCodes } from '../src/domain/report/findings.js'
import { defaultThresholds, timedFindings } from '../src/domain/report/thresholds.js'
import { unexpectedKinds } from '../src/domain/report/unexpected.js'
import { defaultService } from '../src/domain/service.js'
import { readReportFlags } from '../src/exec-report.js'
import { controlResponse } from '../src/http/errors.js'
import { startEmulator } from '../src/index.js'
import { createMcpServer } from '../src/mcp/mcp-server.js'
import { optionSpecs } from '../src/option-specs.js'
import { readOptions } from '../src/options.js'
import { folderWithCommand } from './cli-support.js'
import { plainEnvironment, runNode } from './support.js'

const root = new URL('..', import.meta.url).pathname
const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${root}docs`).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

const read = (page: string) => readFileSync(root + page, 'utf8')

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

t.test('links between pages lead somewhere', async (t) => {
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : resolve(root, dirname(page), path).slice(root.length)
      t.ok(existsSync(root + file), `${page}: ${target}`)
      if (anchor !== undefined) t.ok(anchorsOf(file).includes(anchor), `${page}: ${target}`)
    }
  }
})

t.test('flags that a page names are flags of the command', async (t) => {
  const ours = Object.values(optionSpecs).map(({ flag }) => flag)
  const security = read('docs/security.md')
  const named = [...security.matchAll(/`(--[a-z-]+)/g)].map(([, flag = '']) => flag)
  t.ok(named.length > 8)
  for (const flag of named.filter((it) => it !== '--disable-coverage'))
    t.ok(ours.includes(flag), flag)
})

/** The fenced blocks of a page. */
const blocksOf = (page: string, language: string) =>
  [...read(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, it, code = '']) =>
    it === language ? code : [],
  )

t.test('the examples of docs/switches.md work', async (t) => {
  const page = 'docs/switches.md'
  const [tour = '', loop = ''] = blocksOf(page, 'js')
  const folder = t.testdir({ 'tour.mjs': tour, 'loop.mjs': loop })
  t.match((await runNode([`${folder}/tour.mjs`])).stdout, "rowErrors: 'report'")
  t.match((await runNode([`${folder}/loop.mjs`])).stdout, /# pass 2\n# fail 0/)

  const [scenario = ''] = blocksOf(page, 'yaml')
  const emulator = await startEmulator({
    fixtures: [`${t.testdir({ 'scenario.yaml': scenario })}/scenario.yaml`],
  })
  t.teardown(() => emulator.close())
  t.match(await emulator.service.get(), { rowErrors: 'report', maxRecords: 10_000 })
  await emulator.service.set({ rowErrors: 'fail' })
  const [command = ''] = blocksOf(page, 'sh')
  await promisify(execFile)('bash', ['-c', command.replace('http://127.0.0.1:4080', emulator.url)])
  t.match(await emulator.service.get(), { rowErrors: 'report', maxRecords: 10_000 })

  const rows = [...read(page).matchAll(/^\| `(\w+)` \| `(\w+)`/gm)].map(([, name, value]) => [
    name,
    value === 'null' ? null : value,
  ])
  t.strictSame(Object.fromEntries(rows), defaultService)
})

t.test('the examples of docs/state.md work', async (t) => {
  const page = 'docs/state.md'
  const [code = ''] = blocksOf(page, 'js')
  const folder = t.testdir({ 'savepoints.mjs': code })
  t.match((await runNode([`${folder}/savepoints.mjs`])).stdout, /# pass 2\n# fail 0/)
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const [documents = '', fork = '', ...starts] = blocksOf(page, 'sh')
  const script = `${documents}${fork}`
    .replaceAll('http://127.0.0.1:4080', emulator.url)
    .replaceAll('curl -s', 'curl -s --fail-with-body')
  const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: folder })
  t.match(stdout, '"referenceId":"12345"')
  t.strictSame(await emulator.workspaces.list(), ['bug-17', 'experiment'])
  for (const start of starts) {
    const { flags } = parseCommandLine(start.trim().split(' ').slice(1))
    t.match(readOptions(flags, {}), { state: 'state.json' })
  }
})

t.test('the commands of docs/cli.md print what it shows', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { path } = folderWithCommand(t)
  const [commands = ''] = blocksOf('docs/cli.md', 'sh')
  const [body = ''] = blocksOf('docs/cli.md', 'text')
  const env = { ...plainEnvironment, PATH: path, TAO_EMULATOR_URL: emulator.url }
  const { stdout } = await promisify(execFile)('bash', ['-ec', commands], { env })
  const [first = '', second = ''] = stdout.split('\n')
  t.equal(`${first}\n`, body)
  t.match(JSON.parse(second), { referenceId: '12345', response: { body: first } })
})

t.test('the commands and the example of docs/verify.md work', async (t) => {
  const page = 'docs/verify.md'
  const [example = ''] = blocksOf(page, 'js')
  const folder = t.testdir({ 'verify.mjs': example })
  t.equal((await runNode([`${folder}/verify.mjs`])).stdout, '[]\n')
  const commands = blocksOf(page, 'sh').flatMap(
    (block) => block.match(/^tao-upload-emulator .*$/gm) ?? [],
  )
  t.equal(commands.length, 4)
  for (const command of commands) {
    t.doesNotThrow(() => parseCommandLine(command.split(' ').slice(1)), command)
  }
  const flags = read(page).match(/(?<=`)--[\w-]+/g) ?? []
  for (const flag of new Set(flags)) {
    const value = flag === '--insecure' ? [] : ['x']
    t.doesNotThrow(() => parseCommandLine(['verify', flag, ...value]), flag)
  }
})

t.test('the commands and the examples of docs/record.md work', async (t) => {
  const page = 'docs/record.md'
  const [example = ''] = blocksOf(page, 'js')
  const [scenario = ''] = blocksOf(page, 'yaml')
  const folder = t.testdir({ 'record.mjs': example, 'import.yaml': scenario })
  const printed =
    'true {"imports":[{"referenceId":"12345","status":"processed","fileLine":2,"messages":[]}]}\n'
  t.equal((await runNode([`${folder}/record.mjs`])).stdout, printed)
  await startEmulator({ listen: false, fixtures: [`${folder}/import.yaml`] }).then((it) =>
    it.close(),
  )
  const [command = ''] = blocksOf(page, 'sh').flatMap(
    (block) => block.match(/^tao-upload-emulator record .*$/gm) ?? [],
  )
  t.match(parseCommandLine(command.split(' ').slice(1)), { command: 'record', operands: ['12345'] })
  for (const [flag] of read(page).matchAll(/(?<=`)--[\w-]+/g)) {
    const value = ['--insecure', '--messages'].includes(flag) ? [] : ['x']
    if (flag === '--fixtures') continue
    t.doesNotThrow(() => parseCommandLine(['record', flag, ...value]), flag)
  }
})

t.test('the examples of docs/run-report.md work', async (t) => {
  const page = 'docs/run-report.md'
  const [tour = '', runner = '', setup = '', trace = ''] = blocksOf(page, 'js')
  const folder = t.testdir({ 'tour.mjs': tour, 'trace.mjs': trace })
  const { stdout } = await runNode([`${folder}/tour.mjs`])
  t.match(stdout, /^met +status\.unauthorized\.missing$/m)
  t.match(stdout, /^never met token\.issued$/m)
  t.match((await runNode([`${folder}/trace.mjs`])).stdout, 'no Authorization header')
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const run = async (command: string) => {
    const script = command.replace('http://127.0.0.1:4080', emulator.url)
    return (await promisify(execFile)('bash', ['-c', script])).stdout
  }
  const [report = '', exec = '', metrics = ''] = blocksOf(page, 'sh')
  t.match(JSON.parse(await run(report)), { workspace: 'main', requests: 0 })
  const named = [...(await run(metrics)).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  for (const name of named) t.match(read(page), `\`${name}\``)
  t.equal(named.length, 8)
  const { flags, operands } = parseCommandLine(exec.trim().split(' ').slice(1))
  t.match(readReportFlags(flags), { require: ['status.processed', 'status.failed'] })
  t.strictSame(operands, ['npm', 'test'])
  const globalRun =
    "const end = await (await import('./setup.mjs')).default(); await end().catch((error) => console.log(error.message))"
  const tests = t.testdir({ 'runner.mjs': runner, 'setup.mjs': setup, 'run.mjs': globalRun })
  t.match((await runNode([`${tests}/runner.mjs`])).stdout, /# pass 1\n# fail 0/)
  t.match((await runNode([`${tests}/run.mjs`])).stdout, /No request met the outcome/)
  for (const kind of unexpectedKinds) t.match(read(page), `| \`${kind}\` |`)
})

t.test('docs/client-manners.md explains each finding, with its threshold', async (t) => {
  const page = 'docs/client-manners.md'
  const [command = ''] = blocksOf(page, 'sh')
  const { flags } = parseCommandLine(command.trim().split(' ').slice(1))
  const expected = { 'polls-too-fast': 2000, 'gives-up-early': Number.POSITIVE_INFINITY }
  t.match(readOptions(flags, {}).manners, expected)
  const [options = '', ...mends] = blocksOf(page, 'js')
  await runNode([`${t.testdir({ 'options.mjs': options })}/options.mjs`])
  t.equal(mends.length, findingCodes.length)
  for (const mend of mends) {
    // They are parts of a client: they must at least be JavaScript.
    for (const part of mend.split('// After')) new Function(`return async () => {\n${part}\n}`)
  }
  const rows = [...read(page).matchAll(/^\| \[`([\w-]+)`\]\(#([\w-]+)\) \| (.*) \|$/gm)]
  t.strictSame(
    rows.map(([, code]) => code),
    findingCodes,
  )
  for (const [, code = '', anchor, threshold = ''] of rows) {
    t.equal(anchor, code)
    t.ok(anchorsOf(page).includes(code), code)
    const isTimed = (timedFindings as readonly string[]).includes(code)
    const value = defaultThresholds[code as FindingCode]
    const shown = isTimed ? (value < 1000 ? `\`${value}ms\`` : `\`${value / 1000}s\``) : `${value}`
    t.ok(threshold.includes(shown), `${code}: ${shown}`)
  }
})

t.test('the functions of docs/migrating.md read the responses', async (t) => {
  const [code = ''] = blocksOf('docs/migrating.md', 'js')
  const { referenceIdOf, signedUrlOf } = await import(
    `data:text/javascript,${encodeURIComponent(code)}`
  )
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${token}` }
  const body = new FormData()
  body.append('file', new Blob(['group_name,group_active\nA,TRUE\n']), 'groups.csv')
  const base = `${emulator.url}/api/v1/upload/api/v1`
  const id = await referenceIdOf(await fetch(`${base}/upload`, { method: 'POST', headers, body }))
  t.equal((await emulator.imports.get(id)).referenceId, id)
  const download = () => fetch(`${base}/download/${id}`, { headers })
  t.equal(await signedUrlOf(await download()), undefined)
  await emulator.clock.advance('1s')
  t.match(await (await fetch(await signedUrlOf(await download()))).text(), /^group_name,/)
})

t.test('the client of docs/openapi.md compiles, and drives an import to its end', async (t) => {
  const [code = ''] = blocksOf('docs/openapi.md', 'ts')
  const files = { 'client.ts': code, 'package.json': '{"type":"module"}' }
  const folder = t.testdir(files)
  for (const name of ['rostering', 'control']) {
    const types = await openapiTS(new URL(`../openapi/${name}.json`, import.meta.url))
    writeFileSync(`${folder}/${name}.d.ts`, astToString(types))
  }
  const program = ts.createProgram([`${folder}/client.ts`], {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
  })
  const mistakes = ts.getPreEmitDiagnostics(program)
  t.strictSame(
    mistakes.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    [],
  )
  program.emit()
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const env = { ...plainEnvironment, TAO_EMULATOR_URL: emulator.url }
  const { stdout } = await runNode([`${folder}/client.js`], { env })
  t.equal(stdout, 'pending\nprocessed\n')
})

t.test('docs/troubleshooting.md explains every reason code once', async (t) => {
  const rows = /^\| <a id="([a-z-]+)"><\/a>`\1` \|/gm
  const explained = [...read('docs/troubleshooting.md').matchAll(rows)]
  t.strictSame(explained.map(([, code]) => code).sort(), [...reasonCodes].sort())
})

t.test('the commands of docs/control-api.md succeed in their order', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const commands = blocksOf('docs/control-api.md', 'sh').join('')
  t.equal(commands.match(/^curl /gm)?.length, Object.keys(controlRoutes).length + 1)
  const script = commands
    .replaceAll('http://127.0.0.1:4080', emulator.url)
    .replaceAll('curl -s', 'curl -s --fail-with-body')
  const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: t.testdir() })
  t.match(stdout, '"fileLine":12')
  t.match(stdout, '["file-7"]')
})

t.test('the errors of docs/control-api.md are those of the control API', async (t) => {
  const rows = [...read('docs/control-api.md').matchAll(/^\| (\d+) \| `(\w+)` \|/gm)]
  const written = rows.map(([, status, code]) => [code, Number(status)])
  // The library alone rejects with `timeout`.
  const statuses = controlErrorCodes
    .filter((code) => code !== 'timeout')
    .map((code) => [code, controlResponse(new ControlError(code, '')).status])
  t.strictSame(Object.fromEntries(written), Object.fromEntries(statuses))
})

t.test('the files of docs/agents.md start the command', async (t) => {
  const files = blocksOf('docs/agents.md', 'json').map((code) => JSON.parse(code))
  t.equal(files.length, 3)
  for (const { mcpServers, servers = mcpServers } of files) {
    const { command, args } = servers.tao
    t.equal(command, 'npx')
    t.match(parseCommandLine(args.slice(1)), { command: 'mcp', operands: [] })
  }
})

t.test('the session of docs/agents.md happens as shown', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  await emulator.clock.set('2026-01-31T12:00:00Z')
  const [near, far] = InMemoryTransport.createLinkedPair()
  await createMcpServer(emulator).server.connect(far)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(near)
  t.teardown(() => client.close())
  const { tools } = await client.listTools()
  for (const { name } of tools) t.ok(read('docs/agents.md').includes(`\`${name}\``), name)

  const [session = ''] = blocksOf('docs/agents.md', 'text')
  const lines = session.split('\n').filter((line) => /^[>$] /.test(line))
  const happened: string[] = []
  for (const line of lines) {
    const [, name = '', input = '{}'] = /^> (\w+) (.*)$/.exec(line) ?? []
    const content = line.startsWith('>')
      ? (await client.callTool({ name, arguments: JSON.parse(input) })).content
      : [
          await promisify(execFile)('bash', [
            '-c',
            line.slice(2).replace('http://127.0.0.1:4080', emulator.url),
          ]),
        ]
    const [result] = content as { text?: string; stdout?: string }[]
    happened.push(line, result?.text ?? result?.stdout ?? '')
  }
  const text = `${happened.join('\n')}\n`
  t.equal(session, text.replaceAll(emulator.url, 'http://127.0.0.1:4080'))
})
