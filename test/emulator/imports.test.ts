import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { ImportPage } from '../../src/domain/control/vocabulary.js'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'
import type { ImportState } from '../../src/domain/imports/import-state.js'
import type { Progress } from '../../src/domain/imports/progress.js'
import type { UploadState } from '../../src/domain/state.js'
import { Clock } from '../../src/emulator/clock.js'
import { ImportSet } from '../../src/emulator/imports/import-set.js'
import { Imports } from '../../src/emulator/imports/imports.js'
import { ResultStore } from '../../src/emulator/roster/result-store.js'

const pendingThenProcessed: ImportDefinition = {
  timeline: [{ status: 'pending' }, { after: '10s', status: 'processed', fileLine: 2 }],
}

const upload: UploadState = {
  fileName: 'a.csv',
  sizeBytes: 1,
  kind: 'users',
  rows: 2,
  resultFile: 'none',
}

type Entries = readonly (readonly [string, ImportDefinition])[]

/** No upload has a result. */
const noResults = new ResultStore(0).of(undefined)

/** Imports over a clock that stands still. */
function build(entries: Entries) {
  const clock = new Clock(() => 0)
  return { clock, imports: new Imports(clock, new ImportSet(entries), noResults) }
}

const fixed = (fileLine: number): ImportDefinition => ({ status: 'failed', fileLine })

t.test('an id finds its import', async (t) => {
  const entries: Entries = [
    ['exact-1', fixed(1)],
    ['exact-*', fixed(2)],
    ['*', fixed(3)],
    ['*-tail', fixed(4)],
    ['exact-long-*', fixed(5)],
    ['n-{n}-of-{m}', { status: 'failed', fileLine: '{n}' as never, messages: ['{n} of {m}, {x}'] }],
    ['dots.and(brackets)*', fixed(7)],
    ['*q*z*', fixed(8)],
  ]
  const cases: [string, referenceId: string, fileLine: number][] = [
    ['an exact id wins over patterns', 'exact-1', 1],
    ['a prefix pattern', 'exact-2', 2],
    ['an asterisk matches nothing as well', 'exact-', 2],
    ['the longest pattern wins', 'exact-long-2', 5],
    ['a pattern for everything is the last', 'zzz', 3],
    ['an asterisk may stand first', 'x-tail', 4],
    ['named numbers are filled in', 'n-17-of-20', 17],
    ['what is no number does not match', 'n-x-of-20', 3],
    ['a number of sixteen digits is none', 'n-1234567890123456-of-2', 3],
    ['literal characters are literal', 'dots.and(brackets)!', 7],
    ['a dot is no wildcard', 'dots-and(brackets)!', 3],
    ['the text of a pattern is an id like others', 'exact-*', 2],
    ['several asterisks', '-q-z-', 8],
    ['line ends are text', 'exact-long-\u2028', 5],
  ]
  for (const [name, referenceId, fileLine] of cases) {
    t.test(name, async (t) => {
      const { imports } = build(entries)
      t.equal(imports.poll(referenceId).fileLine, fileLine)
    })
  }
  t.test('named numbers stand in texts, and unknown names stay', async (t) => {
    const { imports } = build(entries)
    t.strictSame(imports.poll('n-1-of-3').messages, ['1 of 3, {x}'])
  })
})

t.test(
  'numbers of an id that are put side by side make a time and a line, however long',
  async (t) => {
    const many = '{n}'.repeat(21)
    const { clock, imports } = build([
      ['fixed-{n}', fixed(many as never)],
      [
        'after-{n}',
        { timeline: [{ status: 'pending' }, { after: `${many}s` as '1s', error: 'x' }] },
      ],
      ['over-{n}', { progress: { lines: 9, duration: `${many}s` as '1s', outcome: 'processed' } }],
    ])
    const number = '9'.repeat(15)
    t.equal(imports.poll(`fixed-${number}`).fileLine, Number.MAX_SAFE_INTEGER)
    for (const id of [`after-${number}`, `over-${number}`]) {
      const pending = { status: 'pending', fileLine: 0, messages: [] }
      t.strictSame(imports.poll(id), pending)
      clock.advance(1000)
      t.strictSame(imports.poll(id), pending)
    }
  },
)

