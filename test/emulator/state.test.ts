import fc from 'fast-check'
import t from 'tap'
import type { FaultDefinition } from '../../src/domain/fault.js'
import type { ImportInput } from '../../src/domain/imports/import-definition.js'
import type { ImportState } from '../../src/domain/imports/import-state.js'
import type { ReasonCode } from '../../src/domain/reason.js'
import type { UploadOutcome } from '../../src/domain/upload-outcome.js'
import { Clock } from '../../src/emulator/clock.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import { type LoadedScenario, loadScenario } from '../../src/emulator/loaded-scenario.js'
import { defaultFixtures } from '../../src/emulator/package-files.js'
import { ResultStore } from '../../src/emulator/roster/result-store.js'
import { decodeState, encodeState } from '../../src/emulator/state/state-document.js'
import { Workspace } from '../../src/emulator/workspace.js'
import { readState } from '../private-state.js'

const base = loadScenario(
  await loadFixtures([
    defaultFixtures,
    {
      faults: [
        { id: 'sometimes', kind: 'status', status: 503, probability: 0.5, times: 3 },
        { kind: 'delay', delay: { min: '1ms', max: '9s' }, operation: 'status', skip: 1 },
      ],
      uploads: [{ fileName: 'users*', times: 2, error: 'No space' }],
      service: { maxRecords: 10 },
    },
  ]),
)

function createWorkspace(scenario: LoadedScenario = base, wall = { now: 1_000_000 }) {
  const results = new ResultStore(4000)
  const clock = new Clock(() => wall.now)
  const settings = { journalSize: 4, journalBytes: 1900, randomSeed: 1, rowsPerSecond: 10 }
  return new Workspace(undefined, scenario, { ...settings, results, clock })
}

const ids = [
  '12345',
  'slow',
  'third-poll',
  'processed-after-2s',
  'pending-7',
  'new',
  'new-{n}',
  'new-8',
]
const names = ['demo-client', 'new-client']

const definitions: ImportInput[] = [
  { status: 'failed', fileLine: 3, messages: ['Line 4: wrong'] },
  { timeline: [{ status: 'pending' }, { afterPolls: 1, error: 'Broken' }] },
  { progress: { lines: 100, duration: '10s', outcome: 'processed' }, startsAt: 'load' },
]
const faults: FaultDefinition[] = [
  { kind: 'reset', probability: 0.3 },
  { id: 'slow', kind: 'delay', delay: { median: '1s', p99: '5s' }, times: 4 },
]
const outcomes: UploadOutcome[] = [
  { id: 'planned', status: 'processed', fileLine: 1, times: 1 },
  { progress: { lines: 9, duration: '3s', outcome: 'failed', messages: ['no'] } },
]

/** One thing that happens to a workspace. It returns everything that an observer can see of it. */
type Step = (workspace: Workspace) => unknown

const roster = (rows: number, refused: number) => ({
  kind: 'users' as const,
  unchecked: undefined,
  rows,
  refused,
  isWholeFileRefused: false,
  messages: Array.from({ length: refused }, (_, index) => `Line ${index}: wrong`),
  file: Buffer.alloc(rows * 100, 'x'),
})

const record = (index: number) => ({
  at: index * 1000,
  durationMs: index,
  operation: 'status' as const,
  method: 'GET',
  path: '/api/v1/upload/api/v1/status/slow',
  referenceId: 'slow',
  clientId: 'demo-client',
  requestHeaders: ['Host', 'a', 'X-Trace', 'x'.repeat(index * 10)],
  requestBody: undefined,
  status: 200,
  response: { headers: { 'content-type': 'application/json' }, body: '{}' },
  outcome: 'served' as const,
  reason: { code: 'served' as const, message: 'Served' },
  restsOn: undefined,
  faults: [],
})

/** Polls, refusals, and requests with a fault. */
const countedRequest = (index: number) => ({
  operation: 'status' as const,
  referenceId: ids[index % 3],
  reason: {
    code: (['served', 'token-expired', 'path-unknown'] as const)[index % 3] as ReasonCode,
    message: '',
  },
  underlying: undefined,
  restsOn: undefined,
  polled:
    index % 3 === 0 ? { status: 'pending' as const, fileLine: index, messages: [] } : undefined,
  fault:
    index % 5 === 0 ? { ids: ['a'], fault: { kind: 'empty' as const }, delayMs: 0 } : undefined,
  isOlder: index === 7,
  connection: { requests: index % 2, isReal: true },
})

/** A step for each of these values. An error is a result, too. */
function stepOf<T>(values: fc.Arbitrary<T>, run: (it: Workspace, value: T) => unknown) {
  return values.map(
    (value): Step =>
      (workspace) => {
        try {
          return run(workspace, value)
        } catch (error) {
          return String(error)
        }
      },
  )
}

const none = fc.constant(undefined)
const facts = { operation: 'status', referenceId: 'a', client: 'b' }
const client = { clientSecret: 'new', scopes: [], tokenLifetime: 7 }
const states: ImportState[] = [{ error: 'Broken' }, { status: 'failed', fileLine: 1, messages: [] }]

