import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { existsSync, linkSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { version } from '../src/emulator/package-files.js'
import { optionSpecs } from '../src/option-specs.js'
import { readOptions } from '../src/options.js'
import {
  command,
  commandAfter,
  type Ended,
  environment,
  installed,
  run,
  runCli,
  runHere,
  serveHere,
  start,
} from './cli-support.js'
import { fetchTokenFrom, freePort, statusPath, unfollowed } from './support.js'

// Each log listens for the end of the process, and many commands run in this one.
process.setMaxListeners(100)

/** Starts the server within this process, and waits for its ready line. */
async function serveUrl(t: Test, args: readonly string[] = [], env: object = {}) {
  const served = await serveHere(t, args, env)
  const [, url = ''] = await served.saw(/"url":"(.*?)"/)
  return { ...served, url, port: new URL(url).port }
}

t.test('help and --version print what they name', async (t) => {
  for (const args of [['help'], ['--help'], ['-h']]) {
    const { code, out, err } = await runHere(args)
    t.strictSame([code, err], [0, ''])
    t.match(out, /^An emulator of the TAO Advance rostering API\.$/m)
    t.match(out, /^ {2}check {3}validates scenarios without starting anything$/m)
    t.match(out, /^ {2}--port NUMBER +PORT\n {6}port to listen on; .* \(4080\)$/m)
  }
  for (const runs of [runHere, runCli]) {
    t.strictSame(await runs(['--version']), { code: 0, out: `${version}\n`, err: '' })
  }
  t.strictSame(await runHere(['-v']), { code: 0, out: `${version}\n`, err: '' })
})

t.test('bad input is one line that says how to mend it, and the exit code 2', async (t) => {
  const folder = t.testdir({
    'bad.yaml': 'imports: [{ referenceId: 12345, status: done }]\n',
    'good.yaml': '{}\n',
  })
  const seedMistakeOf = (value: string) =>
    `--seed: "${value}" must be a whole number from 0 to 4294967295\n`
  const cases: [string, args: string[], env: object, expected: string][] = [
    ['an unknown flag', ['--prot', '1'], {}, '--prot: unknown flag; did you mean --port?\n'],
    [
      'an unknown flag near to none',
      ['--xyzzy'],
      {},
      '--xyzzy: unknown flag; see tao-upload-emulator help\n',
    ],
    ['an unknown short flag', ['-p', '1'], {}, '-p: unknown flag; see tao-upload-emulator help\n'],
    ['an unknown command', ['srve'], {}, 'srve: unknown command; did you mean serve?\n'],
    ['an argument too many', ['serve', 'x'], {}, 'x: unexpected argument; a flag starts with --\n'],
    ['a flag without its value', ['--port'], {}, '--port: needs a value\n'],
    [
      'a flag in the place of a value',
      ['--ready-file', '--watch'],
      {},
      '--ready-file: needs a value\n',
    ],
    [
      'a flag with a value in the place of a value',
      ['--ready-file', '--port=0'],
      {},
      '--ready-file: needs a value\n',
    ],
    ['a value that looks like a flag', ['check', '--seed=--watch'], {}, seedMistakeOf('--watch')],
    ['a value that begins like a flag', ['check', '--seed', '--x'], {}, seedMistakeOf('--x')],
    [
      'a port that is none',
      ['--port', 'abc'],
      {},
      '--port: "abc" must be a whole number from 0 to 65535\n',
    ],
    [
      'a port below zero',
      ['--port=-1'],
      {},
      '--port: "-1" must be a whole number from 0 to 65535\n',
    ],
    [
      'a port too large',
      ['--port', '65536'],
      {},
      '--port: "65536" must be a whole number from 0 to 65535\n',
    ],
    ['a port of nothing', ['--port='], {}, '--port: must be a whole number from 0 to 65535\n'],
    [
      'a port in the environment',
      [],
      { PORT: '4e3' },
      'PORT: "4e3" must be a whole number from 0 to 65535\n',
    ],
    ['a host of nothing', ['--host', ''], {}, '--host: must not be empty\n'],
    [
      'a level',
      ['--log-level', 'debg'],
      {},
      '--log-level: "debg" must be trace, debug, info, warn, error, fatal or silent; did you mean debug?\n',
    ],
    [
      'an issuer',
      ['--issuer', 'tao'],
      {},
      '--issuer: "tao" must be an http or https URL without query, fragment or slash at its end\n',
    ],
    [
      'an issuer that ends with a slash',
      ['--issuer', 'http://tao/'],
      {},
      '--issuer: "http://tao/" must be an http or https URL without query, fragment or slash at its end\n',
    ],
    [
      'a host that is a pattern',
      ['--allowed-host', 'a.test,*.test'],
      {},
      '--allowed-host: "*.test" must be a host name such as tao.example, without scheme, path or wildcard\n',
    ],
    [
      'a host of nothing that is allowed',
      ['--allowed-host', ''],
      {},
      '--allowed-host: must be a host name such as tao.example, without scheme, path or wildcard\n',
    ],
    ['fixtures of nothing', ['--fixtures', ''], {}, '--fixtures: must not be empty\n'],
    [
      'a switch',
      [],
      { TAO_EMULATOR_WATCH: 'yes' },
      'TAO_EMULATOR_WATCH: "yes" must be true or false\n',
    ],
    [
      'two of them',
      ['--port', 'x'],
      { LOG_LEVEL: 'x' },
      '--port: "x" must be a whole number from 0 to 65535\nLOG_LEVEL: "x" must be trace, debug, info, warn, error, fatal or silent\n',
    ],
    [
      'a fixture',
      ['--fixtures', 'bad.yaml'],
      {},
      'bad.yaml:1:26: imports[0].referenceId: must be a string: quote it\nbad.yaml:1:41: imports[0].status: must be processed, pending, processing or failed\n',
    ],
    [
      'a fixture in the environment',
      [],
      { TAO_EMULATOR_FIXTURES: 'nowhere' },
      'nowhere: there is no such file or folder\n',
    ],
    [
      'a fixture to check',
      ['check', 'good.yaml', 'bad.yaml'],
      {},
      'bad.yaml:1:26: imports[0].referenceId: must be a string: quote it\n  1 | imports: [{ referenceId: 12345, status: done }]\n    |                          ^\nbad.yaml:1:41: imports[0].status: must be processed, pending, processing or failed\n  1 | imports: [{ referenceId: 12345, status: done }]\n    |                                         ^\n',
    ],
    [
      'a signing key',
      ['--signing-key', 'good.yaml'],
      {},
      'good.yaml: holds no private key: give an unencrypted PEM, or a JWK with its "d" member\n',
    ],
    ['nothing to execute', ['exec'], {}, 'exec: needs a command: exec -- npm test\n'],
    [
      'a flag of another command',
      ['--client', 'a'],
      {},
      '--client: is a flag of the command token or status\n',
    ],
    [
      'a token of nobody',
      ['token', '--url', 'http://127.0.0.1:1'],
      {},
      'http://127.0.0.1:1: no emulator responds there: name one with --url\n',
    ],
    [
      'a token of somebody',
      ['token', '--url', 'http://127.0.0.1:1', '--client', 'demo-client'],
      {},
      'http://127.0.0.1:1: no emulator responds there: name one with --url\n',
    ],
    [
      'a client that is no flag',
      ['token', 'expired-client'],
      {},
      'expired-client: unexpected argument; a flag starts with --\n',
    ],
  ]
  const before = process.cwd()
  process.chdir(folder)
  t.teardown(() => process.chdir(before))
  for (const [name, args, env, err] of cases) {
    t.test(name, async (t) => {
      t.strictSame(await runHere(args, env), { code: 2, out: '', err })
    })
  }
  t.strictSame(await runCli(['--port'], {}, folder), {
    code: 2,
    out: '',
    err: '--port: needs a value\n',
  })
})

t.test('check counts the clients and imports', async (t) => {
  const folder = t.testdir({
    'a.yaml': 'imports: [{ referenceId: a, error: x }]\n',
    'b.json': '{"clients":[{"clientId":"a","clientSecret":"b"}]}',
  })
  t.strictSame(await runHere(['check', folder]), {
    code: 0,
    out: 'ok: 1 client, 1 import\n',
    err: '',
  })
  t.match(await runHere(['check']), { code: 0, out: /^ok: \d+ clients/ })
})

t.test(
  'check takes placeholders from the environment, and names one that is missing',
  async (t) => {
    const folder = t.testdir({ 'a.yaml': 'clients:\n  - clientId: a\n    clientSecret: ${DEMO}\n' })
    const file = join(folder, 'a.yaml')
    t.match(await runHere(['check', file], { DEMO: 's3cret' }), { code: 0, err: '' })
    t.strictSame(await runHere(['check', file]), {
      code: 2,
      out: '',
      err: `${file}:3:19: clients[0].clientSecret: The environment variable DEMO is not set: set it, or write $\${DEMO} for the text itself\n`,
    })
  },
)

t.test('flags win over the environment', async (t) => {
  const { url } = await serveUrl(t, ['--host', 'localhost'], { PORT: '1', HOST: '203.0.113.1' })
  t.match(url, /^http:\/\/localhost:\d{4,5}$/)
})

t.test('a variable that is empty is not set', async (t) => {
  const empty = Object.fromEntries(
    Object.values(optionSpecs).map(({ environment }) => [environment, '']),
  )
  t.strictSame(readOptions({}, empty), readOptions({}, {}))
  const { saw } = await serveHere(t, [], empty)
  t.match(JSON.parse((await saw(/.*\n/))[0]), { event: 'ready', imports: 14 })
})

t.test('a variable counts for the commands that use the option', async (t) => {
  const wrong: Record<string, string> = Object.fromEntries(
    Object.values(optionSpecs).map(({ environment }) => [environment, '*']),
  )
  t.match(await runHere(['help'], wrong), { code: 0, err: '' })
  const { TAO_EMULATOR_FIXTURES, ...others } = wrong
  t.match(await runHere(['check'], others), { code: 0, err: '' })
  t.strictSame(await runHere(['check'], wrong), {
    code: 2,
    out: '',
    err: '*: there is no such file or folder\n',
  })
  const { HOST, PORT, TAO_EMULATOR_CONTROL_TOKEN_FILE, ...rest } = wrong
  const unused = { ...rest, TAO_EMULATOR_CONTROL_TOKEN: 'open' }
  const { url, port } = await serveUrl(t, ['--control-token', 'open'])
  t.match(await runHere(['token', '--url', url], unused), { code: 0, err: '' })
  t.match(await runHere(['token'], { ...unused, PORT: port }), { code: 0, err: '' })
  t.match(await runHere(['token'], { ...unused, PORT }), { code: 2, err: /^PORT: "\*" must be / })
})

t.test('the ready line and the ready file have the URL, once it listens', async (t) => {
  const file = join(t.testdir({ ready: 'http://stale:1\n' }), 'ready')
  const { url, lines, child, ended } = await start(t, ['--ready-file', file])
  t.match(JSON.parse(lines[0] as string), {
    level: 30,
    event: 'ready',
    url,
    imports: 14,
    msg: `Listening on ${url}, with a sandbox page at ${url}/__sandbox/`,
  })
  t.equal(readFileSync(file, 'utf8'), `${url}\n`)
  t.notOk(existsSync(`${file}.part`))
  const answer = await fetch(`${url}/__control/health`)
  t.match(await answer.json(), { status: 'ok', version })
  child.kill('SIGTERM')
  t.equal(await ended(), 0)
  t.notOk(existsSync(file), 'the next run is not taken for this one')
})

t.test('a ready file that cannot be written is one line', async (t) => {
  const folder = t.testdir({ file: '', 'ready.part': {} })
  const cases: [string, path: string, why: RegExp][] = [
    ['beside a folder of the name that it has at first', join(folder, 'ready'), /EISDIR/],
    ['a folder', folder, /EISDIR/],
    ['in no folder', join(folder, 'nope', 'ready'), /ENOENT/],
    ['in a file', join(folder, 'file', 'ready'), /ENOTDIR/],
    // This fails only once it listens.
    ['a folder that there is not', join(folder, 'nope/'), /ENOENT/],
  ]
  for (const [name, path, why] of cases) {
    t.test(name, async (t) => {
      const { code, out, err } = await runHere(['--port', '0', '--ready-file', path])
      t.strictSame([code, out], [2, ''])
      t.match(err, /^--ready-file: cannot be written: .*\n$/)
      t.match(err, why)
    })
  }
})

t.test('a full disk at the ready file is one line, and nothing is left', async (t) => {
  const file = join(t.testdir(), 'ready')
  symlinkSync('/dev/full', `${file}.part`)
  const { code, out, err } = await runHere(['--port', '0', '--ready-file', file])
  t.strictSame([code, out], [2, ''])
  t.match(err, /^--ready-file: cannot be written: ENOSPC.*\n$/)
  t.notOk(lstatSync(`${file}.part`, { throwIfNoEntry: false }))
})

t.test('a signal ends it while a slow disk writes the ready file', async (t) => {
  const file = join(t.testdir(), 'ready')
  // Opening a pipe waits until somebody reads it.
  await run('mkfifo', [`${file}.part`])
  linkSync(`${file}.part`, `${file}.pipe`)
  const port = await freePort()
  const args = ['--port', String(port), '--ready-file', file]
  const child = spawn(...command(...args), { env: environment })
  const closed = once(child, 'close')
  let health: Response | undefined
  while (health === undefined) {
    health = await fetch(`http://127.0.0.1:${port}/__control/health`).catch(() => undefined)
  }
  child.kill('SIGTERM')
  while (existsSync(`${file}.part`)) await delay(20)
  // The process ends only once the disk has written.
  readFileSync(`${file}.pipe`)
  t.equal((await closed)[0], 0)
  t.notOk(existsSync(file))
})

t.test('a signal while it starts ends it, and no ready file stays', async (t) => {
  const file = join(t.testdir(), 'ready')
  const codes: number[] = []
  const context = {
    exit: (code: number) => codes.push(code),
    onSignal: (handler: (signal: 'SIGTERM') => void) => handler('SIGTERM'),
  }
  await runHere(['--port', '0', '--ready-file', file], {}, context)
  while (codes.length < 2) await delay(5)
  t.strictSame(codes, [0, 0], 'the first one at once, the second one with its server')
  t.notOk(existsSync(file))
})

t.test('a stale ready file is gone even if it cannot start', async (t) => {
  const file = join(t.testdir({ ready: 'http://stale:1\n' }), 'ready')
  await runHere(['--ready-file', file, '--fixtures', 'nowhere'])
  t.notOk(existsSync(file))
})

t.test('a port in use is one line, and the exit code 1', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const { code, out, err } = await runHere(['--port', String(port)])
  t.strictSame([code, out], [1, ''])
  t.match(err, /^port \d+ of 127\.0\.0\.1 is in use: .*, such as --port \d+\n$/)
  t.match(await runHere(['--host', '203.0.113.1', '--port', '0']), {
    code: 1,
    err: /^port .* cannot be listened on: this machine does not have the address\. .*HOST.*\n$/,
  })
  t.match(await runHere(['--port', '0'], { HOST: 'no.such.host.invalid' }), {
    code: 1,
    err: /^"no\.such\.host\.invalid" is neither an address nor a host name .*HOST.*\n$/,
  })
})

