import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { runCommand } from '../../src/command.js'
import { entryLink } from '../../src/entry-link.js'
import { type EmulatorOptions, startEmulator } from '../../src/index.js'
import { createContext, runHere } from '../cli-support.js'
import { statusPath } from '../support.js'

const started = async (t: Test, options: EmulatorOptions = {}) => {
  const emulator = await startEmulator(options)
  t.teardown(() => emulator.close())
  return emulator
}

t.test('status polls with a token of its own', async (t) => {
  const emulator = await started(t)
  const { url } = emulator
  t.strictSame(await runHere(['status', '12345', '--url', url]), {
    code: 0,
    out: '{"result":{"status":"processed","fileLine":2,"messages":[]}}\n',
    err: `200  Served\npage  ${url}/__sandbox/#journal?entry=1\n`,
  })
  t.strictSame(await runHere(['status', '12346'], { TAO_EMULATOR_URL: `${url}/` }), {
    code: 1,
    out: '{"message":"Reference ID not found. File not found in pending bucket."}\n',
    err: `404  There is no import "12346"; nearest: "12345"\nnext  The message names the nearest id. Uploads give new ids.\npage  ${url}/__sandbox/#journal?entry=2\n`,
  })
  t.match(await runHere(['status', '12345', '--url', `${url}/w/team`]), { code: 0 })
  t.equal((await emulator.workspace('team').journal.count()).count, 1)
})

t.test('status says why a poll got no response, or a strange one', async (t) => {
  const emulator = await started(t)
  const { url } = emulator
  await emulator.faults.arm({ kind: 'reset', operation: 'status', times: 1 })
  t.match(await runHere(['status', '12345', '--url', url]), {
    code: 1,
    out: '',
    err: /^No response {2}Fault .*\nnext {2}.+\npage {2}.+\n$/,
  })
  await emulator.faults.arm({
    kind: 'status',
    status: 503,
    body: 'down\n\u001B[2J',
    operation: 'status',
  })
  t.match(await runHere(['status', '12345', '--url', url]), { code: 1, out: 'down\n\\u001b[2J\n' })
})

t.test('status does without a journal', async (t) => {
  const { url } = await started(t, { journalSize: 0 })
  t.match(await runHere(['status', '12345', '--url', url]), { code: 0, err: '200\n' })
})

t.test('status of a client by its name, and mistakes', async (t) => {
  const { url } = await started(t)
  t.match(await runHere(['status', '12345', '--client', 'unscoped-client', '--url', url]), {
    code: 1,
    err: /^403 /,
  })
  const cases: [args: string[], err: string | RegExp][] = [
    [['status'], 'status: needs one reference id: status 12345\n'],
    [['status', 'a', 'b'], 'status: needs one reference id: status 12345\n'],
    [['status', 'a', '--client', 'nobody', '--url', url], /^--client: .*"nobody"/],
    [['status', 'a', '--limit', '1'], '--limit: is a flag of the command logs\n'],
    [['logs', 'x'], 'x: unexpected argument; a flag starts with --\n'],
    [['logs', '--limit', 'all'], '--limit: "all" must be a whole number from 0 to 9999\n'],
    [
      ['logs', '--url', 'http://127.0.0.1:9'],
      'http://127.0.0.1:9: no emulator responds there: name one with --url\n',
    ],
  ]
  for (const [args, err] of cases) t.match(await runHere(args), { code: 2, err }, args.join(' '))
})

const poll = (url: string, id: string) => fetch(url + statusPath(id)).then((it) => it.text())

t.test('logs prints the journal as lines of JSON, or as lines for a person', async (t) => {
  const emulator = await started(t)
  const { url } = emulator
  await runHere(['status', '12345', '--url', url])
  await runHere(['status', '12345', '--url', url])
  await poll(url, '12345')
  await fetch(`${url}/nope?x=1`)
  const { code, out, err } = await runHere(['logs', '--url', url])
  t.strictSame([code, err], [0, ''])
  const entries = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.strictSame(entries, (await emulator.journal.find()).entries)
  const last = await runHere(['logs', '--url', url, '--limit', '1'])
  t.strictSame(JSON.parse(last.out), entries[3])
  t.equal((await runHere(['logs', '--url', url, '--limit', '0'])).out, '')
  const { out: stream, context } = createContext({ NO_COLOR: '1', TERM: 'dumb' }, {})
  Object.assign(stream, { isTTY: true })
  t.equal(await runCommand(['logs', '--url', url], context), 0)
  t.match(
    String(stream.read())
      .replace(/^\d\d:\d\d:\d\d/gm, 'TIME')
      .split('\n'),
    [
      'TIME  200  status    12345                   processed, line 2',
      'TIME  200  status    12345                   processed, line 2  ×2',
      'TIME  401  status    12345                 ',
      '          The request has no Authorization header',
      `          ${url}/__sandbox/#journal?entry=3`,
      'TIME  404  -         GET /nope               No such path',
      `          ${url}/__sandbox/#journal?entry=4`,
      '',
    ],
  )
})

t.test('logs follows the journal until the emulator ends', async (t) => {
  const emulator = await started(t, { controlToken: 'sesame', journalSize: 2 })
  const { url } = emulator
  await poll(url, 'before')
  const { out, err, context } = createContext({}, {})
  const texts = { out: '', err: '' }
  for (const [name, stream] of Object.entries({ out, err }) as ['out' | 'err', PassThrough][])
    stream.on('data', (chunk) => {
      texts[name] += chunk
    })
  const saw = async (stream: PassThrough, name: 'out' | 'err', part: string) => {
    while (!texts[name].includes(part)) await once(stream, 'data')
  }
  const ended = runCommand(['logs', '-f', '--url', url, '--control-token', 'sesame'], context)
  await saw(out, 'out', '"referenceId":"before"')
  await poll(url, 'after')
  await saw(out, 'out', '"referenceId":"after"')
  await emulator.journal.clear()
  await saw(err, 'err', 'The journal was cleared\n')
  await emulator.close()
  t.equal(await ended, 0)
  t.match(texts.err, /The emulator ended\n$/)
})

t.test('logs says how many requests it has missed', async (t) => {
  const server = createServer(({ url = '' }, response) => {
    const events = 'data: {}\n\nevent: dropped\ndata: {"dropped":12}\n\n'
    response.setHeader('content-type', 'application/json')
    response.end(url.includes('/events') ? events : '{"entries":[],"dropped":12}')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  t.strictSame(await runHere(['logs', '-f', '--url', `http://127.0.0.1:${port}`]), {
    code: 0,
    out: '',
    err: 'The journal evicted 12 requests before they were read\nThe emulator ended\n',
  })
})

t.test('the link of an entry leads to its workspace', (t) => {
  t.equal(entryLink('http://a/', 3), 'http://a/__sandbox/#journal?entry=3')
  t.equal(entryLink('http://a', 3, 'team'), 'http://a/w/team/__sandbox/#journal?entry=3')
  t.end()
})
