import t from 'tap'
import { scenarioSchema } from '../../src/domain/fixture.js'
import { parseBySchema } from '../../src/domain/schema.js'

/** The mistakes in an import, without the path to it. */
function mistakesIn(fixture: object): string[] {
  const parsed = parseBySchema(scenarioSchema, { imports: [{ referenceId: 'id', ...fixture }] })
  if (!('mistakes' in parsed)) return []
  return parsed.mistakes.map(
    ({ path, message }) => `${path.replace(/^imports\[0\]\.?/, '')}: ${message}`,
  )
}

const pending = { status: 'pending' }
const processed = { status: 'processed' }
const unit = 'must be a duration with its unit, like 500ms, 5s, 2m or 1h'
const progress = { lines: 10, duration: '10s', outcome: 'processed' }

t.test('mistakes in a timeline or progress are reported with their place', async (t) => {
  const cases: [string, fixture: object, expected: string[]][] = [
    ['a right timeline', { timeline: [pending, { after: '1s', ...processed }] }, []],
    ['an empty timeline', { timeline: [] }, ['timeline: needs at least one step']],
    ['a timeline that is no list', { timeline: pending }, ['timeline: must be a list']],
    [
      'a first step with a condition',
      { timeline: [{ after: '1s', ...pending }] },
      ['timeline[0].after: the first step holds from the start: remove it'],
    ],
    [
      'a first step with the other condition',
      { timeline: [{ afterPolls: 1, ...pending }] },
      ['timeline[0].afterPolls: the first step holds from the start: remove it'],
    ],
    [
      'a later step without a condition',
      { timeline: [pending, pending] },
      ['timeline[1]: needs after or afterPolls, as every step but the first'],
    ],
    [
      'a step with both conditions',
      { timeline: [pending, { after: '1s', afterPolls: 1, ...pending }] },
      ['timeline[1].afterPolls: a step takes only one of after and afterPolls'],
    ],
    [
      'times out of order',
      { timeline: [pending, { after: '1m', ...pending }, { after: '60s', ...pending }] },
      ['timeline[2].after: must be later than in the steps before'],
    ],
    [
      'polls out of order',
      { timeline: [pending, { afterPolls: 3, ...pending }, { afterPolls: 2, ...pending }] },
      ['timeline[2].afterPolls: must be more than in the steps before'],
    ],
    [
      'times and polls each in order of their own',
      {
        timeline: [
          pending,
          { afterPolls: 9, ...pending },
          { after: '1s', ...pending },
          { afterPolls: 10, ...pending },
          { after: '2s', error: 'No' },
        ],
      },
      [],
    ],
    [
      'a step after the end',
      { timeline: [processed, { after: '1s', ...pending }] },
      ['timeline[1]: no step can follow one that is processed'],
    ],
    [
      'a line that falls before the end',
      {
        timeline: [
          { ...pending, fileLine: 5 },
          { after: '1s', ...pending, fileLine: 4 },
          { after: '2s', ...pending },
        ],
      },
      [
        'timeline[1].fileLine: must not fall: a step before has 5',
        'timeline[2].fileLine: must not fall: a step before has 4',
      ],
    ],
    [
      'a step of no form',
      { timeline: [{ state: 'pending' }] },
      [
        'timeline[0].state: unknown field; did you mean status?',
        'timeline[0]: needs one of the fields status or error',
      ],
    ],
    ...(
      [
        ['zero', '0s', 'must be longer than zero'],
        ['negative', '-5s', unit],
        ['without a unit', '5', unit],
        ['of an unknown unit', '5 parsecs', unit],
        ['no text and no number', true, unit],
        ['zero milliseconds', 0, 'must be longer than zero'],
        ['a negative number', -5, 'must be longer than zero'],
        ['longer than a hundred years', '36500.1d', 'must be at most 36500d'],
        ['of more digits than can be read', `${'9'.repeat(101)}ms`, 'must be at most 36500d'],
        ['of many digits and no unit', '9'.repeat(101), unit],
        ['of a number that the id does not name', '{n}s', 'the referenceId does not contain {n}'],
      ] as const
    ).flatMap(([name, duration, message]): [string, object, string[]][] => [
      [
        `a time that is ${name}`,
        { timeline: [pending, { after: duration, ...pending }] },
        [`timeline[1].after: ${message}`],
      ],
      [
        `a duration that is ${name}`,
        { progress: { ...progress, duration } },
        [`progress.duration: ${message}`],
      ],
    ]),
    ['right progress', { progress }, []],
    ['progress of a hundred years', { progress: { ...progress, duration: '36500d' } }, []],
    [
      'progress that lacks everything',
      { progress: {} },
      [
        'progress.lines: is required',
        'progress.duration: is required',
        'progress.outcome: is required',
      ],
    ],
    [
      'progress that ends pending',
      { progress: { ...progress, outcome: 'pending' } },
      ['progress.outcome: must be processed or failed'],
    ],
    [
      'progress that fails past its end',
      { progress: { ...progress, outcome: 'failed', failsAt: 11 } },
      ['progress.failsAt: must be at most the number of lines, 10'],
    ],
    [
      'progress that succeeds but fails at a line',
      { progress: { ...progress, failsAt: 4 } },
      ['progress.failsAt: is only for the outcome failed'],
    ],
    [
      'a start that is neither',
      { progress, startsAt: 'loaded' },
      ['startsAt: must be first-poll or load; did you mean load?'],
    ],
    [
      'named numbers wherever a number or a duration stands',
      {
        referenceId: 'a-{n}-{m}',
        timeline: [
          { ...pending, fileLine: '{n}' },
          { after: '{m}s', ...processed, fileLine: '{n}', messages: ['{n}'] },
        ],
      },
      [],
    ],
    [
      'a line to fail at that may be one of so many',
      {
        referenceId: 'a-{n}',
        progress: { ...progress, lines: '{n}', outcome: 'failed', failsAt: 500 },
      },
      [],
    ],
    [
      'a named line to fail at',
      { referenceId: 'a-{n}', progress: { ...progress, outcome: 'failed', failsAt: '{n}00' } },
      [],
    ],
    [
      'steps at named times, polls and lines, among others in order',
      {
        referenceId: 'a-{n}',
        timeline: [
          { ...pending, fileLine: 5 },
          { after: '2s', ...pending, fileLine: '{n}' },
          { after: '{n}s', ...pending, fileLine: 6 },
          { after: '3s', ...pending, fileLine: 6 },
          { afterPolls: 2, ...pending, fileLine: 6 },
          { afterPolls: '{n}', ...pending, fileLine: 6 },
          { afterPolls: 3, ...pending, fileLine: 6 },
        ],
      },
      [],
    ],
    [
      'steps out of order with a named one between them',
      {
        referenceId: 'a-{n}',
        timeline: [
          { ...pending, fileLine: 5 },
          { after: '2s', ...pending, fileLine: '{n}' },
          { after: '{n}s', ...pending, fileLine: 4 },
          { after: '1s', ...pending, fileLine: 4 },
          { afterPolls: 2, ...pending, fileLine: 4 },
          { afterPolls: '{n}', ...pending, fileLine: 4 },
          { afterPolls: 1, ...pending, fileLine: 4 },
        ],
      },
      [
        'timeline[3].after: must be later than in the steps before',
        'timeline[6].afterPolls: must be more than in the steps before',
        'timeline[2].fileLine: must not fall: a step before has 5',
      ],
    ],
    [
      'named numbers that make none',
      {
        referenceId: 'a-{n}',
        timeline: [
          { ...pending, fileLine: '-{n}' },
          { after: '{n}', ...pending },
          { afterPolls: 'n{n}', ...pending },
          { after: '{n}0000000000d', ...pending },
        ],
      },
      [
        'timeline[0].fileLine: must be a whole number from 0 to 1000000000',
        `timeline[1].after: ${unit}`,
        'timeline[2].afterPolls: must be a whole number from 1 to 1000000000',
        'timeline[3].after: must be at most 36500d',
      ],
    ],
    [
      'a named number beside one of another id',
      { referenceId: 'a-{n}', status: 'failed', fileLine: '{n}{m}' },
      ['fileLine: the referenceId does not contain {m}'],
    ],
    [
      'a named number of another id',
      { referenceId: 'a-{n}', status: 'failed', fileLine: '{m}' },
      ['fileLine: the referenceId does not contain {m}'],
    ],
    [
      'a text where a number stands',
      { status: 'failed', fileLine: '7' },
      ['fileLine: must be a whole number from 0 to 1000000000'],
    ],
    ...['*a*b*c*', '{a}-{b}-{c}-{d}', '*-{a}-*-{b}'].map(
      (referenceId): [string, object, string[]] => [
        `too many wildcards in ${referenceId}`,
        { referenceId, ...pending },
        ['referenceId: must have no more than 3 wildcards, * or {n}'],
      ],
    ),
    ...['**', 'a{n}{m}', '{n}*x', '*{n}', '{a}{b}{c}{d}{e}{f}{g}{h}x'].map(
      (referenceId): [string, object, string[]] => [
        `wildcards side by side in ${referenceId}`,
        { referenceId, ...pending },
        ['referenceId: must have something between two wildcards, * or {n}'],
      ],
    ),
    ['as many wildcards as there may be', { referenceId: '*{}{n}-{m}', ...pending }, []],
  ]
  for (const [name, fixture, expected] of cases) {
    t.test(name, async (t) => t.strictSame(mistakesIn(fixture), expected))
  }
})

t.test('a planned outcome has no referenceId to name a number', async (t) => {
  const after = '{n}s'
  const outcome = { timeline: [pending, { after, ...processed, fileLine: '{n}' }] }
  const parsed = parseBySchema(scenarioSchema, { uploads: [outcome] })
  t.match(parsed, {
    mistakes: [
      { path: 'uploads[0].timeline[1].after', message: 'the referenceId does not contain {n}' },
      { path: 'uploads[0].timeline[1].fileLine', message: 'the referenceId does not contain {n}' },
    ],
  })
})
