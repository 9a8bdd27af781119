import { EventEmitter, once } from 'node:events'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createServeLog } from '../../src/command-log.js'
import { readOptions } from '../../src/options.js'
import { startServer } from '../../src/server.js'
import { isForeground, ownsTerminal } from '../../src/terminal/foreground.js'
import { type GreetingFacts, greeting } from '../../src/terminal/greeting.js'
import { isColoured, isTerminal } from '../../src/terminal/is-terminal.js'
import { openBrowser } from '../../src/terminal/open-browser.js'
import { programName } from '../../src/terminal/program-name.js'
import { serveOnTerminal } from '../../src/terminal/serve-on-terminal.js'
import { terminalFormat } from '../../src/terminal/terminal-format.js'

const facts: GreetingFacts = {
  version: '1.2.3',
  program: 'node dist/bundle/cli.js',
  readyMs: 142,
  url: 'http://127.0.0.1:4080',
  httpsUrl: 'https://localhost:4080',
  clients: 1,
  imports: 14,
  faults: 0,
  referenceId: '12345',
  hasKeys: true,
}

t.test('the greeting has at most ten lines of 80 columns', (t) => {
  const lines = greeting(facts).trimEnd().split('\n')
  t.strictSame(lines, [
    '  tao-upload-emulator 1.2.3, ready in 142 ms',
    '',
    '  API       http://127.0.0.1:4080',
    '  HTTPS     https://localhost:4080  (to trust it: node dist/bundle/cli.js ca)',
    '  Sandbox   http://127.0.0.1:4080/__sandbox/',
    '  Docs      http://127.0.0.1:4080/__docs/',
    '  Scenario  1 client, 14 imports, 0 faults',
    '  Try       node dist/bundle/cli.js status 12345',
    '',
    '  o open  r reset  f freeze  h help  q quit',
  ])
  const plain = greeting({
    ...{ ...facts, httpsUrl: undefined, url: 'https://tao.example/emulator' },
    ...{ referenceId: "it's", hasKeys: false },
  })
  t.match(
    plain,
    "  Try       node dist/bundle/cli.js status 'it'\\''s' --url https://tao.example/emulator\n",
  )
  t.notMatch(plain, /HTTPS|quit/)
  t.notMatch(greeting({ ...facts, referenceId: undefined }), 'Try')
  t.end()
})

t.test('the command to try begins as the person started this one', (t) => {
  const cases: [script: string, folder: string, program: string][] = [
    ['/app/dist/bundle/cli.js', '/app', 'node dist/bundle/cli.js'],
    ['/app/dist/bundle/cli.js', '/work', 'node /app/dist/bundle/cli.js'],
    ['/app/node_modules/.bin/tao-upload-emulator', '/app', 'npx tao-upload-emulator'],
    ['/root/.npm/_npx/1f/node_modules/x/cli.js', '/app', 'npx tao-upload-emulator'],
    ['/usr/local/bin/tao-upload-emulator', '/app', 'tao-upload-emulator'],
  ]
  for (const [script, folder, program] of cases) t.equal(programName(script, folder), program)
  t.end()
})

/** A line of the log, as pino writes it. */
const logged = (fields: object) =>
  JSON.stringify({ level: 30, time: Date.parse('2026-01-31T12:00:00'), method: 'GET', ...fields })

const poll = { operation: 'status', status: 200, reason: 'served', msg: 'Served', client: 'demo' }

const refused = { ...poll, status: 401, reason: 'token-expired', msg: 'The token expired 60 s ago' }

const plain = {
  coloured: false,
  canGoBack: true,
  columns: () => 80,
  linkTo: (entry: number, workspace = 'main') => `http://x/${workspace}/${entry}`,
}