t.test('numbers that contradict the rest of a definition make a state all the same', async (t) => {
  const steps = [
    { status: 'pending' },
    { afterPolls: 2, status: 'pending', fileLine: 5 },
    { afterPolls: '{n}', status: 'processed', fileLine: 9 },
  ]
  const failing = { lines: '{n}', duration: '{n}s', outcome: 'failed', failsAt: 500 }
  const { clock, imports } = build([
    ['steps-{n}', { timeline: steps } as unknown as ImportDefinition],
    ['district-{n}', { progress: failing } as unknown as ImportDefinition],
  ])
  const poll = (id: string) => {
    const { status, fileLine } = imports.poll(id)
    return [status, fileLine]
  }
  t.strictSame(poll('steps-1'), ['pending', 0])
  t.strictSame(poll('steps-1'), ['processed', 9])
  t.strictSame(poll('steps-1'), ['processed', 9], 'the furthest step that holds wins')
  t.strictSame(poll('steps-0'), ['processed', 9])
  t.strictSame(poll('district-0'), ['failed', 0])
  t.strictSame(poll('district-2'), ['pending', 0])
  t.strictSame(poll('district-1000'), ['pending', 0])
  clock.advance(1000)
  t.strictSame(poll('district-2'), ['pending', 1])
  clock.advance(499_000)
  t.strictSame(poll('district-2'), ['failed', 2])
  t.strictSame(poll('district-1000'), ['failed', 500])
})

t.test('an id that no import has, or can have, is not found', async (t) => {
  const { imports } = build([['known-*', fixed(1)]])
  const ids = [
    '',
    'unknown',
    '__proto__',
    'constructor',
    'known-\u0000',
    `known-${'x'.repeat(255)}`,
  ]
  for (const id of ids) t.throws(() => imports.poll(id), { code: 'reference-id-not-found' }, id)
})

t.test('time counts from the first poll', async (t) => {
  const { clock, imports } = build([['a', pendingThenProcessed]])
  clock.advance(60_000)
  t.equal(imports.poll('a').status, 'pending')
  clock.advance(9_999)
  t.equal(imports.poll('a').status, 'pending')
  clock.advance(1)
  t.equal(imports.poll('a').status, 'processed')
})

t.test('time counts from the load where the import says so', async (t) => {
  const fromLoad: ImportDefinition = { ...pendingThenProcessed, startsAt: 'load' }
  const { clock, imports } = build([
    ['a', fromLoad],
    ['b-*', fromLoad],
  ])
  clock.advance(10_000)
  t.equal(imports.poll('a').status, 'processed')
  t.equal(imports.poll('b-1').status, 'processed')
  imports.reset()
  t.equal(imports.poll('a').status, 'pending', 'a reset loads it anew')
  imports.put('c', fromLoad)
  clock.advance(9_999)
  t.equal(imports.poll('c').status, 'pending', 'one that is put is loaded then')
})

t.test('a clock that is set back takes the import back', async (t) => {
  const { clock, imports } = build([['a', pendingThenProcessed]])
  imports.poll('a')
  clock.advance(10_000)
  t.equal(imports.poll('a').status, 'processed')
  clock.set(0)
  t.equal(imports.poll('a').status, 'pending')
})

t.test('each id that a pattern matches has its own life', async (t) => {
  const { clock, imports } = build([['slow-*', pendingThenProcessed]])
  imports.poll('slow-1')
  clock.advance(10_000)
  t.equal(imports.poll('slow-1').status, 'processed')
  t.equal(imports.poll('slow-2').status, 'pending')
})

