import fc from 'fast-check'
import t from 'tap'
import { compileImport } from '../../src/domain/imports/compile-import.js'
import { type CourseFacts, describeCourse } from '../../src/domain/imports/course.js'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'

const timeline: ImportDefinition = {
  timeline: [
    { status: 'pending' },
    { after: '5s', status: 'pending', fileLine: 4 },
    { afterPolls: 3, error: 'Gone' },
    { after: '10s', status: 'processed', fileLine: 9 },
  ],
}
const growing: ImportDefinition = {
  progress: { lines: 3, duration: '1s', outcome: 'failed', failsAt: 1 },
}
const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59, 900)
const facts: CourseFacts = { startedAt: 0, now: 0, polls: 1, finished: false }

t.test('the steps of a definition have their times, and those that have begun', async (t) => {
  const cases: [
    string,
    ImportDefinition,
    Partial<CourseFacts>,
    [at: string | null, afterPolls: number | null, reached: boolean][],
  ][] = [
    [
      'before the start',
      timeline,
      { startedAt: undefined, polls: 0 },
      [
        [null, null, false],
        [null, null, false],
        [null, 3, false],
        [null, null, false],
      ],
    ],
    [
      'in the second step',
      timeline,
      { now: 5000 },
      [
        ['1970-01-01T00:00:00.000Z', null, true],
        ['1970-01-01T00:00:05.000Z', null, true],
        [null, 3, false],
        ['1970-01-01T00:00:10.000Z', null, false],
      ],
    ],
    [
      'a step by polls takes those before it along',
      timeline,
      { polls: 4 },
      [
        ['1970-01-01T00:00:00.000Z', null, true],
        ['1970-01-01T00:00:05.000Z', null, true],
        [null, 3, true],
        ['1970-01-01T00:00:10.000Z', null, false],
      ],
    ],
    [
      'a finished progress',
      growing,
      { finished: true },
      [
        ['1970-01-01T00:00:00.000Z', null, true],
        ['1970-01-01T00:00:00.334Z', null, true],
      ],
    ],
    [
      'a clock that was set to a time before the start',
      growing,
      { startedAt: 1000, now: 0 },
      [
        ['1970-01-01T00:00:01.000Z', null, true],
        ['1970-01-01T00:00:01.334Z', null, false],
      ],
    ],
    [
      'an end after the year 9999',
      growing,
      { startedAt: lastSecond, now: lastSecond },
      [
        ['9999-12-31T23:59:59.900Z', null, true],
        [null, null, false],
      ],
    ],
  ]
  for (const [name, definition, given, expected] of cases) {
    t.test(name, async (t) => {
      const steps = describeCourse(compileImport(definition).course, { ...facts, ...given })
      const seen = steps.map(({ at, afterPolls, reached }) => [at, afterPolls, reached])
      t.strictSame(seen, expected)
    })
  }
})

t.test('the last step that has begun has the state of a timeline', async (t) => {
  const { course, stateAt } = compileImport(timeline)
  const agrees = fc.property(fc.nat(15_000), fc.nat(6), (elapsedMs, polls) => {
    const steps = describeCourse(course, { ...facts, now: elapsedMs, polls })
    t.strictSame(steps.findLast(({ reached }) => reached)?.state, stateAt(elapsedMs, polls))
  })
  t.doesNotThrow(() => fc.assert(agrees, { seed: 1 }))
})