const step = fc.oneof(
  { weight: 4, arbitrary: stepOf(fc.constantFrom(...ids), (it, id) => it.imports.poll(id)) },
  stepOf(
    fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...definitions)),
    (it, [id, definition]) => it.imports.put(id, definition),
  ),
  stepOf(fc.constantFrom(...ids), (it, id) => it.imports.delete(id)),
  stepOf(fc.constantFrom(...ids), (it, id) => it.imports.finish(id)),
  stepOf(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...states)), (it, [id, state]) =>
    it.imports.override(id, state),
  ),
  stepOf(fc.constantFrom(...names), (it, clientId) => it.clients.put({ ...client, clientId })),
  stepOf(fc.constantFrom(...names), (it, id) => it.clients.delete(id)),
  stepOf(fc.constantFrom(...ids), (it, id) => it.imports.history(id)),
  stepOf(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(1, 3, 950)), (it, [id, count]) => {
    const state = { status: 'pending' as const, fileLine: 1, messages: [] }
    for (let at = 0; at < count; at += 1) it.imports.histories.poll(id, at, at, 'a', 200, state)
  }),
  stepOf(fc.nat(120), (it, count) => {
    for (let at = 0; at < count; at += 1) it.imports.histories.addClockChange('set', at, at + 1)
  }),
  { weight: 3, arbitrary: stepOf(none, (it) => it.faults.draw(facts)) },
  stepOf(fc.constantFrom(...faults), (it, fault) => it.faults.arm(fault)),
  stepOf(fc.constantFrom('sometimes', 'slow', 'fault-2'), (it, id) => it.faults.disarm(id)),
  stepOf(fc.constantFrom(...outcomes), (it, outcome) => it.uploads.arm(outcome)),
  stepOf(
    fc.tuple(fc.constantFrom('users.csv', 'b.csv'), fc.nat(15), fc.nat(3)),
    (it, [fileName, rows, refused]) => {
      const id = it.uploads.begin({ fileName, sizeBytes: 9 }, roster(rows, refused))
      return [id, it.imports.get(id), it.uploads.resultOf(id)?.length]
    },
  ),
  stepOf(fc.constantFrom('report' as const, 'fail' as const), (it, rowErrors) =>
    it.service.set({ rowErrors }),
  ),
  stepOf(fc.nat(20_000), (it, ms) => it.clock.advance(ms)),
  stepOf(fc.constantFrom('freeze' as const, 'resume' as const), (it, verb) => it.clock[verb]()),
  { weight: 6, arbitrary: stepOf(fc.nat(9), (it, index) => it.journal.add(record(index))) },
  {
    weight: 3,
    arbitrary: stepOf(fc.nat(12), (it, id) =>
      it.journal.end(id, { outcome: 'aborted', durationMs: 7 }),
    ),
  },
  stepOf(none, (it) => it.journal.clear()),
  {
    weight: 3,
    arbitrary: stepOf(fc.nat(11), (it, index) => {
      const client = index % 4 === 0 ? undefined : `client-${index % 4}`
      it.report.count(countedRequest(index), client, it.clock.now(), index, {
        status: 200 + (index % 2),
        headers: {},
      })
    }),
  },
  stepOf(none, (it) => it.report.noteChange()),
  stepOf(none, (it) => it.report.useUpload('planned')),
  stepOf(none, (it) => [
    it.imports.list(),
    it.imports.count(),
    it.clients.list(),
    it.faults.list(),
    it.uploads.list(),
    it.journal.find(),
    it.clock.now(),
  ]),
)

const steps = fc.array(step, { maxLength: 40 })

const run = (workspace: Workspace, all: readonly Step[]) =>
  JSON.parse(JSON.stringify(all.map((each) => each(workspace))))

/** Fields that are not the state of a workspace, or that follow from the others. */
const notState = [
  'savepoints',
  'removals',
  // The files and messages are compared as `uploads.save` lists them.
  '#results',
  // Random, and in no response.
  '#noSecret',
  // Counted when somebody asks.
  '#totals',
  // An order for people, which is only about the same after a restore.
  '#changed',
  // The entries are compared as `journal.save` lists them.
  '#ring',
  '#bytesAt',
  '#last',
  // The order of imports and marks is compared as `imports.save` lists them.
  '#byId',
  '#recency',
  // Which requests share a cell, and their evidence, is found again. The counts are compared as `report.save` lists them.
  '#cells',
  // How the journal shares entries with saved states.
  '#savedId',
  '#restores',
  '#changes',
  '#savedSequence',
]

const everythingOf = (workspace: Workspace) => [
  readState(workspace, notState),
  workspace.uploads.save().results,
  JSON.parse(JSON.stringify(workspace.imports.save())),
  JSON.parse(JSON.stringify(workspace.journal.save())),
  JSON.parse(JSON.stringify(workspace.report.save())),
]