t.test(
  'the lives of matched ids are bounded, and the longest unused one is forgotten',
  async (t) => {
    const { clock, imports } = build([['slow-*', pendingThenProcessed]])
    imports.poll('slow-first')
    clock.advance(10_000)
    for (let index = 0; index < 9_999; index += 1) imports.poll(`slow-${index}`)
    t.equal(imports.poll('slow-first').status, 'processed', 'still remembered, and now used')
    imports.poll('slow-one-more')
    t.equal(imports.get('slow-first')?.polls, 2)
    t.equal(imports.get('slow-0')?.polls, 0, 'forgotten')
    t.equal(imports.list().length, 10_001)
  },
)

t.test('an import has its state, its polls and its start', async (t) => {
  const { clock, imports } = build([
    ['a', pendingThenProcessed],
    ['b-{n}', { error: 'Error {n}' }],
  ])
  clock.advance(7)
  imports.poll('a')
  t.strictSame(imports.get('a'), {
    referenceId: 'a',
    definition: pendingThenProcessed,
    state: { status: 'pending', fileLine: 0, messages: [] },
    polls: 1,
    startedAt: '1970-01-01T00:00:00.007Z',
    finished: false,
    override: null,
  })
  t.throws(() => imports.poll('b-7'), { code: 'import-error' })
  t.strictSame(
    imports.list().map(({ referenceId, state, polls }) => [referenceId, state, polls]),
    [
      ['a', { status: 'pending', fileLine: 0, messages: [] }, 1],
      ['b-{n}', null, 0],
      ['b-7', { error: 'Error 7' }, 1],
    ],
  )
  t.equal(imports.get('unknown'), undefined)
})

t.test(
  'a put import wins and starts anew, a deleted one is gone, and a reset undoes both',
  async (t) => {
    const { imports } = build([
      ['a', fixed(1)],
      ['b', fixed(2)],
      ['p-*', fixed(3)],
    ])
    for (const id of ['a', 'b', 'p-1', 'p-long-1']) imports.poll(id)
    t.equal(imports.size, 3)

    imports.put('a', fixed(10))
    imports.put('c', fixed(11))
    imports.put('p-long-*', fixed(12))
    t.equal(imports.size, 5)
    t.equal(imports.get('a')?.polls, 0)
    t.equal(imports.poll('a').fileLine, 10)
    t.equal(imports.poll('c').fileLine, 11)
    t.equal(imports.poll('p-long-1').fileLine, 12, 'a longer pattern takes over')
    t.equal(imports.get('p-1')?.polls, 1, 'an id that it does not match goes on')

    t.ok(imports.delete('b'))
    t.ok(imports.delete('c'))
    t.ok(imports.delete('p-long-*'))
    t.notOk(imports.delete('b'), 'once only')
    t.throws(() => imports.poll('b'))
    t.throws(() => imports.poll('c'))
    t.equal(imports.poll('p-long-1').fileLine, 3, 'the shorter pattern has it back')
    t.ok(imports.delete('p-*'))
    t.throws(() => imports.poll('p-1'))
    t.equal(imports.size, 1)
    t.strictSame(
      imports.list().map(({ referenceId }) => referenceId),
      ['a'],
    )

    imports.put('p-*', fixed(13))
    t.equal(imports.poll('p-1').fileLine, 13, 'what was deleted can be put again')

    imports.reset()
    t.equal(imports.size, 3)
    t.equal(imports.poll('a').fileLine, 1)
    t.equal(imports.poll('b').fileLine, 2)
    t.equal(imports.poll('p-1').fileLine, 3)
  },
)

