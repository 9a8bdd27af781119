import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import type { ScenarioFixture } from '../src/domain/fixture.js'
import { startEmulator } from '../src/index.js'
import { terminalFormat } from '../src/terminal/terminal-format.js'
import { command, folderWithCommand } from './cli-support.js'
import {
  buildApp,
  fetchToken,
  plainEnvironment,
  runNode,
  statusPath,
  tokenPath,
  unfollowed,
} from './support.js'

const root = new URL('..', import.meta.url).pathname
const pages = [
  'README.md',
  ...[
    'getting-started',
    'built-in-scenario',
    'sandbox',
    'scenarios',
    'testing',
    'troubleshooting',
    'uploads',
    'csv-rules',
    'faults',
    'cli',
    'docker-and-ci',
    'performance',
    'api',
  ].map((name) => `docs/${name}.md`),
]
/** The README and the pages that began as its chapters. */
const readme = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n')
const run = promisify(execFile)

interface Block {
  readonly heading: string
  readonly language: string
  readonly code: string
}

/** The fenced blocks, each under the heading nearest above it. */
const blocks: Block[] = []
for (const section of readme.split(/^#{1,3} /m).slice(1)) {
  const heading = section.split('\n', 1)[0] as string
  for (const [, language = '', code = ''] of section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    blocks.push({ heading, language, code })
  }
}

function block(language: string, text: string): string {
  const found = blocks.filter((it) => it.language === language && it.code.includes(text))
  t.equal(found.length, 1, `one ${language} block has ${JSON.stringify(text)}`)
  return found[0]?.code as string
}

/** The rows of a table, by a cell of its head. */
function table(head: string): string[][] {
  const lines = readme.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${head} `))
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const codesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string)

async function poll(t: Test, scenario: ScenarioFixture) {
  const { app, emulator } = await buildApp(t, { scenario })
  emulator.main.clock.freeze()
  return {
    emulator,
    async status(referenceId: string, authorization: string) {
      const { statusCode, body } = await app.inject({
        url: statusPath(referenceId),
        headers: { authorization },
      })
      return [statusCode, body]
    },
  }
}

t.test('the table of responses is right', async (t) => {
  const { app } = await buildApp(t)
  const authorization = `Bearer ${await fetchToken(app)}`
  const unscoped = { clientId: 'unscoped-client', clientSecret: 'unscoped-secret' }
  const requests: [id: string, authorization: string | undefined][] = [
    ['12345', undefined],
    ['12345', `Bearer ${await fetchToken(app, unscoped)}`],
    ['server-error', authorization],
    ['unknown', authorization],
    ['12345', authorization],
  ]
  const rows = table('Request to the status endpoint')
  t.equal(rows.length, requests.length)
  for (const [index, [id, header]] of requests.entries()) {
    const [what, status, type, body] = rows[index] as [string, string, string, string]
    t.test(what, async (t) => {
      const headers = header === undefined ? {} : { authorization: header }
      const answer = await app.inject({ url: statusPath(id), headers })
      t.equal(String(answer.statusCode), status)
      t.equal(`\`${answer.headers['content-type']}\``, type)
      t.equal(`\`${answer.body}\``.replace('Storage bucket is unavailable', '<details>'), body)
    })
  }
})

type Shell = (commands: string) => Promise<string>

/** Runs commands of a page against a fresh emulator: as they are printed but for the port, and over HTTPS. */
function testCommands(name: string, check: (t: Test, shell: Shell) => Promise<void>): void {
  for (const scheme of ['http://127.0.0.1', 'https://localhost']) {
    t.test(`${name}, with ${scheme}`, async (t) => {
      const caFile = join(t.testdir(), 'ca.pem')
      const emulator = await startEmulator({ host: 'localhost', caFile })
      t.teardown(() => emulator.close())
      await emulator.clock.freeze()
      const address = `${scheme}:${new URL(emulator.url).port}`
      const env = { ...process.env, CURL_CA_BUNDLE: caFile }
      await check(t, async (commands) => {
        const script = commands.replaceAll('http://127.0.0.1:4080', address)
        return (await run('bash', ['-ec', script], { cwd: root, env })).stdout
      })
    })
  }
}