t.test(
  'a saved state is restored exactly, and the same steps then have the same results',
  async (t) => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const workspace = createWorkspace()
        run(workspace, before)
        const saved = workspace.save()
        const original = everythingOf(workspace)
        const results = run(workspace, after)
        const end = everythingOf(workspace)
        workspace.restore(saved)
        t.strictSame(everythingOf(workspace), original)
        t.strictSame(run(workspace, after), results)
        t.strictSame(everythingOf(workspace), end)
        workspace.restore(saved)
        t.strictSame(everythingOf(workspace), original, 'and again')
      }),
    )
  },
)

t.test('what a generated state may not have is restored as well', async (t) => {
  const results = new ResultStore(100_000)
  const settings = { journalSize: 5, randomSeed: 1, rowsPerSecond: 0, results }
  const workspace = new Workspace(undefined, base, settings)
  const other = new Workspace('other', base, settings)
  const begin = (it: Workspace, file: Buffer | undefined, refused: number) =>
    it.uploads.begin({ fileName: 'b.csv', sizeBytes: 9 }, { ...roster(3, refused), file })
  const kept = begin(workspace, Buffer.from('kept'), 2)
  const without = begin(workspace, undefined, 1)
  begin(other, Buffer.from('other'), 0)
  for (const id of ['twin-*', 'twin-{n}']) workspace.imports.put(id, { status: 'pending' })
  workspace.imports.delete('twin-*')
  workspace.imports.poll('twin-7')
  const state = { status: 'pending' as const, fileLine: 1, messages: [] }
  for (let at = 0; at < 1234; at += 1) {
    workspace.imports.histories.poll('slow', at, at, 'a', 200, state)
  }
  workspace.journal.add(record(1))
  const saved = workspace.save()
  const document = JSON.parse(JSON.stringify(encodeState(saved)))
  workspace.journal.end(1, { outcome: 'aborted', durationMs: 1 })
  workspace.imports.histories.poll('slow', 9999, 1, 'a', 200, state)
  workspace.imports.replaceMessages(kept, ['gone'])
  workspace.imports.replaceMessages('none', ['gone'])
  t.strictSame(workspace.imports.messagesOf('none'), [])
  workspace.restore(saved)
  const copy = new Workspace('copy', base, settings)
  copy.restore(decodeState(document))
  for (const it of [workspace, copy]) {
    t.strictSame(it.uploads.resultOf(kept)?.toString(), 'kept')
    t.equal(it.uploads.resultOf(without), undefined)
    t.strictSame(it.uploads.save().results.length, 2, 'those of the other workspace stay there')
    t.strictSame(it.imports.messagesOf(kept), ['Line 0: wrong', 'Line 1: wrong'])
    t.equal(it.imports.get('twin-7')?.polls, 1)
    t.equal(it.journal.get(1)?.outcome, 'served')
    const { marks, leftOut } = it.imports.histories.marksOf('slow')
    t.match(leftOut, { count: 234 })
    t.equal(marks.length, 1000)
    t.strictSame(marks.at(-1)?.at, new Date(1233).toISOString())
  }
  // Documents of somebody else: a pattern that does not match its id, an upload without messages.
  const { changes } = document
  const { imports } = changes
  const matched = [{ ...imports.matched[0], fixture: { referenceId: 'x-{n}', error: 'x' } }]
  const runs = [
    ...imports.runs,
    { referenceId: 'none', fixture: { referenceId: 'none', error: 'x' }, polls: 1 },
  ]
  const alterations = [['none', { finished: true, override: null }]]
  const uploaded = [{ ...imports.uploaded[0], definition: { status: 'processed' } }]
  const history = { ...imports.history, cut: ['twin-8'] }
  const others = { ...imports, matched, runs, alterations, uploaded, history }
  copy.restore(decodeState({ ...document, changes: { ...changes, imports: others } }))
  t.equal(copy.imports.histories.marksOf('twin-8').complete, false)
  t.match(copy.imports.get('twin-7'), { state: { status: 'pending' }, polls: 0 })
  t.equal(copy.imports.get('none'), undefined)
  t.equal(copy.imports.count().count, copy.imports.list().length)

  // A journal that keeps more than the one that was saved.
  const larger = new Workspace('larger', base, { ...settings, journalSize: 100 })
  for (let index = 0; index < 9; index += 1) workspace.journal.add(record(index))
  larger.restore(workspace.save())
  t.strictSame(
    larger.journal.find().records.map(({ id }) => id),
    [6, 7, 8, 9, 10],
  )
  t.equal(larger.journal.dropped, 5)
  larger.journal.add(record(1))
  t.equal(larger.journal.count().count, 6)
})

t.test('a state as JSON makes the same workspace elsewhere', async (t) => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const workspace = createWorkspace()
      run(workspace, before)
      const document = JSON.parse(JSON.stringify(encodeState(workspace.save())))
      const other = createWorkspace(
        loadScenario({ clients: [], imports: [], faults: [], uploads: [], service: {} }),
      )
      other.restore(decodeState(document))
      t.ok(other.hasOwnScenario)
      const withOwn = (state: unknown[]) => [
        { ...(state[0] as object), '#hasOwnScenario': true },
        ...state.slice(1),
      ]
      t.strictSame(everythingOf(other), withOwn(everythingOf(workspace)))
      t.strictSame(run(other, after), run(workspace, after))
    }),
  )
})