t.test('any other failure is shown with its stack, and the exit code is 1', async (t) => {
  const { code, err } = await runHere(['token', '--url', await answering(t, 500, 'out of order')])
  t.equal(code, 1)
  t.match(err, /^Error: The server at http:\S+ is not an emulator: 500 out of order\n {4}at /)
  const stranger = await answering(t, 200, 'null')
  t.match(await runHere(['token', '--url', stranger]), { code: 1, err: /^TypeError: .*\n {4}at / })
})

/** The address of a server that is no emulator. */
async function answering(t: Test, status: number, body: string): Promise<string> {
  const server = createHttpServer((_request, response) => response.writeHead(status).end(body))
  t.teardown(() => server.close().closeAllConnections())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

/** Starts the command on a terminal, and tells what it wrote there once a pattern is in it. */
function startOnTerminal(t: Test) {
  // script is a part of util-linux, and gives the command a terminal.
  const line = `${process.execPath} ${installed} --port 0`
  // A pipeline gets lines of JSON, also on a terminal.
  const options = { env: { ...environment, CI: '' } }
  const child = spawn(...unfollowed('script', '-qec', line, '/dev/null'), options)
  t.teardown(() => child.kill('SIGTERM'))
  let out = ''
  const progress = new EventEmitter()
  child.stdout.on('data', (chunk) => {
    out += chunk
    progress.emit('output')
  })
  return async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(out)
      if (found !== null) return found
      await once(progress, 'output')
    }
  }
}

