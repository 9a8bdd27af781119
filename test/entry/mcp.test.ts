import { PassThrough } from 'node:stream'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import t, { type Test } from 'tap'
import { ControlError } from '../../src/domain/errors.js'
import { reasonCodes } from '../../src/domain/reason.js'
import { type EmulatorControl, type StartOptions, startEmulator } from '../../src/index.js'
import { errorText } from '../../src/mcp/error-text.js'
import { createMcpServer } from '../../src/mcp/mcp-server.js'
import { maxResult } from '../../src/mcp/result-text.js'
import { advice } from '../../src/mcp/tool-texts.js'
import { runHere } from '../cli-support.js'
import { statusPath } from '../support.js'

type Call = (
  name: string,
  input?: Record<string, unknown>,
) => Promise<{ text: string; isError: boolean }>

const clientInfo = { name: 'test', version: '1' }

/** A client of the SDK, with the function that calls a tool. */
async function connect(t: Test, control: EmulatorControl, transport = linked(control)) {
  const client = new Client(clientInfo)
  t.teardown(() => client.close())
  await client.connect(transport)
  const call: Call = async (name, input) => {
    const { content, isError = false } = await client.callTool({ name, arguments: input })
    const [{ text } = { text: '' }] = content as { text: string }[]
    return { text, isError: Boolean(isError) }
  }
  return { client, call }
}

/** The client's end of a transport whose other end has the server. */
function linked(control: EmulatorControl): Transport {
  const [client, server] = InMemoryTransport.createLinkedPair()
  createMcpServer(control).server.connect(server)
  return client
}

async function startTools(t: Test, options: StartOptions = {}) {
  const emulator = await startEmulator(options)
  t.teardown(() => emulator.close())
  return { emulator, ...(await connect(t, emulator)) }
}

