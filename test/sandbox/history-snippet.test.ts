import { join } from 'node:path'
import t from 'tap'
import { testOfHistory } from '../../sandbox/history-snippet.js'
import type { ImportView } from '../../src/domain/control/vocabulary.js'
import type { FaultView } from '../../src/domain/fault.js'
import type { ImportHistory } from '../../src/domain/imports/history.js'
import { type RunningEmulator, startEmulator } from '../../src/index.js'
import { runNode } from '../support.js'

type Send = (
  operation: 'status' | 'download',
  spec?: Parameters<RunningEmulator['tokens']['mint']>[0],
) => Promise<Response | undefined>

interface Given {
  readonly emulator: RunningEmulator
  readonly send: Send
}

type Past = (given: Given) => Promise<unknown>

const client = { clientId: 'demo-client' }
const progress = {
  progress: { lines: 120_000, duration: '10m', outcome: 'processed' },
} as const

/** Polls so often, five seconds apart. */
async function pollTimes(count: number, { emulator, send }: Given): Promise<void> {
  for (let polls = 0; polls < count; polls += 1) {
    await send('status')
    await emulator.clock.advance('5s')
  }
}

/** The histories of the import `slow` whose test is executed, with a part of its code. */
const pasts: [name: string, past: Past, code: RegExp][] = [
  [
    'a progress in jumps',
    async (given) => {
      await given.emulator.imports.put('slow', progress)
      await pollTimes(3, given)
      await given.emulator.clock.advance('10m')
      await given.send('status')
    },
    /poll\(5000\), 'pending 1000'\)\n {2}assert[\s\S]+poll\(615000\), 'processed 120000'\)/,
  ],
  [
    'a running clock',
    async ({ emulator, send }) => {
      await emulator.clock.resume()
      await emulator.imports.put('slow', progress)
      for (let polls = 0; polls < 20; polls += 1) await send('status')
    },
    /poll\(0\), 'pending 0'\)/,
  ],
  [
    'polls decide',
    async (given) => {
      await given.emulator.imports.put('slow', {
        timeline: [{ status: 'pending' }, { afterPolls: 2, error: 'Gone' }],
      })
      await pollTimes(3, given)
    },
    /poll\(10000\), 500\)/,
  ],
  [
    'an import that starts when it is put',
    async (given) => {
      await given.emulator.imports.put('slow', { startsAt: 'load', ...progress })
      await given.emulator.clock.advance('7s')
      await pollTimes(2, given)
    },
    /poll\(7000\), 'pending 1400'\)/,
  ],
  [
    'finish and overrides',
    async ({ emulator, send }) => {
      await emulator.imports.put('slow', progress)
      await send('status')
      await emulator.imports.override('slow', { error: 'Gone' })
      await send('status')
      await emulator.imports.override('slow', { status: 'failed', fileLine: 3 })
      await send('status')
      await emulator.imports.clearOverride('slow')
      await send('status')
      await emulator.imports.finish('slow')
      await send('status')
    },
    /imports\.override\('slow', \{ status: 'failed', fileLine: 3 \}\)/,
  ],
  [
    'refusals, before the first poll too',
    async ({ emulator, send }) => {
      await emulator.imports.put('slow', progress)
      await fetch(`${emulator.url}/api/v1/upload/api/v1/status/slow`)
      await emulator.clock.advance('5s')
      await send('status', { ...client, flaw: 'expired' })
      await send('download', { ...client, scopes: [] })
      await send('status', { ...client, claims: { client_id: 'nobody' } })
      await send('status')
    },
    /flaw: 'expired' \}\)\)\.status, 401\)/,
  ],
  [
    'faults that are armed',
    async ({ emulator, send }) => {
      await emulator.imports.put('slow', progress)
      await emulator.faults.arm({ kind: 'status', status: 503, times: 1 })
      await send('status')
      await emulator.faults.arm({ kind: 'delay', delay: '1ms', times: 1 })
      await send('status')
      await emulator.faults.arm({ kind: 'hang', atMost: '20ms', times: 1 })
      await send('status')
      await emulator.faults.arm({ kind: 'reset', times: 1 })
      await send('status', { clientId: 'unflawed' })
      await emulator.faults.arm({ kind: 'status', status: 502, times: 1 })
      await send('download')
      await send('status')
    },
    /faults\.arm\(\{ kind: 'status', status: 503, times: 1 \}\)/,
  ],
  [
    'faults that are gone',
    async ({ emulator, send }) => {
      await emulator.imports.put('slow', {
        timeline: [{ status: 'pending' }, { afterPolls: 1, status: 'processed' }],
      })
      await emulator.faults.arm({ id: 'late', kind: 'delay', delay: '1ms', times: 1 })
      await send('status')
      await emulator.faults.arm({ id: 'outage', kind: 'status', status: 503, times: 1 })
      await send('status')
      await emulator.faults.clear()
      await send('status')
    },
    /late on status, which cannot be repeated\.\n {2}await poll\(0\)\n {2}\/\/ Entry \d+: outage/,
  ],
  [
    'the result file',
    async ({ emulator, send }) => {
      await emulator.imports.put('slow', { status: 'processed', fileLine: 3 })
      const link = await send('download')
      const { signedUrl } = JSON.parse((await link?.text()) ?? '')
      await fetch(signedUrl)
    },
    /\.signedUrl\)\)\.status, 200\)/,
  ],
  [
    'a client of another scenario, in a workspace',
    async ({ emulator, send }) => {
      await emulator.imports.put('slow', progress)
      await emulator.clients.put('another', { clientSecret: 's', scopes: ['rostering'] })
      await send('status', { clientId: 'another' })
      await send('download', { clientId: 'another' })
    },
    /clients\.put\('another', /,
  ],
  [
    'a long history of polls that count',
    async (given) => {
      await given.emulator.imports.put('slow', {
        timeline: [{ status: 'pending' }, { afterPolls: 1010, status: 'processed' }],
      })
      await pollTimes(1015, given)
    },
    /count < 15; count \+= 1\) await poll\(\d+\)/,
  ],
]