t.test('on a terminal it greets, and logs for a person', async (t) => {
  const saw = startOnTerminal(t)
  const [, url] = await saw(/API {7}(http:\S+)/)
  await saw(/Sandbox {3}http:\S+\/__sandbox\//)
  await saw(/o open {2}r reset {2}f freeze {2}h help {2}q quit/)
  await fetch(url + statusPath('12345'))
  const { input } = await saw(/401.* {2}status {4}12345\s+The request has no Authorization header/)
  t.match(input, `${url}/__sandbox/#journal?entry=1`)
  t.notMatch(input, '"level"')
})

t.test('the command of its greeting works with the fixtures at hand', async (t) => {
  const folder = t.testdir({
    'own.json': JSON.stringify({
      clients: [
        { clientId: 'unscoped', clientSecret: 'a' },
        { clientId: 'flawed', clientSecret: 'b', scopes: ['rostering'], tokenFlaw: 'expired' },
        { clientId: `it's "mine"`, clientSecret: '@\\;$HOME', scopes: ['rostering'] },
      ],
      imports: [
        { referenceId: 'any-*', status: 'pending' },
        { referenceId: "it's (one) & $HOME", status: 'failed' },
      ],
    }),
    'none.yaml': 'imports: [{ referenceId: any-*, status: pending }]\n',
  })
  const greet = (file: string) =>
    serveHere(t, ['--fixtures', join(folder, file)], {}, { isTTY: true, script: installed })
  const { saw } = await greet('own.json')
  const [, tried = ''] = await saw(/Try {7}(node .*?)\r?\n/)
  const { stdout } = await run(...unfollowed('sh', '-c', tried))
  t.strictSame(JSON.parse(stdout), { result: { status: 'failed', fileLine: 0, messages: [] } })

  const { saw: sawNone } = await greet('none.yaml')
  const [, url] = await sawNone(/API {7}(http:\S+)/)
  await fetch(url + statusPath('12345'))
  const { input } = await sawNone(/401 {2}status/)
  t.notMatch(input, 'Try', 'where there is nothing to ask for, there is no command')
})

t.test('tokens outlive a restart with a signing key', async (t) => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const file = join(t.testdir(), 'key.pem')
  writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }))
  const args = ['--signing-key', file, '--issuer', 'http://tao.example']
  const first = await serveUrl(t, args)
  const token = await fetchTokenFrom(first.url)
  t.equal(await first.end('SIGTERM'), 0)
  const second = await serveUrl(t, args)
  const poll = (url: string) =>
    fetch(url + statusPath('12345'), { headers: { authorization: `Bearer ${token}` } })
  t.equal((await poll(second.url)).status, 200)
  t.equal((await poll((await serveUrl(t)).url)).status, 401, 'and not with another')
})