t.test('an id can be deleted, and its pattern stays', async (t) => {
  const { imports } = build([
    ['p-*', fixed(1)],
    ['p-exact', fixed(2)],
  ])
  const listed = () => imports.list().map(({ referenceId }) => referenceId)
  imports.poll('p-1')
  imports.put('p-2', fixed(3))
  for (const id of ['p-1', 'p-2', 'p-exact', 'p-never-polled']) {
    t.ok(imports.delete(id), id)
    t.notOk(imports.delete(id), 'once only')
    t.throws(() => imports.poll(id), { message: `There is no import "${id}"` })
    t.equal(imports.get(id), undefined)
  }
  t.equal(imports.poll('p-3').fileLine, 1)
  t.strictSame([listed(), imports.size], [['p-*', 'p-3'], 1])

  const edited: Entries = [
    ['p-*', fixed(4)],
    ['p-exact', fixed(2)],
  ]
  imports.load(new ImportSet(edited))
  t.throws(() => imports.poll('p-1'), 'an edit brings nothing back that was deleted')
  t.throws(() => imports.poll('p-exact'))
  imports.put('p-1', fixed(5))
  t.equal(imports.poll('p-1').fileLine, 5)
  imports.load(new ImportSet())
  imports.load(new ImportSet(edited))
  t.equal(imports.poll('p-2').fileLine, 4, 'what the scenario brings anew is there again')
})

t.test('an edited scenario keeps the progress of what did not change', async (t) => {
  const { clock, imports } = build([
    ['same', pendingThenProcessed],
    ['changed', pendingThenProcessed],
    ['gone', fixed(1)],
    ['same-*', pendingThenProcessed],
    ['deleted', fixed(1)],
    ['deleted-too', fixed(1)],
  ])
  for (const id of ['same', 'changed', 'gone', 'same-1', 'same-special-1']) imports.poll(id)
  imports.put('added', fixed(7))
  imports.put('changed-by-both', fixed(8))
  imports.delete('deleted')
  imports.delete('deleted-too')
  clock.advance(10_000)
  imports.load(
    new ImportSet([
      ['same', structuredClone(pendingThenProcessed)],
      ['changed', { ...pendingThenProcessed, startsAt: 'load' }],
      ['same-*', structuredClone(pendingThenProcessed)],
      ['same-special-*', pendingThenProcessed],
      ['changed-by-both', fixed(9)],
      ['deleted', fixed(1)],
    ]),
  )
  t.equal(imports.poll('same').status, 'processed')
  t.equal(imports.poll('same-1').status, 'processed')
  t.equal(imports.poll('same-special-1').status, 'pending', 'a longer pattern is another import')
  t.equal(imports.poll('changed').status, 'pending')
  t.throws(() => imports.poll('gone'))
  t.throws(() => imports.poll('deleted'), 'what was deleted stays so')
  t.equal(imports.poll('added').fileLine, 7, 'what was put stays')
  t.equal(imports.poll('changed-by-both').fileLine, 8)
  clock.advance(10_000)
  t.equal(imports.poll('changed').status, 'processed', 'it was loaded with the edit')
  t.equal(imports.size, 6)
})

t.test('a reset equals a fresh start', async (t) => {
  const entries: Entries = [
    ['a', pendingThenProcessed],
    ['b', { timeline: [{ status: 'pending' }, { afterPolls: 2, status: 'failed' }] }],
    ['p-{n}', { timeline: [{ status: 'pending' }, { afterPolls: 1, status: 'processed' }] }],
  ]
  const ids = fc.constantFrom('a', 'b', 'p-1', 'p-2', 'p-{n}', 'new')
  const action = fc.oneof(
    fc.tuple(fc.constant('poll' as const), ids),
    fc.tuple(fc.constant('put' as const), ids),
    fc.tuple(fc.constant('delete' as const), ids),
  )
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const used = build(entries)
      for (const [verb, id] of actions) {
        used.clock.advance(1000)
        if (verb === 'put') used.imports.put(id, fixed(1))
        else if (verb === 'delete') used.imports.delete(id)
        else if (used.imports.get(id)?.state) used.imports.poll(id)
      }
      used.clock.reset()
      used.imports.reset()
      const fresh = build(entries)
      t.strictSame(used.imports.list(), fresh.imports.list())
      t.equal(used.imports.size, fresh.imports.size)
      for (const id of ['a', 'b', 'p-1']) {
        t.strictSame(used.imports.poll(id), fresh.imports.poll(id))
      }
    }),
  )
})

