import t from 'tap'
import { Clock } from '../../src/emulator/clock.js'
import { changesSinceLoad } from '../../src/emulator/export/changes-since-load.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import { Histories } from '../../src/emulator/imports/histories.js'
import { loadScenario } from '../../src/emulator/loaded-scenario.js'
import { type CallLater, maxRemovals, Removals, type Removed } from '../../src/emulator/removals.js'
import { ResultStore } from '../../src/emulator/roster/result-store.js'
import { Workspace } from '../../src/emulator/workspace.js'

const scenario = loadScenario(
  await loadFixtures([
    {
      clients: [
        { clientId: 'a', clientSecret: 's' },
        { clientId: 'b', clientSecret: 's' },
      ],
      imports: [
        { referenceId: 'slow', progress: { lines: 10, duration: '10s', outcome: 'processed' } },
        { referenceId: 'same', status: 'pending' },
        { referenceId: 'p-*', status: 'processed', fileLine: 3 },
        { referenceId: 'p-long-*', status: 'processed', fileLine: 4 },
      ],
      faults: [
        { id: 'one', kind: 'reset' },
        { id: 'two', kind: 'empty' },
      ],
      uploads: [{ id: 'planned', fileName: 'x', error: 'No space' }],
      service: { maxRecords: 10 },
    },
  ]),
)

function createWorkspace() {
  const results = new ResultStore(10_000)
  const clock = new Clock(() => 0)
  const settings = { journalSize: 3, randomSeed: 1, rowsPerSecond: 0, results, clock }
  return new Workspace(undefined, scenario, settings)
}

const record = () => ({
  at: 0,
  durationMs: 1,
  operation: 'status' as const,
  method: 'GET',
  path: '/',
  referenceId: 'slow',
  clientId: 'a',
  requestHeaders: [],
  requestBody: undefined,
  status: 200,
  response: { headers: {}, body: '' },
  outcome: 'served' as const,
  reason: { code: 'served' as const, message: 'Served' },
  restsOn: undefined,
  faults: [],
})

const upload = (it: Workspace) =>
  it.uploads.begin(
    { fileName: 'users.csv', sizeBytes: 9 },
    {
      kind: 'users',
      unchecked: undefined,
      rows: 2,
      refused: 1,
      isWholeFileRefused: false,
      messages: ['Line 3: wrong'],
      file: Buffer.from('rows'),
    },
  )

const poll = (it: Workspace, id: string) => {
  const { fileLine } = it.imports.poll(id)
  it.imports.histories.poll(id, 0, 1, 'a', 200, { status: 'pending', fileLine, messages: [] })
}

/** Everything that an observer sees. Lists of imports and clients are in the order of their ids. */
function look(it: Workspace) {
  const imports = it.imports.list().sort((a, b) => (a.referenceId < b.referenceId ? -1 : 1))
  return {
    imports,
    counts: it.imports.count(),
    histories: imports.map(({ referenceId, state }) => state && it.imports.history(referenceId)),
    files: imports.map(({ referenceId }) => String(it.uploads.resultOf(referenceId))),
    clients: it.clients.list(),
    faults: it.faults.list(),
    uploads: it.uploads.list(),
    journal: it.journal.find(),
    savepoints: it.savepoints.list(),
  }
}

const facts = { operation: 'status', referenceId: 'a', client: 'b' }

interface Case {
  readonly before?: (it: Workspace) => unknown
  readonly remove: (it: Workspace) => Removed | undefined
  /** Takes the place of what was removed. */
  readonly meanwhile?: (it: Workspace) => unknown
}