t.test('a request is a line of columns', (t) => {
  const cases: [name: string, fields: object, expected: string][] = [
    [
      'a poll',
      { ...poll, referenceId: 'slow', state: 'pending', fileLine: 58, entry: 1 },
      '12:00:00  200  status    slow                    pending, line 58',
    ],
    [
      'a poll at the start',
      { ...poll, referenceId: 'slow', state: 'pending', fileLine: 0 },
      '12:00:00  200  status    slow                    pending',
    ],
    [
      'a token',
      { ...poll, operation: 'token', method: 'POST' },
      '12:00:00  200  token     demo                    Served',
    ],
    [
      'a refused request, with its client and its link',
      { ...refused, referenceId: '12345', entry: 7, workspace: 'team' },
      '12:00:00  401  status    12345\n          The token expired 60 s ago (demo)\n          http://x/team/7',
    ],
    [
      'a request without an operation, with a short reason',
      { method: 'PUT', path: '/nope', status: 404, reason: 'path-unknown', msg: 'No such path' },
      '12:00:00  404  -         PUT /nope               No such path',
    ],
    [
      'a response that never came',
      { ...poll, status: undefined, reason: 'client-gone', msg: 'The client left', entry: 3 },
      '12:00:00  ---  status    demo                    The client left\n          http://x/main/3',
    ],
    [
      'a fault, which has a link whatever its status',
      { ...poll, reason: 'fault', msg: 'Fault x', state: 'pending', entry: 4 },
      '12:00:00  200  status    demo                    Fault x\n          http://x/main/4',
    ],
    [
      'a request of nobody',
      { ...refused, client: undefined, operation: 'token', msg: 'No client' },
      '12:00:00  401  token                             No client',
    ],
    [
      'a long id, without its middle',
      { ...poll, referenceId: 'abcdefghijklmnopqrstuvwxyz', state: 'failed' },
      '12:00:00  200  status    abcdefghijk…qrstuvwxyz  failed',
    ],
    [
      'an id that would steer the terminal',
      { ...poll, referenceId: '\u001B[2J\u0007', state: 'failed' },
      '12:00:00  200  status    \\u001b[2J\\u0007         failed',
    ],
  ]
  for (const [name, fields, expected] of cases) {
    const line = terminalFormat(plain)(logged(fields))
    t.equal(line.replace(/ +$/gm, ''), `${expected}\n`, name)
  }
  t.end()
})

t.test('equal polls are one line, which is written again', (t) => {
  const back = '\u001B[1A\u001B[2K'
  const line = { ...poll, referenceId: 'slow', state: 'pending', fileLine: 1 }
  const show = (terminal: typeof plain, lines: object[]) => {
    const format = terminalFormat(terminal)
    return lines.map((fields) =>
      format(logged(fields)).replace(/^(\S*)\d\d:\d\d:\d\d.*slow +/, '$1'),
    )
  }
  const repeated = [line, { ...line, fileLine: 2 }, { ...line, state: 'processed' }, line]
  const texts = [
    'pending, line 1\n',
    'pending, line 2  ×2\n',
    'processed, line 1\n',
    'pending, line 1\n',
  ]
  t.strictSame(show(plain, repeated), [texts[0], back + texts[1], texts[2], texts[3]])
  t.strictSame(show({ ...plain, canGoBack: false }, repeated), texts)
  const parted = [line, { event: 'note', method: undefined, msg: 'Reset' }, line]
  t.strictSame(show(plain, parted), [texts[0], '12:00:00  Reset\n', texts[0]])
  t.strictSame(
    show({ ...plain, columns: () => 50 }, [line, line]),
    ['\n          pending, line 1\n', '\n          pending, line 1\n'],
    'a line of several rows is not written again',
  )
  t.end()
})

t.test('the status has the colour of its class, and lines of the emulator stay whole', (t) => {
  const format = terminalFormat({ ...plain, coloured: true })
  const colourOf = (status?: number) =>
    format(logged({ ...poll, status }))
      .split('\u001B[')[3]
      ?.slice(0, 2)
  t.strictSame([200, 302, 404, 503, undefined].map(colourOf), ['32', '36', '33', '31', '35'])
  t.match(format(logged({ event: 'note', method: undefined, msg: 'a\nb' })), / {2}a\n {10}b\n$/)
  t.equal(format(logged({ event: 'ready', method: undefined, msg: 'Listening' })), '')
  const failure = { level: 50, time: 0, err: { message: 'x', stack: 'Error: x' }, msg: 'It failed' }
  t.match(terminalFormat(plain)(JSON.stringify(failure)), /ERROR: It failed/)
  t.end()
})