t.test('an unknown id among many is compared with the first of them', async (t) => {
  const many: Entries = Array.from({ length: 600 }, (_, index) => [`school-${index}`, fixed(index)])
  const { imports } = build(many)
  t.throws(() => imports.poll('school-599x'), {
    message: /^There is no import "school-599x"; nearest: "school-\d+"$/,
  })
})

t.test('running totals are what counting one by one gives, whatever happened before', async (t) => {
  const definitions: readonly ImportDefinition[] = [
    fixed(1),
    { status: 'processed' },
    { error: 'x' },
    pendingThenProcessed,
    { ...pendingThenProcessed, startsAt: 'load' },
    { progress: { lines: 10, duration: '20s', outcome: 'failed' } },
    { progress: { lines: 10, duration: '20s', outcome: 'processed' }, startsAt: 'load' },
    { timeline: [{ status: 'pending' }, { afterPolls: 1, error: 'x' }] },
  ]
  const ids = ['a', 'b', 'c', 'd-1', 'd-2', 'd-*', '*', 'x-{n}', 'x-1']
  const definition = fc.constantFrom(...definitions)
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), definition), {
    selector: ([id]) => id,
  })
  const id = fc.constantFrom(...ids)
  const anyId = fc.constantFrom(...ids, 'upload-1')
  const state = fc.constantFrom<ImportState>(
    { status: 'processing', fileLine: 1, messages: [] },
    { error: 'x' },
  )
  const step = fc.oneof(
    fc.record({ do: fc.constant('put' as const), id, definition }),
    fc.record({ do: fc.constant('delete' as const), id: anyId }),
    fc.record({ do: fc.constant('poll' as const), id }),
    fc.record({ do: fc.constant('poll' as const), id }),
    fc.record({ do: fc.constant('set' as const), at: fc.integer({ min: 0, max: 60_000 }) }),
    fc.record({ do: fc.constant('load' as const), entries }),
    fc.record({ do: fc.constant('reset' as const) }),
    fc.record({ do: fc.constant('begin' as const) }),
    fc.record({ do: fc.constantFrom('finish' as const, 'clearOverride' as const), id: anyId }),
    fc.record({ do: fc.constant('override' as const), id: anyId, state }),
    fc.record({ do: fc.constant('count' as const) }),
  )
  const agrees = fc.property(entries, fc.array(step, { maxLength: 30 }), (loaded, steps) => {
    const { clock, imports } = build(loaded)
    for (const it of [...steps, { do: 'count' as const }]) {
      if (it.do === 'put') imports.put(it.id, it.definition)
      else if (it.do === 'delete') imports.delete(it.id)
      else if (it.do === 'set') clock.set(it.at)
      else if (it.do === 'load') imports.load(new ImportSet(it.entries))
      else if (it.do === 'reset') imports.reset()
      else if (it.do === 'begin') imports.begin('upload-1', pendingThenProcessed, upload)
      else if (it.do !== 'count') {
        try {
          if (it.do === 'poll') imports.poll(it.id)
          else if (it.do === 'finish') imports.finish(it.id)
          else if (it.do === 'override') imports.override(it.id, it.state)
          else imports.clearOverride(it.id)
        } catch {
          // An unknown import, one that is an error, or a pattern.
        }
      } else {
        const views = imports.list()
        const kinds = { processed: 0, pending: 0, processing: 0, failed: 0, error: 0, pattern: 0 }
        for (const { state } of views) {
          kinds[state === null ? 'pattern' : 'error' in state ? 'error' : state.status] += 1
        }
        deepEqual(imports.count(), { count: views.length, kinds })
        deepEqual(imports.count({ search: '' }).kinds, kinds)
        deepEqual(imports.count({ status: 'pending' }).count, kinds.pending)
      }
    }
  })
  t.doesNotThrow(() => fc.assert(agrees, { numRuns: 2_000, seed: 1 }))
})