const cases: Record<string, Case> = {
  'an import of the scenario, with polls, history and override': {
    before(it) {
      poll(it, 'slow')
      it.imports.override('slow', { error: 'Gone' })
    },
    remove: (it) => it.imports.delete('slow'),
    meanwhile: (it) => it.imports.put('slow', { error: 'Mine' }),
  },
  'an import that was put': {
    before(it) {
      it.imports.put('new', { status: 'failed', fileLine: 1 })
      poll(it, 'new')
    },
    remove: (it) => it.imports.delete('new'),
    meanwhile: (it) => it.imports.put('new', { error: 'Mine' }),
  },
  'an id that a pattern matches': {
    before: (it) => poll(it, 'p-1'),
    remove: (it) => it.imports.delete('p-1'),
    meanwhile: (it) => it.imports.put('p-1', { error: 'Mine' }),
  },
  'a pattern, with the ids that it has matched': {
    before(it) {
      poll(it, 'p-long-1')
      it.imports.finish('p-long-2')
    },
    remove: (it) => it.imports.delete('p-long-*'),
    meanwhile: (it) => it.imports.poll('p-long-1'),
  },
  'a pattern, and somebody puts it again': {
    remove: (it) => it.imports.delete('p-long-*'),
    meanwhile: (it) => it.imports.put('p-long-*', { error: 'Mine' }),
  },
  'a pattern, and somebody finishes an id of it': {
    before: (it) => it.imports.finish('p-long-2'),
    remove: (it) => it.imports.delete('p-long-*'),
    meanwhile: (it) => it.imports.finish('p-long-2'),
  },
  'an upload, with its result file': {
    before(it) {
      poll(it, upload(it))
      poll(it, upload(it))
    },
    remove: (it) => it.imports.delete(it.imports.list().at(-1)?.referenceId ?? ''),
  },
  'a client of the scenario': {
    remove: (it) => it.clients.delete('a'),
    meanwhile: (it) =>
      it.clients.put({ clientId: 'a', clientSecret: 'n', scopes: [], tokenLifetime: 1 }),
  },
  'a client that was put': {
    before: (it) =>
      it.clients.put({ clientId: 'c', clientSecret: 'n', scopes: [], tokenLifetime: 1 }),
    remove: (it) => it.clients.delete('c'),
    meanwhile: (it) =>
      it.clients.put({ clientId: 'c', clientSecret: 'n', scopes: [], tokenLifetime: 2 }),
  },
  'a fault, with its counts and its place': {
    before: (it) => it.faults.draw(facts),
    remove: (it) => it.faults.disarm('one'),
    meanwhile: (it) => it.faults.arm({ id: 'one', kind: 'malformed' }),
  },
  'all faults': {
    before: (it) => it.faults.draw(facts),
    remove: (it) => it.faults.clear(),
    meanwhile: (it) => it.faults.arm({ id: 'two', kind: 'malformed' }),
  },
  'a planned outcome': {
    remove: (it) => it.uploads.disarm('planned'),
    meanwhile: (it) => it.uploads.arm({ id: 'planned', error: 'Mine' }),
  },
  'all planned outcomes': { remove: (it) => it.uploads.clear() },
  'a savepoint': {
    before: (it) => it.savepoints.put('here', it.save(), 1),
    remove: (it) => it.savepoints.delete('here'),
    meanwhile: (it) => it.savepoints.put('here', it.save(), 2),
  },
  'the journal': {
    before(it) {
      for (let count = 0; count < 5; count += 1) it.journal.add(record())
    },
    remove: (it) => it.journal.clear(),
    meanwhile(it) {
      it.journal.add(record())
      it.journal.clear()
    },
  },
}

for (const [name, { before, remove, meanwhile }] of Object.entries(cases)) {
  t.test(`${name}: put back as before`, async (t) => {
    const it = createWorkspace()
    before?.(it)
    const seen = look(it)
    const removed = remove(it)
    t.not(JSON.stringify(look(it)), JSON.stringify(seen))
    t.equal(removed?.putBack(), true)
    t.strictSame(look(it), seen)
  })
  if (meanwhile === undefined) continue
  t.test(`${name}: not put back over something else`, async (t) => {
    const it = createWorkspace()
    before?.(it)
    const removed = remove(it)
    meanwhile(it)
    const seen = look(it)
    t.equal(removed?.putBack(), false)
    t.strictSame(look(it), seen)
  })
}

t.test('what others did meanwhile stays', async (t) => {
  const it = createWorkspace()
  const removed = it.faults.clear()
  it.faults.arm({ id: 'later', kind: 'html' })
  removed.putBack()
  t.strictSame(
    it.faults.list().map(({ id }) => id),
    ['one', 'two', 'later'],
  )

  it.journal.add(record())
  const cleared = it.journal.clear()
  it.journal.add(record())
  cleared.putBack()
  t.strictSame(
    it.journal.find().records.map(({ id }) => id),
    [1, 2],
  )
  t.equal(it.journal.find().complete, true)

  poll(it, 'p-long-1')
  const pattern = it.imports.delete('p-long-*')
  it.imports.poll('p-long-2')
  t.equal(pattern?.putBack(), true)
  t.equal(it.imports.poll('p-long-2').fileLine, 4, 'an id follows its longest pattern again')
  t.equal(it.imports.get('p-long-1')?.polls, 1)
})

t.test('an evicted history is known to be evicted after it is put back', async (t) => {
  const histories = new Histories()
  const state = { status: 'pending' as const, fileLine: 1, messages: [] }
  for (let at = 0; at <= 50_000; at += 1) {
    histories.poll(`i${Math.floor(at / 1000)}`, at, at, 'a', 200, state)
  }
  t.equal(histories.marksOf('i0').complete, false)
  const putBack = histories.take('i0')
  t.equal(histories.marksOf('i0').complete, true)
  putBack()
  t.equal(histories.marksOf('i0').complete, false)
})