t.test('the copied test of each history passes', async (t) => {
  const emulator = await startEmulator({ port: 0 })
  t.teardown(() => emulator.close())
  await emulator.clients.put('unflawed', { clientSecret: 's', scopes: ['rostering'] })
  const files: Record<string, string> = {}
  const send: Send = async (operation, spec = client) => {
    const { access_token } = await emulator.tokens.mint(spec)
    const headers = { authorization: `Bearer ${access_token}` }
    const url = `${emulator.url}/api/v1/upload/api/v1/${operation}/slow`
    return fetch(url, { headers }).catch(() => undefined)
  }
  for (const [index, [name, past, code]] of pasts.entries()) {
    await t.test(name, async (t) => {
      await emulator.clock.freeze()
      await past({ emulator, send })
      files[`${index}.test.mjs`] = await copiedTest(emulator, 'slow')
      t.match(files[`${index}.test.mjs`], code)
    })
  }
  const names = Object.keys(files)
  const all = names.map((name) => `import './${name}'\n`).join('')
  const file = join(t.testdir({ ...files, 'all.mjs': all }), 'all.mjs')
  const { stdout } = await runNode(['--test-reporter=tap', file]).catch((error) => error)
  t.strictSame(stdout.match(/^# (?:pass|fail) .*$/gm), [`# pass ${names.length}`, '# fail 0'])
  t.strictSame(stdout.match(/^not ok .*$/gm), null, stdout)
})

async function copiedTest({ imports, faults }: RunningEmulator, id: string): Promise<string> {
  return testOfHistory(await imports.get(id), await imports.history(id), await faults.list())
}

t.test('events that a test cannot repeat are comments', async (t) => {
  const at = '2026-09-01T12:00:00.000Z'
  const request = { at, client: null, status: 403 }
  const history: ImportHistory = {
    referenceId: 'a`b',
    marks: [
      { kind: 'upload', entryId: 1, ...request, status: 200 },
      { kind: 'refusal', entryId: 2, ...request, operation: 'result', reason: 'link-forged' },
      { kind: 'download', entryId: 3, ...request, operation: 'result' },
      { kind: 'fault', entryId: 4, ...request, operation: 'upload', faults: ['outage'] },
    ],
    leftOut: null,
    complete: false,
    clockLeftOut: 0,
    course: [],
    next: null,
  }
  const view: ImportView = {
    referenceId: 'a`b',
    definition: progress,
    state: { status: 'pending', fileLine: 0, messages: [] },
    polls: 0,
    startedAt: at,
    finished: false,
    override: null,
    upload: { fileName: 'a.csv', sizeBytes: 1, rows: 1, kind: null },
  }
  const armed: FaultView = {
    id: 'outage',
    definition: { kind: 'hang' },
    matched: 1,
    applied: 1,
  }
  const code = testOfHistory(view, history, [armed])
  t.match(
    code,
    "imports.put('a`b', { progress: { lines: 120000, duration: '10m', outcome: 'processed' }, startsAt: 'load' })",
  )
  t.match(code, '/${operation}/a%60b`')
  t.strictSame(code.match(/^ {2}\/\/ .*$/gm), [
    '  // Earlier events may be missing in the history.',
    '  // The upload began the import.',
    '  // Entry 2: result was refused, link-forged.',
    '  // Entry 3: the result file, with status 403.',
    '  // Entry 4: outage on upload, which cannot be repeated.',
  ])
})

t.test('a history without events gives a test without requests', async (t) => {
  const emulator = await startEmulator({ listen: false })
  t.teardown(() => emulator.close())
  t.notMatch(await copiedTest(emulator, 'slow'), /await poll\(\d/)
})
