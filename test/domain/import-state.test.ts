import fc from 'fast-check'
import t from 'tap'
import { compileImport } from '../../src/domain/imports/compile-import.js'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'
import { importDefinitionSchema } from '../../src/domain/imports/import-definition.js'
import type { ImportResult } from '../../src/domain/imports/import-state.js'
import { parseBySchema } from '../../src/domain/schema.js'

const start = Date.UTC(2026, 0, 31, 12)

function stateAt(
  definition: ImportDefinition,
  { startedAt, polls }: { startedAt: number; polls: number },
  now: number,
) {
  return compileImport(definition).stateAt(now - startedAt, polls)
}

const pending = (fileLine: number) => ({ status: 'pending', fileLine, messages: [] })

t.test('a duration may be a number of milliseconds', async (t) => {
  const written: ImportDefinition = {
    progress: { lines: 10, duration: '2.5s', outcome: 'processed' },
  }
  const inNumbers: ImportDefinition = {
    progress: { lines: 10, duration: 2500, outcome: 'processed' },
  }
  for (const elapsedMs of [0, 1249, 1250, 2499, 2500]) {
    const life = { startedAt: start, polls: 1 }
    t.strictSame(
      stateAt(inNumbers, life, start + elapsedMs),
      stateAt(written, life, start + elapsedMs),
    )
  }
})

t.test('the state of an import at a time and a number of polls', async (t) => {
  const timeline: ImportDefinition = {
    timeline: [
      { status: 'pending' },
      { after: '5s', status: 'pending', fileLine: 500 },
      { after: '10s', status: 'processed', fileLine: 1000 },
    ],
  }
  const polled: ImportDefinition = {
    timeline: [
      { status: 'pending' },
      { afterPolls: 2, status: 'failed', fileLine: 7, messages: ['Line 7: bad'] },
    ],
  }
  const mixed: ImportDefinition = {
    timeline: [
      { status: 'pending' },
      { after: '1m', status: 'pending', fileLine: 3 },
      { afterPolls: 3, error: 'Storage bucket is unavailable' },
      { after: '2m', status: 'processed', fileLine: 9 },
    ],
  }
  const progress: ImportDefinition = {
    progress: { lines: 1000, duration: '30s', outcome: 'processed' },
  }
  const failing: ImportDefinition = {
    progress: { lines: 10, duration: '10s', outcome: 'failed', failsAt: 4, messages: ['Line 5'] },
  }
  const failingAtEnd: ImportDefinition = {
    progress: { lines: 10, duration: '10s', outcome: 'failed', messages: ['No space'] },
  }
  const failingAtOnce: ImportDefinition = {
    progress: { lines: 10, duration: '10s', outcome: 'failed', failsAt: 0 },
  }
  // The numbers of an id can make it.
  const failingPastEnd: ImportDefinition = {
    progress: { lines: 10, duration: '10s', outcome: 'failed', failsAt: 500 },
  }
  const processed = (fileLine: number) => ({ status: 'processed', fileLine, messages: [] })

  const cases: [string, ImportDefinition, seconds: number, polls: number, expected: object][] = [
    ['a fixed state fills in its defaults', { status: 'pending' }, 0, 1, pending(0)],
    ['an error stands in place of a state', { error: 'No' }, 0, 1, { error: 'No' }],
    ['a timeline starts with its first step', timeline, 4.999, 9, pending(0)],
    ['a step holds from its time on', timeline, 5, 1, pending(500)],
    ['the last step stays', timeline, 99_999, 1, processed(1000)],
    ['a clock before the start counts as the start', timeline, -60, 1, pending(0)],
    ['afterPolls 2 does not hold at the second poll', polled, 0, 2, pending(0)],
    [
      'afterPolls 2 holds at the third poll',
      polled,
      0,
      3,
      { status: 'failed', fileLine: 7, messages: ['Line 7: bad'] },
    ],
    ['a mixed timeline goes by time', mixed, 60, 1, pending(3)],
    ['a mixed timeline goes by polls', mixed, 0, 4, { error: 'Storage bucket is unavailable' }],
    ['the furthest step that holds wins', mixed, 120, 1, processed(9)],
    ['progress starts at line 0', progress, 0, 1, pending(0)],
    ['progress is the floor of the elapsed share', progress, 1.049, 1, pending(34)],
    ['progress is pending until its end', progress, 29.999, 1, pending(999)],
    [
      'progress may be processing until its end',
      {
        progress: { lines: 10, duration: '10s', outcome: 'processed', runningStatus: 'processing' },
      },
      4,
      1,
      { status: 'processing', fileLine: 4, messages: [] },
    ],
    [
      'a fixed state may be processing',
      { status: 'processing', fileLine: 3 },
      0,
      1,
      { status: 'processing', fileLine: 3, messages: [] },
    ],
    [
      'so may a step',
      { timeline: [{ status: 'pending' }, { after: '1s', status: 'processing', fileLine: 1 }] },
      1,
      1,
      { status: 'processing', fileLine: 1, messages: [] },
    ],
    ['progress ends with its outcome and all lines', progress, 30, 1, processed(1000)],
    ['progress that fails at a line is pending before it', failing, 3.999, 1, pending(3)],
    [
      'progress that fails at a line stops there',
      failing,
      4,
      1,
      { status: 'failed', fileLine: 4, messages: ['Line 5'] },
    ],
    [
      'progress that fails at no line ends with all lines',
      failingAtEnd,
      10,
      1,
      { status: 'failed', fileLine: 10, messages: ['No space'] },
    ],
    [
      'progress that fails past its end is pending until then',
      failingPastEnd,
      9.999,
      1,
      pending(9),
    ],
    [
      'progress that fails past its end fails there',
      failingPastEnd,
      10,
      1,
      { status: 'failed', fileLine: 10, messages: [] },
    ],
    [
      'progress may fail at the very start',
      failingAtOnce,
      0,
      1,
      { status: 'failed', fileLine: 0, messages: [] },
    ],
  ]
  for (const [name, definition, seconds, polls, expected] of cases) {
    t.test(name, async (t) => {
      const life = { startedAt: start, polls }
      t.strictSame(stateAt(definition, life, start + seconds * 1000), expected)
    })
  }
})