t.test('a journal that went back to a savepoint is not put back', async (t) => {
  const it = createWorkspace()
  it.journal.add(record())
  const cleared = it.journal.clear()
  it.journal.restore(it.journal.save())
  t.equal(cleared.putBack(), false)
})

t.test('a result is forgotten with its upload, and not before', async (t) => {
  const results = new ResultStore(10_000)
  const clock = new Clock(() => 0)
  const settings = { journalSize: 3, randomSeed: 1, rowsPerSecond: 0, results, clock }
  const it = new Workspace('team', scenario, settings)
  const id = upload(it)
  const removed = it.imports.delete(id)
  removed?.forget?.()
  t.equal(removed?.putBack(), true)
  t.equal(it.uploads.resultOf(id), undefined)
  t.equal(it.imports.delete('none'), undefined)
  t.equal(it.clients.delete('none'), undefined)
  t.equal(it.faults.disarm('none'), undefined)
  const again = it.imports.delete(id)
  const saved = it.save()
  t.equal(again?.putBack(), true)
  t.equal(again?.putBack(), false, 'it is there')
  it.restore(saved)
  t.equal(it.imports.get(id), undefined)
})

t.test('removals end after a while, and when there are too many', async (t) => {
  const calls = new Set<() => void>()
  const later: CallLater = (call) => {
    calls.add(call)
    return () => calls.delete(call)
  }
  const removals = new Removals(later)
  const forgotten: string[] = []
  const removed = (name: string): Removed => ({
    putBack: () => name !== 'taken',
    forget: () => forgotten.push(name),
  })
  removals.add('import', 'a', removed('a'))
  removals.add('import', 'taken', removed('taken'))
  t.strictSame(removals.list(), [
    { id: 'removal-1', what: 'import', name: 'a' },
    { id: 'removal-2', what: 'import', name: 'taken' },
  ])
  removals.undo('removal-1')
  t.equal(calls.size, 1)
  t.throws(() => removals.undo('removal-1'), {
    code: 'not_found',
    message:
      'There is no removal "removal-1": a workspace keeps the last 20 for 30 s, until a reset or another scenario',
  })
  t.throws(() => removals.undo('removal-2'), {
    code: 'conflict',
    message: 'The import "taken" changed after the removal, so nothing is put back',
  })
  for (const call of calls) call()
  t.strictSame([removals.list(), forgotten], [[], ['taken']])

  removals.add('journal', null, { putBack: () => false })
  removals.add('journal', null, { putBack: () => false })
  t.strictSame(
    removals.list().map(({ id }) => id),
    ['removal-4'],
    'all of a kind replaces the one before',
  )
  t.throws(() => removals.undo('removal-4'), {
    message: 'The journal changed after the removal, so nothing is put back',
  })
  for (let count = 0; count < maxRemovals; count += 1) {
    removals.add('client', `${count}`, removed(`${count}`))
  }
  t.equal(removals.list()[0]?.id, 'removal-5')
  removals.clear()
  t.strictSame([removals.list(), calls.size, forgotten.length], [[], 0, 21])
})

t.test('the changes since the load are named', async (t) => {
  const it = createWorkspace()
  t.strictSame(changesSinceLoad(it), [])
  it.imports.put('new', { status: 'pending' })
  it.imports.put('slow', { status: 'failed' })
  it.imports.put('same', { status: 'pending' })
  it.imports.delete('p-*')
  it.imports.delete('p-long-3')
  it.clients.put({ clientId: 'c', clientSecret: 'n', scopes: [], tokenLifetime: 1 })
  it.clients.put({ clientId: 'a', clientSecret: 'n', scopes: [], tokenLifetime: 1 })
  it.clients.delete('b')
  it.faults.disarm('one')
  it.faults.disarm('two')
  it.faults.arm({ id: 'two', kind: 'html' })
  it.faults.arm({ kind: 'reset' })
  it.uploads.clear()
  it.service.set({ rowErrors: 'report', maxRecords: 10 })
  t.strictSame(
    changesSinceLoad(it).map(({ part, id, change }) => `${part} ${id} ${change}`),
    [
      'clients c added',
      'clients a changed',
      'clients b removed',
      'imports new added',
      'imports slow changed',
      'imports p-* removed',
      'imports p-long-3 removed',
      'faults two changed',
      'faults fault-2 added',
      'faults one removed',
      'uploads planned removed',
      'service rowErrors changed',
    ],
  )
})