t.test('a terminal is for a person, unless a pipeline runs', (t) => {
  t.strictSame(
    [
      isTerminal({ isTTY: true }, {}),
      isTerminal({ isTTY: true }, { CI: 'true' }),
      isTerminal({}, {}),
    ],
    [true, false, false],
  )
  t.strictSame(
    [
      isColoured({ isTTY: true }, {}),
      isColoured({ isTTY: true }, { NO_COLOR: '1' }),
      isColoured({ isTTY: true }, { TERM: 'dumb' }),
      isColoured({}, {}),
    ],
    [true, false, false, false],
  )
  t.end()
})

t.test('in a pipeline, a terminal gets the lines of JSON', async (t) => {
  const out = Object.assign(new PassThrough(), { isTTY: true })
  const context = { out: out as never, environment: { CI: 'true' } }
  const { logger } = await createServeLog('info', context, () => undefined)
  logger.info('as ever')
  const [line] = await once(out, 'data')
  t.match(JSON.parse(String(line)), { level: 30, msg: 'as ever' })
})

t.test('only a process in the foreground reads keys', (t) => {
  t.equal(ownsTerminal('7 (no) de) S 1 77 70 34816 77 4194304'), true)
  t.equal(ownsTerminal('7 (node) S 1 77 70 34816 70 4194304'), false)
  t.equal(ownsTerminal('7 (node) S 1 77 70 0 -1 4194304'), false)
  t.equal(isForeground('win32'), true)
  t.type(isForeground(), 'boolean')
  for (const [state, expected] of [
    ['S+', true],
    ['S', false],
    [undefined, false],
  ] as const) {
    withCommands(t, state === undefined ? {} : { ps: `echo ${state}` }, () =>
      t.equal(isForeground('darwin'), expected, String(state)),
    )
  }
  t.end()
})

/** Runs a function while these shell scripts are the only commands of this process. */
function withCommands<R>(
  t: Test,
  scripts: Readonly<Record<string, string>>,
  run: (folder: string) => R,
): R {
  const files = Object.entries(scripts).map(([name, text]) => [name, `#!/bin/sh\n${text}\n`])
  const folder = t.testdir(Object.fromEntries(files))
  for (const name of Object.keys(scripts)) chmodSync(join(folder, name), 0o755)
  const { PATH } = process.env
  process.env.PATH = folder
  try {
    return run(folder)
  } finally {
    process.env.PATH = PATH
  }
}

t.test('the page opens by the command of the desktop', async (t) => {
  const cases: [platform: NodeJS.Platform, command: string, expected: string][] = [
    ['linux', 'xdg-open', 'http://x/\n'],
    ['darwin', 'open', 'http://x/\n'],
    ['win32', 'cmd', '/c start "" http://x/\n'],
  ]
  for (const [platform, command, expected] of cases) {
    let file = ''
    await withCommands(
      t,
      { [command]: 'echo "$@" > "${0%/*}/part"; /bin/mv "${0%/*}/part" "${0%/*}/args"' },
      (folder) => {
        file = join(folder, 'args')
        return openBrowser('http://x/', platform)
      },
    )
    while (!existsSync(file)) await wait(5)
    t.equal(readFileSync(file, 'utf8'), expected, platform)
  }
  await t.rejects(
    withCommands(t, {}, () => openBrowser('http://x/', 'linux')),
    { code: 'ENOENT' },
  )
})