testCommands('the commands of the vendor work', async (t, shell) => {
  const { access_token: token } = JSON.parse(await shell(block('sh', 'upload/v1/oauth2/tokens')))
  const status = block('sh', "status/12345' \\").replace('<your_access_token>', token)
  t.equal(await shell(status), '{"result":{"status":"processed","fileLine":2,"messages":[]}}')
})

t.test('the journal has the reason, as shown', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const commands = block('sh', 'journal?referenceId').replaceAll(
    'http://127.0.0.1:4080',
    emulator.url,
  )
  const { path } = folderWithCommand(t)
  const env = { ...process.env, PATH: path, TAO_EMULATOR_URL: emulator.url }
  const { stdout } = await run(...unfollowed('bash', '-c', commands), { env })
  const [, status = '', found = ''] = /^(\{.*?\})(\{.*\})$/.exec(stdout) ?? []
  t.match(JSON.parse(status), { message: /^Reference ID not found/ })
  t.strictSame(
    JSON.parse(found).entries[0].reason,
    JSON.parse(block('json', 'reference-id-unknown')),
  )
})

t.test('a scenario is exported and loaded again, as shown', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  await emulator.imports.put('put', { status: 'pending' })
  const { folder, path } = folderWithCommand(t)
  const options = { cwd: folder, env: { ...process.env, PATH: path } }
  const shell = async (commands: string) => {
    const script = commands.replaceAll('http://127.0.0.1:4080', emulator.url)
    return (await run(...unfollowed('bash', '-ec', script), options)).stdout
  }
  await shell(block('sh', 'tao-upload-emulator export'))
  await emulator.reset()
  t.equal(
    await shell(block('sh', '--data-binary @scenario.yaml')),
    '{"clients":7,"imports":15,"faults":0,"uploads":0}',
  )
  t.match(await emulator.imports.get('put'), { definition: { status: 'pending' } })
})

t.test('a test command runs with an emulator around it', async (t) => {
  t.equal(block('sh', 'exec --'), 'tao-upload-emulator exec -- npm test\n')
  const cwd = t.testdir({ 'package.json': '{"scripts":{"test":"echo up at $TAO_ADVANCE_URL"}}' })
  const { stdout } = await run(...command('exec', '--', 'npm', 'test'), { cwd })
  t.match(stdout, /^up at http:\/\/127\.0\.0\.1:\d+$/m)
})

t.test('the README is short', async (t) => {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n')
  t.ok(lines.length <= 100, `${lines.length} lines`)
})

testCommands('the first poll of the README gets its response', async (t, shell) => {
  const stdout = await shell(block('sh', 'TOKEN=$(curl -s $API'))
  t.equal(`${stdout}\n`, block('json', '"fileLine":2'))
})