t.test(
  'edits of the fixtures are loaded when they are saved, and a broken one is reported',
  async (t) => {
    const file = join(t.testdir({ 'a.yaml': 'imports: []\n' }), 'a.yaml')
    const { url, saw, end } = await serveUrl(t, ['--watch', '--fixtures', file])
    const sawEvent = async (event: string) =>
      JSON.parse((await saw(new RegExp(`^.*"event":"${event}".*$`, 'm')))[0])
    writeFileSync(file, 'imports: [{ referenceId: a, status: done }]\n')
    t.match(await sawEvent('fixtures-refused'), {
      level: 50,
      mistakes: [
        `${file}:1:37: imports[0].status: must be processed, pending, processing or failed`,
      ],
    })
    writeFileSync(file, 'imports: [{ referenceId: a, status: failed }]\n')
    t.match(await sawEvent('fixtures-loaded'), { imports: 1, clients: 0 })
    t.match(await (await fetch(`${url}/__control/imports/a`)).json(), { referenceId: 'a' })
    t.equal(await end('SIGTERM'), 0)
  },
)

t.test('exec runs a command with an emulator up', async (t) => {
  const noRequest = /^tao-upload-emulator: no request came\. /
  const shell = (script: string, flags: string[] = []) =>
    runCli(['exec', ...flags, '--', 'sh', '-c', script])
  t.match(
    await shell('echo "$TAO_ADVANCE_URL $TAO_EMULATOR_URL $CLIENT_ID $CLIENT_SECRET"; exit 7'),
    {
      code: 7,
      out: /^(http:\/\/127\.0\.0\.1:\d+) \1 demo-client demo-secret\n$/,
      err: noRequest,
    },
  )
  const script = `curl -s $TAO_ADVANCE_URL${statusPath('12345')} -H "Authorization: Bearer $(node ${installed} token)"`
  t.match(await shell(script), {
    code: 0,
    out: '{"result":{"status":"processed","fileLine":2,"messages":[]}}',
  })
  t.match(await runHere(['exec', '--log-level', 'info', '--', 'true']), {
    code: 0,
    out: '',
    err: /"event":"ready"/,
  })
  t.match(await runHere(['exec', '--', 'sh', '-c', 'kill -KILL $$']), { code: 137 })
  t.match(
    await shell(`node ${installed} token`, ['--control-token', 'open']),
    { code: 0, out: /^ey/, err: noRequest },
    'with the control token',
  )
  t.strictSame(await runHere(['exec', '--quiet', '--', 'true']), { code: 0, out: '', err: '' })
  const required = ['exec', '--quiet', '--require', 'status.processed', '--', 'true']
  t.match(await runHere(required), { code: 3, err: /No request met the outcome status\.processed/ })
  t.match(await runHere(['exec', '--report', 'run.txt', '--', 'true']), { code: 2 })
  const own = ['exec', '--', 'sh', '-c', 'echo "$TAO_ADVANCE_URL $PORT $HOST $LOG_LEVEL"']
  t.match(
    await runCli(own, { PORT: '1', HOST: '192.0.2.1', LOG_LEVEL: 'info' }),
    { code: 0, out: /^http:\/\/127\.0\.0\.1:\d{4,5} 1 192.0.2.1 info\n$/, err: noRequest },
    'its own variables',
  )
  t.strictSame(await runHere(['exec', '--', 'no-such-program']), {
    code: 127,
    out: '',
    err: 'no-such-program: command not found\n',
  })
  const folder = t.testdir({ 'none.yaml': '{}\n', 'not-a-program': '' })
  t.strictSame(await runHere(['exec', '--', join(folder, 'not-a-program')]), {
    code: 126,
    out: '',
    err: `${join(folder, 'not-a-program')}: cannot be run\n`,
  })
  t.strictSame(await runHere(['exec', '--', '']), { code: 126, out: '', err: ': cannot be run\n' })
  const piped = `echo '{ clients: [{ clientId: a, clientSecret: b, scopes: [rostering] }] }' | ${process.execPath} ${installed} exec --fixtures /dev/stdin -- sh -c 'echo "<$CLIENT_ID>"'`
  t.match(
    await run(...unfollowed('sh', '-c', piped), { env: environment }),
    { stdout: '<a>\n' },
    'its fixtures are read once',
  )
  const none = ['exec', '--fixtures', join(folder, 'none.yaml'), '--']
  t.match(await runHere([...none, 'sh', '-c', 'test -z "$CLIENT_ID"']), { code: 0, err: noRequest })

  t.test('everything from the first word on is the command’s', async (t) => {
    const args = [
      ...['-v', '--help', '--version', '--watch', '--port', '1', '--log-level', 'x', '--port=2'],
      ...['--', '--grep', 'x', '--', '--nonsense', '-x', '', ' '],
    ]
    for (const start of [[], ['--'], ['--port', '0'], ['--seed=2', '--']]) {
      t.test(['after exec', ...start].join(' '), async (t) => {
        t.strictSame(await runCli(['exec', '--quiet', ...start, 'printf', '<%s>', ...args]), {
          code: 0,
          out: args.map((arg) => `<${arg}>`).join(''),
          err: '',
        })
      })
    }
    t.match(await runHere(['exec', 'true']), {
      code: 0,
      out: '',
      err: /^tao-upload-emulator: no request came/,
    })
    t.match(await runHere(['exec', '--help', 'echo']), {
      code: 0,
      out: /^Usage: tao-upload-emulator exec /,
    })
  })

  t.test('clients of the command reach the emulator past a proxy', async (t) => {
    const script = `curl -s -o /dev/null -w '%{http_code}' $TAO_ADVANCE_URL${statusPath('12345')}`
    const { out } = await runCli(['exec', '--', 'sh', '-c', script], {
      HTTP_PROXY: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
    })
    t.equal(out, '401')
  })

  t.test('a command that fails is followed by what was refused, and why', async (t) => {
    const poll = `curl -s -o /dev/null $TAO_ADVANCE_URL${statusPath('12345')}`
    const { code, err } = await runHere(['exec', '--', 'sh', '-c', `${poll}; exit 3`])
    t.equal(code, 3)
    const refusal =
      'tao-upload-emulator refused requests (all):\n  401 GET status "12345" - The request has no Authorization header\n'
    t.ok(err.startsWith(`${refusal}tao-upload-emulator: 1 request, all workspaces\n`))
    const quiet = ['exec', '--quiet', '--', 'sh', '-c']
    t.match(await runHere([...quiet, `${poll}; exit 3`]), { code: 3, err: refusal })
    t.match(await runHere([...quiet, poll]), { code: 0, err: '' })
  })

  t.test('and hands signals on', async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const script =
        "process.on('SIGTERM', () => process.exit(4)); process.on('SIGINT', () => process.exit(5)); console.log('up'); setInterval(() => {}, 1000)"
      const args = ['exec', '--', process.execPath, '-e', script]
      const line = signal === 'SIGINT' ? commandAfter('', args, 'source') : command(...args)
      const child = spawn(...line, { env: environment })
      const closed = once(child, 'close')
      await once(child.stdout, 'data')
      child.kill(signal)
      t.equal((await closed)[0], signal === 'SIGTERM' ? 4 : 5)
    }
    const { code } = await runHere(
      ['exec', '--', 'sleep', '60'],
      {},
      {
        onSignal: (handler) => handler('SIGTERM'),
      },
    )
    t.equal(code, 143, 'a program without a handler ends by the signal')
  })
})