const messages = fc.array(fc.string(), { maxLength: 2 })
const ended = fc.record({
  status: fc.constantFrom('processed' as const, 'failed' as const),
  fileLine: fc.nat(1000),
  messages,
})

/** Timelines that validation accepts: conditions grow, lines do not fall, nothing follows an end. */
const timelines = fc
  .record({
    waits: fc.array(fc.record({ byPolls: fc.boolean(), wait: fc.integer({ min: 1, max: 50 }) }), {
      minLength: 1,
      maxLength: 6,
    }),
    growth: fc.array(fc.nat(100), { minLength: 7, maxLength: 7 }),
    isError: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    end: fc.option(ended),
  })
  .map(({ waits, growth, isError, end }): ImportDefinition => {
    let seconds = 0
    let polls = 0
    let fileLine = 0
    const conditions = waits.map(({ byPolls, wait }) => {
      if (byPolls) polls += wait
      else seconds += wait
      return byPolls ? { afterPolls: polls } : { after: `${seconds}s` }
    })
    const timeline = [{}, ...conditions].map((condition, index) => {
      fileLine += growth[index] ?? 0
      if (end !== null && index === conditions.length) return { ...condition, ...end }
      return isError[index]
        ? { ...condition, error: 'Unavailable' }
        : { ...condition, status: 'pending' as const, fileLine }
    })
    return { timeline }
  })

const progresses = fc
  .record({
    lines: fc.integer({ min: 1, max: 1_000_000 }),
    duration: fc.integer({ min: 1, max: 100_000 }).map((ms) => `${ms}ms` as const),
    outcome: fc.constantFrom('processed' as const, 'failed' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    messages,
  })
  .map(({ share, ...progress }): ImportDefinition => {
    const failsAt = Math.floor(progress.lines * share)
    return { progress: progress.outcome === 'failed' ? { ...progress, failsAt } : progress }
  })

const definitions = fc.oneof(timelines, progresses)

/** Polls of one import: each some time after the one before. */
const waits = fc.array(fc.nat(40_000), { minLength: 2, maxLength: 30 })

function pollAll(definition: ImportDefinition, waitsMs: readonly number[]) {
  let now = start
  return waitsMs.map((wait, index) => {
    now += wait
    return stateAt(definition, { startedAt: start, polls: index + 1 }, now)
  })
}

const isResult = (state: object): state is ImportResult => 'status' in state

t.test('the generated definitions are those that validation accepts', async (t) => {
  fc.assert(
    fc.property(definitions, (definition) => {
      t.notOk('mistakes' in parseBySchema(importDefinitionSchema, definition))
    }),
  )
})

t.test('fileLine never falls while an import is pending', async (t) => {
  fc.assert(
    fc.property(definitions, waits, (definition, waitsMs) => {
      const lines = pollAll(definition, waitsMs)
        .filter(isResult)
        .filter(({ status }) => status === 'pending')
        .map(({ fileLine }) => fileLine)
      t.strictSame(
        lines,
        lines.toSorted((a, b) => a - b),
      )
    }),
  )
})

t.test('an import that has ended stays as it is', async (t) => {
  fc.assert(
    fc.property(definitions, waits, (definition, waitsMs) => {
      const states = pollAll(definition, waitsMs)
      const end = states.findIndex((state) => isResult(state) && state.status !== 'pending')
      if (end < 0) return
      for (const state of states.slice(end)) t.strictSame(state, states[end])
    }),
  )
})

t.test('without afterPolls, the state does not depend on how often it was asked for', async (t) => {
  const byTime = definitions.filter(
    (definition) => !JSON.stringify(definition).includes('afterPolls'),
  )
  fc.assert(
    fc.property(byTime, fc.nat(100_000), fc.nat(50), (definition, elapsedMs, polls) => {
      const stateAfter = (count: number) =>
        stateAt(definition, { startedAt: start, polls: count }, start + elapsedMs)
      t.strictSame(stateAfter(polls), stateAfter(1))
    }),
  )
})

t.test('the course of an import has each of its states, and the time of each', async (t) => {
  const running = { status: 'pending', fileLine: 0, messages: [] }
  const cases: [string, ImportDefinition, [afterMs: number, afterPolls: number, unknown][]][] = [
    ['a fixed state', { error: 'x' }, [[0, -1, { error: 'x' }]]],
    [
      'a timeline',
      {
        timeline: [
          { status: 'pending' },
          { after: '5s', error: 'x' },
          { afterPolls: 2, error: 'y' },
        ],
      },
      [
        [0, -1, running],
        [5000, -1, { error: 'x' }],
        [0, 2, { error: 'y' }],
      ],
    ],
    [
      'a progress that fails at a line',
      { progress: { lines: 100, duration: '10s', outcome: 'failed', failsAt: 58 } },
      [
        [0, -1, running],
        [5800, -1, { status: 'failed', fileLine: 58, messages: [] }],
      ],
    ],
  ]
  for (const [name, definition, expected] of cases) {
    t.test(name, async (t) => {
      const { course } = compileImport(definition)
      t.strictSame(
        course.map(({ afterMs, afterPolls, state }) => [afterMs, afterPolls, state]),
        expected,
      )
    })
  }
})