/** An emulator on a terminal, whose keys the test presses. */
async function onTerminal(
  t: Test,
  args: Record<string, readonly string[]> = {},
  mayRead = () => true,
) {
  const options = readOptions({ '--port': ['0'], ...args }, {})
  const started = await startServer(options, {}, pino({ level: 'silent' }), 0)
  t.teardown(() => started.running.close())
  const modes: string[] = []
  const input = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => modes.push(isRaw ? 'raw' : 'cooked'),
    resume: () => modes.push('resume'),
    pause: () => modes.push('pause'),
  })
  const out = Object.assign(new PassThrough(), { isTTY: true })
  const lines = new EventEmitter()
  const signals: string[] = []
  const giveBack = serveOnTerminal(
    started,
    { in: input as never, out: out as never, script: '/bin/tao-upload-emulator' } as never,
    { print: (line) => lines.emit('line', line), stop: (signal) => signals.push(signal) },
    mayRead,
  )
  const press = async (key: string): Promise<string> => {
    const printed = once(lines, 'line')
    input.emit('data', Buffer.from(key))
    return (await printed)[0]
  }
  return {
    ...started,
    input,
    modes,
    press,
    giveBack,
    greeted: String(out.read()),
    signals,
  }
}

t.test('keys reset, freeze, explain themselves, and quit', async (t) => {
  const { running, press, input, modes, giveBack, greeted, signals } = await onTerminal(t)
  t.match(greeted, /API {7}http:.*\n.*HTTPS {5}https:.*\n/)
  t.strictSame(modes, ['raw', 'resume'])
  t.match(await press('h'), /^o {2}opens the sandbox page\n/)
  t.match(await press('f'), /^The clock is frozen at \d{4}-/)
  t.equal((await running.clock.get()).frozen, true)
  t.match(await press('f'), /^The clock runs on from \d{4}-/)
  await running.imports.delete('12345')
  t.equal(await press('r'), 'Reset to the loaded scenario')
  t.equal((await running.imports.get('12345')).referenceId, '12345')
  input.emit('data', 'rqf')
  input.emit('data', 'x')
  t.strictSame(signals, [], 'neither a text that is pasted nor another key does anything')
  input.emit('data', 'q')
  input.emit('data', '\u0003')
  t.strictSame(signals, ['SIGINT', 'SIGINT'])
  giveBack()
  t.strictSame(modes, ['raw', 'resume', 'pause', 'cooked'])
  t.equal(input.listenerCount('data'), 0)
})

t.test('a key that is refused says why', async (t) => {
  const { press } = await onTerminal(t, { '--protect-main': ['true'] })
  t.match(await press('r'), /protect/)
})

t.test('the key for the page opens it, or says how to', async (t) => {
  const { press, running } = await onTerminal(t)
  const page = `${running.url}/__sandbox/`
  t.equal(await withCommands(t, { 'xdg-open': ':', open: ':' }, () => press('o')), `Opens ${page}`)
  t.equal(
    await withCommands(t, {}, () => press('o')),
    `No browser was found: open ${page} yourself`,
  )
})

t.test('Ctrl-Z gives the terminal back until the shell continues the process', async (t) => {
  let isInFront = true
  const { input, modes } = await onTerminal(t, {}, () => isInFront)
  const stopped = t.capture(process, 'kill', () => setImmediate(() => process.emit('SIGCONT')))
  input.emit('data', '\u001A')
  t.strictSame(modes, ['raw', 'resume', 'pause', 'cooked'])
  t.strictSame(
    stopped().map(({ args }) => args),
    [[process.pid, 'SIGTSTP']],
  )
  while (modes.length < 6) await wait(1)
  t.strictSame(modes.slice(4), ['raw', 'resume'])
  isInFront = false
  input.emit('data', '\u001A')
  await once(process, 'SIGCONT')
  await wait(1)
  t.strictSame(modes.slice(6), ['pause', 'cooked'], 'in the background it does not read')
})

t.test('behind a public URL there is no line for HTTPS', async (t) => {
  const { greeted } = await onTerminal(t, { '--public-url': ['https://tao.example/emulator'] })
  t.match(greeted, '  API       https://tao.example/emulator\n')
  t.notMatch(greeted, 'HTTPS ')
})

t.test('in the background there are no keys', async (t) => {
  const { modes, greeted, giveBack } = await onTerminal(t, {}, () => false)
  giveBack()
  t.strictSame(modes, [])
  t.notMatch(greeted, 'quit')
})