t.test('it is installed from a clone, as shown', async (t) => {
  const [install = '', start = ''] = block('sh', 'npm pack --silent').trim().split('\n')
  const project = await mkdtemp(join(tmpdir(), 'tao-upload-emulator-'))
  t.teardown(() => rm(project, { recursive: true, force: true }))
  writeFileSync(join(project, 'package.json'), '{"private":true}')
  const options = { cwd: project, env: plainEnvironment }
  // Without its scripts: it would build again, under the feet of the other tests.
  const installation = install.replace('../tao-upload-emulator', `--ignore-scripts ${root}`)
  await run(...unfollowed('bash', '-c', `${installation} --no-audit --no-fund`), options)
  const { stdout } = await run(...unfollowed('bash', '-c', `${start} --version`), options)
  t.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

t.test('npm start starts it', async (t) => {
  t.ok(readme.includes('npm ci && npm start') && readme.includes('npm ci && npm test'))
  // Without its scripts: it would build again, under the feet of the other tests.
  const npm = spawn(...unfollowed('npm', 'start', '--ignore-scripts'), {
    cwd: root,
    env: { ...plainEnvironment, PORT: '0' },
    detached: true,
  })
  for await (const line of createInterface(npm.stdout)) {
    if (line.includes('"event":"ready"')) break
  }
  const closed = once(npm, 'close')
  process.kill(-(npm.pid as number), 'SIGTERM')
  await closed
  t.pass('it was ready')
})

t.test('the examples in JavaScript run', async (t) => {
  const examples = blocks.filter(({ language }) => language === 'js')
  t.equal(examples.length, 7)
  for (const { heading, code } of examples) {
    t.test(`under "${heading}"`, async (t) => {
      // Inside the package, so that it finds itself by its name.
      const file = join(t.testdir({ 'example.mjs': code }), 'example.mjs')
      await runNode([file])
      t.pass('it ended well')
    })
  }
})

t.test('the command that checks a scenario accepts those of the README', async (t) => {
  t.equal(block('sh', 'check'), 'tao-upload-emulator check scenario.yaml\n')
  const scenarios = blocks.filter(({ code }) => /^(imports|clients|faults|uploads):/m.test(code))
  t.equal(scenarios.length, 12)
  for (const { heading, code } of scenarios) {
    t.test(heading, async (t) => {
      const cwd = t.testdir({ 'scenario.yaml': code })
      const env = { ...process.env, MY_CLIENT_SECRET: 's3cret' }
      const { stdout } = await run(...command('check', 'scenario.yaml'), { cwd, env })
      t.match(stdout, /^ok: /)
    })
  }
  const [, schema = ''] = /schema=\.\/node_modules\/tao-upload-emulator\/(.*)\n/.exec(readme) ?? []
  t.ok(existsSync(join(root, schema)))
})

t.test('each form of an import does what the README says', async (t) => {
  const pending = (fileLine: number) => ({ status: 'pending', fileLine, messages: [] as string[] })
  const processed = (fileLine: number) => ({ ...pending(fileLine), status: 'processed' })
  const failed = (fileLine: number, ...messages: string[]) => ({
    status: 'failed',
    fileLine,
    messages,
  })

  const polls: [heading: string, id: string, seconds: number, expected: object][] = [
    ['A fixed state', 'roster-2026', 0, failed(41, 'Line 42: user_username is mandatory')],
    ['A server error', 'out-of-order', 0, { error: 'Storage bucket is unavailable' }],
    ['A timeline', 'nightly', 0, pending(0)],
    ['A timeline', 'nightly', 5, pending(500)],
    ['A timeline', 'nightly', 5, processed(1000)],
    ['A timeline', 'third-time-lucky', 0, { error: 'The import service is starting' }],
    ['A timeline', 'third-time-lucky', 0, pending(0)],
    ['A timeline', 'third-time-lucky', 0, failed(7, 'Line 8: user_username is mandatory')],
    ['Progress', 'district', 0, pending(0)],
    ['Progress', 'broken-district', 0, pending(0)],
    ['Progress', 'district', 9, pending(36_000)],
    ['Progress', 'broken-district', 1, failed(40_000, 'Line 40001: unknown column user_nickname')],
    ['Progress', 'district', 20, processed(120_000)],
    ['Patterns', 'school-of-music', 0, processed(30)],
    ['Patterns', 'school-500-in-60s', 0, pending(0)],
    ['Patterns', 'school-500-in-60s', 30, pending(250)],
  ]
  const emulators = new Map<string, Awaited<ReturnType<typeof poll>>>()
  for (const [heading, id, seconds, expected] of polls) {
    t.test(`${heading}: ${id} after ${seconds} s more`, async (t) => {
      const { code = '' } = blocks.find((it) => it.heading === heading) ?? {}
      const { emulator } = emulators.get(heading) ?? (await poll(t, parse(code)))
      emulators.set(heading, { emulator } as never)
      emulator.main.clock.advance(seconds * 1000)
      let told: object
      try {
        told = emulator.main.imports.poll(id)
      } catch (error) {
        told = { error: (error as Error).message }
      }
      t.strictSame(told, expected)
    })
  }
})

testCommands('the whole journey works', async (t, shell) => {
  const stdout = await shell(block('sh', 'users-wrong.csv'))
  t.match(stdout, /^\{"result":\{"status":"pending","fileLine":0,"messages":\[\]\}\}/)
  t.match(stdout, /\{"result":\{"status":"failed","fileLine":6,"messages":\["Line 3: /)
  t.match(
    stdout,
    /,status,errorType,errorCode,errorMessage\njmeyer,.*,processed,,,\n,.*user_username is mandatory\n/,
  )
})

t.test('each recipe breaks what it says', async (t) => {
  const recipe = (heading: string) => {
    const { code = '' } = blocks.find((it) => it.heading === heading) ?? {}
    return { clients: parse(defaultClients).clients, ...parse(code) } as ScenarioFixture
  }
  const defaultClients = readFileSync(join(root, 'fixtures/default.yaml'), 'utf8')
  const open = async (heading: string) => {
    const emulator = await startEmulator({ fixtures: recipe(heading) })
    t.teardown(() => emulator.close())
    const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
    return {
      emulator,
      async poll(id: string) {
        const headers = { authorization: `Bearer ${token}` }
        const answer = await fetch(emulator.url + statusPath(id), { headers })
        return answer
      },
    }
  }

  t.test('The token endpoint is down', async (t) => {
    const { emulator } = await open('The token endpoint is down')
    const answers = []
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'demo-client',
        client_secret: 'demo-secret',
      })
      const answer = await fetch(emulator.url + tokenPath, { method: 'POST', body })
      answers.push([answer.status, answer.headers.get('retry-after')])
    }
    t.strictSame(answers, [
      [503, '2'],
      [503, '2'],
      [503, '2'],
      [200, null],
    ])
    t.strictSame(await emulator.journal.count({ fault: 'outage' }), { count: 3, complete: true })
  })

  t.test('A slow import service', async (t) => {
    const { emulator, poll } = await open('A slow import service')
    const startedAt = performance.now()
    const { result } = (await (await poll('district-7')).json()) as { result: { status: string } }
    t.equal(result.status, 'pending')
    const { entries } = await emulator.journal.find({ fault: 'fault-1' })
    const lateMs = Number(/\((\d+) ms late\)/.exec(entries[0]?.reason.message ?? '')?.[1])
    t.ok(performance.now() - startedAt >= lateMs - 1, `${lateMs} ms late`)
  })

  t.test('A flaky network', async (t) => {
    const { emulator, poll } = await open('A flaky network')
    for (let attempt = 0; attempt < 100; attempt += 1) {
      await poll('a')
        .then((answer) => answer.text())
        .catch(() => {})
    }
    const faults = await emulator.faults.list()
    t.ok(
      faults.every(({ applied }) => applied > 0 && applied < 30),
      JSON.stringify(faults),
    )
  })

  t.test('Rate limits', async (t) => {
    const { poll } = await open('Rate limits')
    const answers = []
    for (let attempt = 0; attempt < 16; attempt += 1) {
      const { status, headers } = await poll('a')
      answers.push(`${status} ${headers.get('retry-after')}`)
    }
    const expected = (count: number, answer: string) => Array.from({ length: count }, () => answer)
    t.strictSame(answers, [
      ...expected(10, '404 null'),
      ...expected(5, '429 30'),
      ...expected(1, '404 null'),
    ])
  })
})

t.test('the test ids have the states of the table', async (t) => {
  const forMinutes = (count: number) => Array.from({ length: count }, () => 60)
  const told: [id: string, waits: number[], statuses: (string | number)[]][] = [
    ['12345', [0], ['processed']],
    ['pending', [0, ...forMinutes(3)], ['pending', 'pending', 'pending', 'pending']],
    ['failed', [0], ['failed']],
    ['server-error', [0], [500]],
    ['slow', [0, 29, 1], ['pending', 'pending', 'processed']],
    ['third-poll', [0, 0, 0], ['pending', 'pending', 'processed']],
    ['fails-half-way', [0, 14, 1], ['pending', 'pending', 'failed']],
    ['processed-x', [0], ['processed']],
    ['pending-x', [0], ['pending']],
    ['failed-x', [0], ['failed']],
    ['error-x', [0], [500]],
    ['processed-after-2-polls', [0, 0, 0], ['pending', 'pending', 'processed']],
    ['processed-after-5s', [0, 4, 1], ['pending', 'pending', 'processed']],
    ['failed-at-line-17', [0], ['failed']],
    ['anything-else', [0], [404]],
  ]
  const listed = table('Reference id').flatMap(([cell]) => codesIn(cell))
  const { app, emulator } = await buildApp(t)
  t.strictSame(
    listed,
    emulator.main.imports.list().map(({ referenceId }) => referenceId),
    'the table lists every id of the scenario',
  )
  emulator.main.clock.freeze()
  const token = await fetchToken(app)
  for (const [id, waits, statuses] of told) {
    t.test(id, async (t) => {
      const seen: (string | number)[] = []
      for (const wait of waits) {
        emulator.main.clock.advance(wait * 1000)
        const answer = await app.inject({
          url: statusPath(id),
          headers: { authorization: `Bearer ${token}` },
        })
        seen.push(answer.statusCode === 200 ? answer.json().result.status : answer.statusCode)
        if (id === 'failed-at-line-17') t.equal(answer.json().result.fileLine, 17)
      }
      t.strictSame(seen, statuses)
    })
  }
})

t.test('the clients to test with get what the table says', async (t) => {
  const { app, emulator } = await buildApp(t)
  emulator.main.clock.freeze()
  const rows = table('Client')
  t.match(rows.at(-1)?.join(' '), 'any other')
  for (const [client, secret, tokens = ''] of rows.slice(0, -1)) {
    const [clientId = ''] = codesIn(client)
    t.test(clientId, async (t) => {
      const token = await fetchToken(app, { clientId, clientSecret: codesIn(secret)[0] ?? '' })
      const status = async () => {
        const headers = { authorization: `Bearer ${token}` }
        return (await app.inject({ url: statusPath('12345'), headers })).statusCode
      }
      const later = /(\d+) seconds/.exec(tokens)?.[1]
      t.equal(await status(), Number(later ? 200 : (/: (\d+)/.exec(tokens)?.[1] ?? 200)))
      if (later === undefined) return
      emulator.main.clock.advance(Number(later) * 1000)
      t.equal(await status(), 401)
    })
  }
})

t.test('a terminal shows refused requests as the documents do', async (t) => {
  const lines: string[] = []
  const format = terminalFormat({
    ...{ coloured: false, canGoBack: true, columns: () => 80 },
    linkTo: (entry) => `http://127.0.0.1:4080/__sandbox/#journal?entry=${entry}`,
  })
  const logger = pino({}, { write: (line) => lines.push(format(line)) })
  const { app, emulator } = await buildApp(t, { logger })
  emulator.main.clock.freeze()
  const client = { clientId: 'short-lived-client', clientSecret: 'short-lived-secret' }
  const expiring = await fetchToken(app, client)
  const ask = (id: string, token: string) =>
    app.inject({ url: statusPath(id), headers: { authorization: `Bearer ${token}` } })
  await ask('12346', await fetchToken(app))
  emulator.main.clock.advance(17_000)
  await ask('12345', expiring)
  const withoutTimes = (text: string) =>
    text.replace(/^\d\d:\d\d:\d\d/gm, 'TIME').replace(/ +$/gm, '')
  const refused = lines.filter((line) => line.includes('__sandbox'))
  t.equal(withoutTimes(refused.join('')), withoutTimes(block('text', '  404  status')))
})

t.test('the compose file of the README is the one of the project', async (t) => {
  t.strictSame(
    parse(block('yaml', 'services:')),
    parse(readFileSync(join(root, 'compose.yaml'), 'utf8')),
  )
})