t.test('counting many imports looks at none of them twice', async (t) => {
  const entries: Entries = Array.from({ length: 50_000 }, (_, index) => [`id-${index}`, fixed(1)])
  const set = new ImportSet(entries)
  const imports = new Imports(new Clock(() => 0), set, noResults)
  t.equal(imports.count().kinds.failed, 50_000)
  let looks = 0
  set.get = () => {
    looks += 1
    return undefined
  }
  set.entries = () => {
    throw new Error('counts again')
  }
  t.equal(imports.count().count, 50_000)
  t.equal(imports.size, 50_000)
  t.equal(looks, 0)
})

t.test('an import that is finished is at the end of its definition at once', async (t) => {
  const polled: ImportDefinition = {
    timeline: [{ status: 'pending' }, { afterPolls: 9, error: 'Gone' }],
  }
  const grows: Progress = { lines: 1000, duration: '10s', outcome: 'processed', messages: ['Done'] }
  const cases: [string, ImportDefinition, end: ImportState][] = [
    [
      'a progress',
      { progress: grows },
      { status: 'processed', fileLine: 1000, messages: ['Done'] },
    ],
    [
      'a progress that fails at a line',
      { progress: { ...grows, outcome: 'failed', failsAt: 58 } },
      { status: 'failed', fileLine: 58, messages: ['Done'] },
    ],
    [
      'a timeline by time',
      pendingThenProcessed,
      { status: 'processed', fileLine: 2, messages: [] },
    ],
    ['a timeline by polls', polled, { error: 'Gone' }],
    ['a fixed state', { status: 'pending' }, { status: 'pending', fileLine: 0, messages: [] }],
  ]
  for (const [name, definition, end] of cases) {
    t.test(name, async (t) => {
      const { clock, imports } = build([
        ['a', definition],
        ['p-*', definition],
      ])
      imports.begin('upload-1', definition, upload)
      imports.poll('p-polled')
      for (const id of ['a', 'p-polled', 'p-1', 'upload-1']) {
        const before = imports.get(id)
        t.ok(imports.finish(id), id)
        t.strictSame(imports.get(id), { ...before, state: end, finished: true })
      }
      t.equal(imports.get('p-2')?.finished, false, 'other ids of the pattern go on')
      t.equal(clock.now(), 0)
      if ('error' in end) t.throws(() => imports.poll('a'), { code: 'import-error' })
      else t.strictSame(imports.poll('a'), end)
      t.equal(imports.get('a')?.polls, 1)
    })
  }
})

t.test('an override covers a definition, and uncovers it again', async (t) => {
  const { clock, imports } = build([
    ['a', pendingThenProcessed],
    ['p-*', pendingThenProcessed],
  ])
  const override: ImportState = { status: 'failed', fileLine: 7, messages: ['No'] }
  imports.begin('upload-1', pendingThenProcessed, { ...upload, restsOn: ['row-errors-fail'] })
  t.strictSame(imports.evidenceFor('upload-1'), ['row-errors-fail'])
  for (const id of ['a', 'p-1', 'upload-1']) {
    const before = imports.get(id)
    t.ok(imports.override(id, override), id)
    t.strictSame(imports.get(id), { ...before, state: override, override })
    t.strictSame(imports.poll(id), override)
  }
  t.equal(imports.evidenceFor('upload-1'), undefined)
  clock.advance(10_000)
  t.strictSame(imports.poll('a'), override)
  t.ok(imports.clearOverride('a'))
  t.ok(imports.clearOverride('a'), 'a second time, too')
  t.match(imports.get('a'), { state: { status: 'processed' }, polls: 2, override: null })
  imports.override('p-1', { error: 'Gone' })
  t.throws(() => imports.poll('p-1'), { code: 'import-error' })

  imports.finish('upload-1')
  t.match(imports.get('upload-1'), { state: override, finished: true })
  imports.override('upload-1', { error: 'Gone' })
  imports.clearOverride('upload-1')
  t.match(imports.get('upload-1'), { state: { status: 'processed' }, finished: true })
})