t.test('each tool has a short name, its effect, and a description of each argument', async (t) => {
  const { client } = await startTools(t, { listen: false })
  const { tools } = await client.listTools()
  t.ok(JSON.stringify(tools).length < 20_000, 'an agent reads all of it')
  for (const { name, description = '', inputSchema } of tools) {
    t.match(name, /^[a-z]+(?:_[a-z]+){0,2}$/)
    t.match(description, /^[A-Z].*\.$/, name)
    t.equal(inputSchema.type, 'object', name)
    for (const [field, schema] of Object.entries(inputSchema.properties ?? {})) {
      const { description = '' } = schema as { description?: string }
      t.match(description, /^[A-Z`(].*\.$/, `${name}: ${field}`)
    }
  }
  const hints = tools.map(({ name, annotations }) => [
    name,
    annotations?.readOnlyHint ? 'reads' : annotations?.destructiveHint ? 'erases' : 'adds',
  ])
  t.strictSame(Object.fromEntries(hints), {
    explain_last_responses: 'reads',
    get_settings: 'reads',
    list_imports: 'reads',
    get_import: 'reads',
    put_import: 'adds',
    upload_roster: 'adds',
    arm_fault: 'adds',
    disarm_faults: 'erases',
    advance_clock: 'adds',
    mint_token: 'reads',
    load_scenario: 'erases',
    export_scenario: 'reads',
    run_report: 'reads',
    reset: 'erases',
  })
})

t.test('each reason has its advice', async (t) => {
  t.strictSame(Object.keys(advice).sort(), [...reasonCodes].sort())
  const without = reasonCodes.filter((code) => advice[code] === '')
  t.strictSame(without, ['served', 'preflight'])
})

/** The newest version of the protocol, and the first one. */
for (const version of ['2025-11-25', '2024-11-05']) {
  t.test(`a client of the version ${version} calls a tool`, async (t) => {
    const emulator = await startEmulator({ listen: false })
    t.teardown(() => emulator.close())
    const transport = linked(emulator)
    const send = transport.send.bind(transport)
    transport.send = (message: JSONRPCMessage, options) => {
      if ('params' in message && message.params?.protocolVersion) {
        message.params.protocolVersion = version
      }
      return send(message, options)
    }
    let negotiated: string | undefined
    transport.setProtocolVersion = (it) => {
      negotiated = it
    }
    const { client, call } = await connect(t, emulator, transport)
    t.equal(negotiated, version)
    t.match(client.getInstructions(), emulator.url)
    t.match((await call('list_imports', { search: '12345' })).text, '"referenceId":"12345"')
  })
}

t.test('it explains why a client got 401, in three sentences', async (t) => {
  const { emulator, call } = await startTools(t)
  t.match(
    (await call('explain_last_responses')).text,
    `No request came to ${emulator.url} yet. Configure the client under test with this address`,
  )
  await emulator.clock.set('2026-01-31T12:00:00Z')
  await emulator.clock.freeze()
  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  await emulator.clock.advance('2h')
  const headers = { authorization: `Bearer ${access_token}` }
  const response = await fetch(emulator.url + statusPath('12345'), { headers })
  t.equal(response.status, 401)
  t.equal(
    (await call('explain_last_responses')).text,
    [
      'Request 1, GET /api/v1/upload/api/v1/status/12345 of the client "demo-client", got the response 401 (token-expired).',
      'The reason: The token expired 3600 s ago.',
      'Do this: Get a new token on 401. An advanced clock makes tokens expire.',
    ].join('\n'),
  )
  t.equal(
    (await call('explain_last_responses', { status: 404 })).text,
    'None of the 1 requests in the journal matches. Call the tool without a filter.',
  )
})

t.test('it explains the newest responses first, and names faults', async (t) => {
  const { emulator, call } = await startTools(t)
  const armed = await call('arm_fault', { kind: 'empty', id: 'cut', skip: 1 })
  t.match(armed.text, '"id":"cut"')
  await fetch(emulator.url + statusPath('12345'))
  await fetch(emulator.url + statusPath('12345')).catch(() => {})
  const { access_token } = JSON.parse((await call('mint_token')).text)
  await call('disarm_faults', { id: 'cut' })
  await call('put_import', { referenceId: 'broken', error: 'x'.repeat(400) })
  for (const id of ['x'.repeat(400), 'broken', '12345']) {
    await fetch(emulator.url + statusPath(id), {
      headers: { authorization: `Bearer ${access_token}` },
    })
  }
  const explained = (await call('explain_last_responses', { count: 5 })).text.split('\n\n')
  t.match(explained, [
    /^Request 5, GET .* of the client "demo-client", got the response 200 \(served\)\.\nThe reason: [^\n]+\.$/,
    /^Request 4, GET .* 500 \(import-error\)\.\nThe reason: x+…\nDo this: /,
    /^Request 3, GET \S+xx… of .* 404 \(reference-id-impossible\)\.\nThe reason: .*\.\nDo this: /,
    /^Request 2, .* got no response\. The armed fault cut applied to it: disarm_faults disarms it\.\nThe reason: /,
    /^Request 1, GET .* of a client without a name, got the response 401 \(token-missing\)\./,
  ])
})

t.test('it says that the journal evicted requests', async (t) => {
  const { emulator, call } = await startTools(t, { listen: false, journalSize: 0 })
  await emulator.inject(statusPath('12345'))
  t.match(
    (await call('explain_last_responses')).text,
    'The journal evicted all earlier requests, 1 in number.',
  )
})

t.test('an import goes from a tool to the end of its progress', async (t) => {
  const { emulator, call } = await startTools(t, { listen: false })
  const progress = { lines: 100, duration: '10m', outcome: 'processed' }
  t.match(await call('put_import', { referenceId: 'roster-7', progress }), {
    isError: false,
    text: '"referenceId":"roster-7"',
  })
  await call('advance_clock', { by: '1h' })
  const found = JSON.parse((await call('get_import', { referenceId: 'roster-7' })).text)
  t.match(found, {
    referenceId: 'roster-7',
    polls: 0,
    lastEvents: [{ kind: 'clock', change: 'advance' }],
    steps: [{ reached: false }, {}],
    nextStep: { reached: false },
  })
  const messages = Array.from({ length: 12 }, (_, line) => `Line ${line}: ${'x'.repeat(400)}`)
  await call('put_import', { referenceId: 'failed', status: 'failed', fileLine: 12, messages })
  const failed = JSON.parse((await call('get_import', { referenceId: 'failed' })).text)
  t.equal(failed.state.messages.length, 11)
  t.match(failed.state.messages.at(-1), /^… and 2 more$/)
  t.equal(failed.state.messages[0].length, 300)
  await emulator.imports.finish('failed')
  const ended = JSON.parse((await call('get_import', { referenceId: 'failed' })).text)
  t.equal(ended.nextStep, null)
  await call('put_import', { referenceId: 'school-*', error: 'Out of order' })
  const pattern = JSON.parse((await call('get_import', { referenceId: 'school-*' })).text)
  t.match(pattern, { definition: { error: 'Out of order' } })
  const error = JSON.parse((await call('get_import', { referenceId: 'school-1' })).text)
  t.strictSame(error.state, { error: 'Out of order' })
})

t.test('imports are listed in pages', async (t) => {
  const imports = Array.from({ length: 25 }, (_, index) => ({
    referenceId: `i-${index}`,
    status: 'pending' as const,
  }))
  const { emulator, call } = await startTools(t, {
    listen: false,
    fixtures: { imports: [...imports, { referenceId: 'p-*', status: 'pending' }] },
  })
  await emulator.imports.override('i-0', { error: 'x' })
  const first = JSON.parse((await call('list_imports')).text)
  t.equal(first.count, 26)
  t.equal(first.imports.length, 20)
  t.match(first.imports[0], { referenceId: 'i-0', state: { error: 'x' }, overridden: true })
  t.equal(first.more, 'Call list_imports with offset 20 for the next ones.')
  const last = JSON.parse((await call('list_imports', { offset: 20 })).text)
  t.match(last.imports.at(-1), { referenceId: 'p-*', state: 'a pattern of ids' })
  t.equal(last.more, undefined)
})

t.test('a roster is uploaded, and its mistakes are found', async (t) => {
  const { emulator, call } = await startTools(t)
  const csv = 'group_name,group_active\nA,TRUE\nB,perhaps\n'
  const ended = JSON.parse((await call('upload_roster', { csv, finish: true })).text)
  t.match(ended, { status: 200, state: { status: 'failed', messages: [/perhaps|active/] } })
  t.equal((await emulator.imports.get(ended.referenceId)).upload?.fileName, 'roster.csv')
  const begun = JSON.parse((await call('upload_roster', { csv, clientId: 'demo-client' })).text)
  t.match(begun, { status: 200, state: { status: 'pending' } })
  const refused = JSON.parse((await call('upload_roster', { csv: '', fileName: 'a.txt' })).text)
  t.match(refused, { status: 400, body: /message/ })
})

t.test('the settings name the addresses and clients, and no secret', async (t) => {
  const { emulator, call } = await startTools(t, { listen: false })
  const settings = JSON.parse((await call('get_settings')).text)
  t.equal(settings.tokenUrl, emulator.settings.tokenUrl)
  t.equal(settings.uploadUrl, emulator.settings.uploadUrl)
  t.match(settings.clients[0], { clientId: 'demo-client', scopes: ['rostering'] })
})

t.test('the run report names what was met', async (t) => {
  const { emulator, call } = await startTools(t, { listen: false })
  await emulator.inject('/api/v1/upload/api/v1/status/12345')
  t.match((await call('run_report')).text, '| `status.unauthorized.missing` |')
})

t.test('a scenario is exported, loaded and reset', async (t) => {
  const { emulator, call } = await startTools(t, { listen: false })
  await call('put_import', { referenceId: 'mine', status: 'pending' })
  const { text: source } = await call('export_scenario')
  t.match(source, 'referenceId: mine')
  t.notMatch(source, 'demo-secret')
  await call('reset')
  t.equal((await emulator.imports.count({ search: 'mine' })).count, 0)
  const names = new Set(source.match(/CLIENT_SECRET_\w+/g))
  const variables = Object.fromEntries([...names].map((name) => [name, 'secret']))
  t.match(await call('load_scenario', { source, variables }), {
    isError: false,
    text: /"imports":/,
  })
  t.equal((await emulator.imports.count({ search: 'mine' })).count, 1)
  await call('arm_fault', { kind: 'hang' })
  t.strictSame(await call('disarm_faults'), { text: '{"armed":[]}', isError: false })
})

const mistakes: [name: string, tool: string, input: Record<string, unknown>, text: RegExp][] = [
  [
    'an unknown argument',
    'get_import',
    { referenceID: '1', referenceId: '1' },
    /^referenceID: unknown field; did you mean referenceId\?\nCorrect the input and call the tool again\. Nothing was changed\.$/,
  ],
  ['a missing argument', 'advance_clock', {}, /^by: is required\nCorrect/],
  [
    'an unknown import',
    'get_import',
    { referenceId: '12346' },
    /12346.*\nlist_imports shows the imports, and get_settings the clients\.$/s,
  ],
  [
    'a definition with two mistakes',
    'put_import',
    { referenceId: 'a', status: 'done', fileLine: -1 },
    /status: .*must be processed.*fileLine/s,
  ],
  [
    'a scenario with a mistake in a line',
    'load_scenario',
    { source: 'imports:\n  - referenceId: a\n    status: done\n' },
    /3:13: imports\[0\]\.status: must be/,
  ],
  ['an unknown kind of fault', 'arm_fault', { kind: 'slow' }, /kind: must be .*slow-body/],
]
for (const [name, tool, input, text] of mistakes) {
  t.test(`${name} is refused with what to do`, async (t) => {
    const { call } = await startTools(t, { listen: false })
    t.match(await call(tool, input), { isError: true, text })
  })
}

t.test('an unknown tool is refused with the nearest one', async (t) => {
  const { call } = await startTools(t, { listen: false })
  await t.rejects(call('get_imports'), {
    message: /There is no tool "get_imports"; did you mean get_import\?/,
  })
  await t.rejects(call('toString'), { message: /no tool "toString"; tools\/list names the tools/ })
})

t.test('a scenario without a client that may call is named', async (t) => {
  const { call } = await startTools(t, { listen: false, fixtures: { imports: [] } })
  t.match(await call('mint_token'), {
    isError: true,
    text: 'clientId: the emulator has no client with the scope rostering: add one to its scenario with load_scenario',
  })
})

t.test('a long result is cut, and says so', async (t) => {
  const imports = Array.from({ length: 2000 }, (_, index) => ({
    referenceId: `import-${index}`,
    status: 'pending' as const,
  }))
  const { call } = await startTools(t, { listen: false, fixtures: { imports } })
  const { text } = await call('export_scenario')
  t.ok(text.length < maxResult + 200)
  t.match(text, /\n… cut after 16000 of \d+ characters\. Ask for less/)
})

const failures: [name: string, error: unknown, text: RegExp][] = [
  [
    'an emulator that does not respond',
    new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }),
    /^No emulator responds at http:\/\/localhost:1\. Start it there, or start the MCP server with another --url\.$/,
  ],
  [
    'a server that is no emulator',
    new Error('The server is not an emulator'),
    /^The server is not/,
  ],
  ['a TypeError of the emulator itself', new TypeError('x is not a function'), /^x is not/],
  [
    'a control token that is missing',
    new ControlError('unauthorized', 'No'),
    /TAO_EMULATOR_CONTROL_TOKEN/,
  ],
]
for (const [name, error, text] of failures) {
  t.test(`the error of ${name} says what to do`, async (t) => {
    t.match(errorText(error, 'http://localhost:1'), text)
  })
}

const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
}

/** Runs the command within this process with these requests, and resolves to the text of the last response. */
async function runMcp(
  args: readonly string[],
  requests: readonly object[] = [],
  { env = {}, isTTY = false } = {},
) {
  const input = Object.assign(new PassThrough(), { isTTY })
  const lines = [initialize, ...requests].map((request, id) =>
    JSON.stringify({ jsonrpc: '2.0', id, ...request }),
  )
  input.end(`${lines.join('\n')}\n`)
  const ended = await runHere(['mcp', ...args], env, { in: input as never })
  const last = ended.out.trim().split('\n').at(-1) ?? ''
  return { ...ended, last }
}

const callOf = (name: string, input: object = {}) => ({
  method: 'tools/call',
  params: { name, arguments: input },
})

t.test('the command serves an emulator of its own until its input ends', async (t) => {
  const { code, err, last } = await runMcp([], [callOf('get_import', { referenceId: '12345' })])
  t.equal(code, 0)
  t.equal(err, '')
  t.match(JSON.parse(last), { id: 1, result: { content: [{ text: /"referenceId":"12345"/ }] } })
})

t.test(
  'with --url it uses a running emulator, in a workspace of its own that ends with it',
  async (t) => {
    const emulator = await startEmulator()
    t.teardown(() => emulator.close())
    const put = callOf('put_import', { referenceId: 'mine', status: 'pending' })
    const own = await runMcp(['--url', emulator.url], [put, callOf('get_settings')])
    t.equal(own.code, 0)
    t.match(own.last, /\/w\/mcp-[0-9a-f]{8}\/api/)
    t.strictSame(await emulator.workspaces.list(), [])
    t.equal((await emulator.imports.count({ search: 'mine' })).count, 0)

    await runMcp(['--url', emulator.url, '--workspace', 'team'], [put])
    t.strictSame(await emulator.workspaces.list(), ['team'])
    await runMcp(['--url', emulator.url, '--workspace', 'main'], [put])
    t.equal((await emulator.imports.count({ search: 'mine' })).count, 1)
  },
)

t.test('a running emulator with a control token takes it from the environment', async (t) => {
  const emulator = await startEmulator({ controlToken: 'only-here' })
  t.teardown(() => emulator.close())
  const args = ['--url', emulator.url]
  t.match(await runMcp(args), { code: 2, err: /^--control-token: / })
  const env = { TAO_EMULATOR_CONTROL_TOKEN: 'only-here' }
  const { code, out } = await runMcp(args, [callOf('get_settings')], { env })
  t.equal(code, 0)
  t.match(out, 'tokenUrl')
  t.notMatch(out, 'only-here')
})

t.test('on a terminal it says whom it speaks to', async (t) => {
  const { err, code } = await runMcp([], [], { isTTY: true })
  t.equal(code, 0)
  t.match(err, /^This command speaks to a coding agent .* Ctrl-D ends it\.\n$/)
})

t.test('a signal ends it', async (t) => {
  const input = new PassThrough()
  let onSignal: (signal: 'SIGTERM') => void = () => {}
  const exited = new Promise<number>((exit) => {
    runHere(
      ['mcp'],
      {},
      {
        in: input as never,
        exit,
        onSignal: (it) => {
          onSignal = it
        },
      },
    ).finally(() => {})
  })
  while (input.listenerCount('data') === 0) await new Promise((turn) => setImmediate(turn))
  onSignal('SIGTERM')
  t.equal(await exited, 0)
  input.end()
})

const badLines: [args: string[], err: RegExp][] = [
  [['x'], /^x: unexpected argument/],
  [['--workspace', 'a b'], /^--workspace: "a b" is no name of a workspace: it must have 1 to 64/],
  [['--url', 'http://127.0.0.1:1'], /no emulator responds there: name one with --url/],
  [['--url', 'http://127.0.0.1:1', '--seed', '2'], /^--seed: cannot be used together with --url/],
]
for (const [args, err] of badLines) {
  t.test(`mcp ${args.join(' ')} exits with 2`, async (t) => {
    t.match(await runMcp(args), { code: 2, err, out: '' })
  })
}