t.test('the control token comes from a file, and exec hands it on', async (t) => {
  const folder = t.testdir({
    token: 'from-a-file\r\n',
    empty: ' \n',
    odd: 'hush\u200b',
    two: 'hush\nx',
  })
  const file = join(folder, 'token')
  const control = async (url: string, token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${url}/__control/clock`, { headers })).status
  }
  const { url } = await serveUrl(t, ['--control-token-file', file])
  t.strictSame([await control(url, 'from-a-file'), await control(url, 'x')], [200, 401])
  t.match(await runHere(['token', '--url', url, '--control-token-file', file]), {
    code: 0,
    err: '',
  })
  const env = { TAO_EMULATOR_CONTROL_TOKEN_FILE: file }
  const script = 'echo "$TAO_EMULATOR_CONTROL_TOKEN<$TAO_EMULATOR_CONTROL_TOKEN_FILE>"'
  t.match(
    await runCli(['exec', '--quiet', '--', 'sh', '-c', `${script}; node ${installed} token`], env),
    {
      code: 0,
      out: /^from-a-file<>\ney/,
      err: '',
    },
  )
  t.match(
    await runCli(['exec', '--control-token', 'flag', '--', 'sh', '-c', script], env),
    { out: 'flag<>\n' },
    'a flag wins over the environment',
  )
  const both = { TAO_EMULATOR_CONTROL_TOKEN: 'x' }
  t.match(
    await runCli(['exec', '--control-token-file', file, '--', 'sh', '-c', script], both),
    { out: 'from-a-file<>\n' },
    'a flag wins over the environment',
  )
  const refused: [string, path: string, err: RegExp][] = [
    ['none', 'nope', /^--control-token-file: cannot be read: ENOENT.*\n$/],
    ['empty', 'empty', /^\S+\/empty: --control-token-file: is empty\n$/],
    [
      'with an invisible character',
      'odd',
      /^\S+\/odd: --control-token-file: must hold only characters that a header can hold, but it holds U\+200B ZERO WIDTH SPACE\n$/,
    ],
    [
      'of two lines',
      'two',
      /^\S+\/two: --control-token-file: must hold only characters that a header can hold, but it holds a control character or one beyond Latin-1\n$/,
    ],
  ]
  for (const [name, path, err] of refused) {
    t.test(`a file ${name}`, async (t) => {
      const ended = await runHere(['--control-token-file', join(folder, path)])
      t.match(ended, { code: 2, out: '', err })
      t.notMatch(ended.err, 'hush')
    })
  }
  t.match(await runHere(['--port', '0'], { ...env, ...both }), {
    code: 2,
    err: '--control-token-file: cannot be used together with --control-token\n',
  })
})

t.test('token prints a token from an emulator that runs', async (t) => {
  const { url, port } = await serveUrl(t, ['--control-token', 'open'])
  const claims = ({ code, out, err }: Ended) => {
    t.strictSame([code, err], [0, ''])
    return JSON.parse(Buffer.from(out.split('.')[1] as string, 'base64url').toString())
  }
  const open = ['--control-token', 'open']
  t.match(claims(await runHere(['token', '--url', url, ...open])), {
    client_id: 'demo-client',
    scope: 'rostering',
  })
  t.match(claims(await runHere(['token', '--port', port, ...open])), {
    client_id: 'demo-client',
  })
  t.match(
    claims(
      await runHere(
        [
          'token',
          '--client',
          'short-lived-client',
          '--scope',
          'a',
          '--scope',
          'b c',
          '--flaw',
          'expired',
          ...open,
        ],
        { TAO_EMULATOR_URL: url },
      ),
    ),
    { client_id: 'short-lived-client', scope: 'a b c' },
  )
  t.match(await runHere(['token', '--url', url]), {
    code: 2,
    err: '--control-token: The control API needs the control token: send it as a bearer token\n',
  })
  t.match(await runHere(['token', '--url', url, '--flaw', 'expird', ...open]), {
    code: 2,
    err: /^--flaw: must be expired.*did you mean expired\?\n$/,
  })
  t.match(await runHere(['token', '--url', url, '--client', 'nobody', ...open]), {
    code: 2,
    err: '--client: There is no client "nobody"\n',
  })
  const folder = t.testdir({ 'none.yaml': '{}\n' })
  const { url: empty } = await serveUrl(t, ['--fixtures', join(folder, 'none.yaml')])
  t.match(await runHere(['token', '--url', empty]), {
    code: 2,
    err: '--client: the emulator has no client: add one to its fixtures\n',
  })
})