t.test('a pattern or an unknown id cannot be finished or overridden', async (t) => {
  const { imports } = build([['p-*', fixed(1)]])
  const calls = [
    (id: string) => imports.finish(id),
    (id: string) => imports.override(id, { error: 'x' }),
    (id: string) => imports.clearOverride(id),
  ]
  for (const call of calls) {
    t.throws(() => call('p-*'), {
      code: 'invalid_input',
      path: 'id',
      message: '"p-*" is a pattern: name one id that it matches',
    })
    t.notOk(call('unknown'))
  }
})

t.test('put, delete, reset, and the eviction of a pattern undo both', async (t) => {
  const error: ImportState = { error: 'x' }
  const alter = (imports: Imports, id: string) => {
    imports.finish(id)
    imports.override(id, error)
  }
  const cases: [string, id: string, undo: (imports: Imports) => void][] = [
    ['put', 'a', (imports) => imports.put('a', pendingThenProcessed)],
    ['delete', 'a', (imports) => imports.delete('a')],
    ['delete of a matched id', 'p-1', (imports) => imports.delete('p-1')],
    ['reset', 'a', (imports) => imports.reset()],
    ['put of the pattern', 'p-1', (imports) => imports.put('p-*', pendingThenProcessed)],
    ['put of a longer pattern', 'p-1', (imports) => imports.put('p-1*', pendingThenProcessed)],
    ['delete of the pattern', 'p-1', (imports) => imports.delete('p-*')],
    ['delete of an upload', 'upload-1', (imports) => imports.delete('upload-1')],
  ]
  for (const [name, id, undo] of cases) {
    t.test(name, async (t) => {
      const { imports } = build([
        ['a', pendingThenProcessed],
        ['p-*', pendingThenProcessed],
      ])
      imports.begin('upload-1', pendingThenProcessed, upload)
      for (const other of ['a', 'p-1', 'p-2', 'upload-1']) alter(imports, other)
      undo(imports)
      const view = imports.get(id)
      t.ok(view === undefined || (!view.finished && view.override === null))
      t.notOk(imports.list().includes(undefined as never), 'nothing is left of it')
      if (name !== 'reset' && id !== 'upload-1') {
        t.match(imports.get('upload-1'), { finished: true, override: error })
      }
    })
  }
})

t.test('an edited scenario keeps overrides, and finishes nothing that changed', async (t) => {
  const { imports } = build([
    ['same', pendingThenProcessed],
    ['changed', pendingThenProcessed],
    ['finished', pendingThenProcessed],
    ['gone', pendingThenProcessed],
    ['p-*', pendingThenProcessed],
  ])
  imports.begin('upload-1', pendingThenProcessed, upload)
  const override: ImportState = { error: 'x' }
  for (const id of ['same', 'changed', 'finished', 'gone', 'p-1', 'p-2', 'upload-1']) {
    imports.finish(id)
    if (id !== 'finished') imports.override(id, override)
  }
  imports.load(
    new ImportSet([
      ['same', structuredClone(pendingThenProcessed)],
      ['changed', fixed(3)],
      ['finished', fixed(3)],
      ['p-*', pendingThenProcessed],
      ['p-2*', pendingThenProcessed],
    ]),
  )
  const seen = ['same', 'changed', 'finished', 'p-1', 'p-2', 'upload-1'].map((id) => {
    const view = imports.get(id)
    return [id, view?.finished, view?.override]
  })
  t.strictSame(seen, [
    ['same', true, override],
    ['changed', false, override],
    ['finished', false, null],
    ['p-1', true, override],
    ['p-2', false, override],
    ['upload-1', true, override],
  ])
  t.equal(imports.get('gone'), undefined)
  imports.put('gone', fixed(1))
  t.equal(imports.get('gone')?.finished, false)
})

t.test('an edited scenario forgets the history of what changed or is gone', async (t) => {
  const ids = ['same', 'changed', 'gone', 'never-polled', 'p-1']
  const { imports } = build([
    ...ids.slice(0, 4).map((id) => [id, pendingThenProcessed] as const),
    ['p-*', pendingThenProcessed],
  ])
  for (const id of ids) {
    if (id !== 'never-polled') imports.poll(id)
    imports.histories.add(id, { kind: 'finish', at: 0 })
  }
  imports.load(
    new ImportSet([
      ['same', pendingThenProcessed],
      ['changed', fixed(3)],
      ['p-*', pendingThenProcessed],
    ]),
  )
  t.strictSame([...imports.histories.keys()], ['same', 'p-1'])
})

t.test('an id that was altered is listed, though nobody polled it', async (t) => {
  const { imports } = build([
    ['a', fixed(1)],
    ['p-*', fixed(1)],
  ])
  imports.poll('p-1')
  for (const id of ['a', 'p-1', 'p-2']) imports.finish(id)
  t.strictSame(
    imports.list().map(({ referenceId }) => referenceId),
    ['a', 'p-*', 'p-1', 'p-2'],
  )
})

t.test('what was changed last comes first, and patterns stand apart', async (t) => {
  const { clock, imports } = build([
    ['a', fixed(1)],
    ['b', pendingThenProcessed],
    ['p-*', fixed(2)],
    ['c', fixed(3)],
  ])
  const ids = (page: ImportPage = {}) =>
    imports.list({ order: 'changed', ...page }).map(({ referenceId }) => referenceId)
  t.strictSame(ids(), ['a', 'b', 'p-*', 'c'])
  imports.poll('c')
  clock.advance(1)
  imports.put('new', fixed(4))
  clock.advance(1)
  imports.poll('p-1')
  imports.poll('c')
  t.strictSame(ids(), ['p-1', 'new', 'c', 'a', 'b', 'p-*'], 'a further poll is no change')
  clock.advance(1)
  imports.begin('d', fixed(1), upload)
  imports.finish('b')
  imports.override('p-2', { error: 'x' })
  t.strictSame(ids(), ['p-2', 'b', 'd', 'p-1', 'new', 'c', 'a', 'p-*'])
  t.strictSame(ids({ limit: 2, offset: 1 }), ['b', 'd'])
  t.strictSame(ids({ patterns: true }), ['p-*'])
  t.strictSame(ids({ patterns: false, status: 'failed', offset: 4 }), ['a'])
  t.strictSame(ids({ search: 'A.CSV' }), ['d'], 'by the name of its file')
  t.equal(imports.count({ patterns: true }).count, 1)
  t.equal(imports.count({ patterns: false }).count, 7)
  t.equal(imports.count().count, 8)
  imports.delete('new')
  imports.clearOverride('p-2')
  t.strictSame(ids(), ['b', 'd', 'p-1', 'c', 'a', 'p-*'])
  const state = imports.save()
  imports.restore(new ImportSet([['a', fixed(1)]]), state)
  t.strictSame(ids(), ['d', 'a'], 'a restore knows the times')
  imports.reset()
  t.strictSame(ids(), ['a'])
})

t.test('the changes of ten thousand imports are remembered', async (t) => {
  const { imports } = build([['first-*', fixed(1)]])
  for (let index = 0; index <= 10_000; index += 1) imports.put(`i${index}`, fixed(1))
  const [newest] = imports.list({ order: 'changed', limit: 1 })
  t.equal(newest?.referenceId, 'i10000')
  const [beforeLast, last] = imports.list({ order: 'changed', offset: 10_000 })
  t.strictSame([beforeLast?.referenceId, last?.referenceId], ['first-*', 'i0'])
})
