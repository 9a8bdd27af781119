import t from 'tap'
import {
  compileDelay,
  type Delay,
  type FaultDefinition,
  type FaultFacts,
  faultMatcher,
  faultSchema,
  maxDelayMs,
} from '../../src/domain/fault.js'
import { parseBySchema } from '../../src/domain/schema.js'
import { createRandom } from '../../src/emulator/random.js'

/** The mistakes in a fault, as lines. */
function mistakesIn(fault: unknown): string[] {
  const parsed = parseBySchema(faultSchema, fault)
  return 'mistakes' in parsed
    ? parsed.mistakes.map(({ path, message }) => `${path}: ${message}`)
    : []
}

/** Lists in lists, so many. */
function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 1; level < depth; level += 1) value = [value]
  return value
}

const kinds = 'status, delay, hang, reset, empty, truncate, malformed, slow-body or html'
const status = { kind: 'status', status: 503 }

t.test('a fault that could never apply is refused when it is armed', async (t) => {
  const probability = 'probability: must be a number over 0, and at most 1'
  const statuses = 'status: must be a whole number from 200 to 599'
  const unit = 'must be a duration with its unit, like 500ms, 5s, 2m or 1h'
  const depth = 'must be nested at most 100 levels deep, without cycles'
  const endless: Record<string, unknown> = {}
  endless.a = endless
  const cases: [string, fault: unknown, expected: string[]][] = [
    ['nothing', undefined, [': must be a mapping']],
    ['a list', [status], [': must be a mapping']],
    ['no kind', {}, ['kind: is required']],
    ['another kind', { kind: 'resett' }, [`kind: must be ${kinds}; did you mean reset?`]],
    ['a kind of the prototype', { kind: 'constructor' }, [`kind: must be ${kinds}`]],
    [
      'a field of another kind',
      { kind: 'reset', bytes: 1 },
      [
        'bytes: unknown field; known are kind, id, operation, referenceId, client, skip, times, probability and delay',
      ],
    ],
    ['a status below all', { ...status, status: 99 }, [statuses]],
    ['an interim status', { ...status, status: 101 }, [statuses]],
    ['a status above all', { ...status, status: 600 }, [statuses]],
    [
      'a message and a body',
      { ...status, message: 'a', body: 'b' },
      [': takes only one of message and body'],
    ],
    [
      'a body where none can be',
      { kind: 'status', status: 204, body: 'b' },
      [': a response with this status has no body: remove it'],
    ],
    [
      'numbers side by side in a pattern',
      { ...status, referenceId: 'a-{n}{m}' },
      ['referenceId: must have something between two wildcards, * or {n}'],
    ],
    ['a body that holds itself', { ...status, body: endless }, [`body: ${depth}`]],
    ['a body that is nested without end', { ...status, body: nested(20_000) }, [`body: ${depth}`]],
    ['a body that is just too deep', { ...status, body: nested(101) }, [`body: ${depth}`]],
    ['a body that is deep', { ...status, body: nested(100) }, []],
    ...[Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('a'), () => 1].map(
      (value): [string, fault: unknown, expected: string[]] => [
        `a body that holds ${String(value)}`,
        { ...status, body: { a: [value] } },
        ['body: must contain only JSON values'],
      ],
    ),
    [
      'a body of all that JSON has',
      { ...status, body: [null, true, 1, 'a', {}, { a: undefined }] },
      [],
    ],
    [
      'a header in two lines',
      { ...status, headers: { a: 'b\r\nc: d' } },
      ['headers.a: must be one line of Latin-1 characters'],
    ],
    [
      'a header that is no name',
      { ...status, headers: { 'a b': 'c' } },
      ['headers.a b: must be a header name'],
    ],
    [
      'a header of HTTP itself',
      { ...status, headers: { 'Content-Length': '1' } },
      ['headers.Content-Length: is set by the emulator: remove it'],
    ],
    [
      'a number for a header',
      { ...status, headers: { a: 1 } },
      ['headers.a: must be a string: quote it'],
    ],
    ['a negative delay', { kind: 'delay', delay: '-1s' }, [`delay: ${unit}`]],
    ['a delay that is no duration', { kind: 'delay', delay: true }, [`delay: ${unit}`]],
    ['a delay of milliseconds', { kind: 'delay', delay: 5 }, []],
    [
      'a delay of too many milliseconds',
      { kind: 'delay', delay: 600_001 },
      ['delay: must be at most 10m'],
    ],
    ['no delay', { kind: 'delay' }, ['delay: is required']],
    ['a long delay', { kind: 'delay', delay: '11m' }, ['delay: must be at most 10m']],
    [
      'a delay longer than any duration',
      { kind: 'delay', delay: '100000000d' },
      ['delay: must be at most 10m'],
    ],
    [
      'a range that is upside down',
      { kind: 'delay', delay: { min: '2s', max: '1s' } },
      ['delay: min must be less than max'],
    ],
    [
      'percentiles upside down',
      { kind: 'reset', delay: { median: '2s', p99: '2s' } },
      ['delay: median must be less than p99'],
    ],
    ['half a range', { kind: 'delay', delay: { min: '2s' } }, ['delay.max: is required']],
    [
      'two ranges',
      { kind: 'delay', delay: { min: '2s', median: '1s' } },
      ['delay: takes only one of the fields min or median'],
    ],
    ['a long hang', { kind: 'hang', atMost: '2h' }, ['atMost: must be at most 1h']],
    ['no speed', { kind: 'slow-body' }, ['bytesPerSecond: is required']],
    [
      'a speed of zero',
      { kind: 'slow-body', bytesPerSecond: 0 },
      ['bytesPerSecond: must be a whole number from 1 to 1000000000'],
    ],
    ['a probability of zero', { ...status, probability: 0 }, [probability]],
    ['a probability above one', { ...status, probability: 1.1 }, [probability]],
    ['a probability in text', { ...status, probability: '1' }, [probability]],
    [
      'times of zero',
      { ...status, times: 0 },
      ['times: must be a whole number from 1 to 1000000000'],
    ],
    [
      'an operation that there is not',
      { ...status, operation: 'tokens' },
      [
        'operation: must be token, upload, status, download, result, jwks or metadata; did you mean token?',
      ],
    ],
    [
      'an id with a blank',
      { ...status, id: 'a b' },
      ['id: must have 1 to 64 letters, digits, dots or dashes'],
    ],
    [
      'several mistakes',
      { kind: 'html', status: 200, skip: -1 },
      [
        'skip: must be a whole number from 0 to 1000000000',
        'status: must be a whole number from 500 to 599',
      ],
    ],
    ['a right one', { ...status, headers: { 'x-a': 'é' }, body: { a: 1 }, retryAfter: '1d' }, []],
  ]
  for (const [name, fault, expected] of cases) {
    t.test(name, async (t) => t.strictSame(mistakesIn(fault), expected))
  }
})

t.test('a fault applies to the requests that it matches', async (t) => {
  const facts = { operation: 'status', referenceId: 'school-7', client: 'demo-client' }
  const cases: [string, selection: object, facts: FaultFacts, expected: boolean][] = [
    ['every one', {}, facts, true],
    ['its operation', { operation: 'status' }, facts, true],
    ['not another operation', { operation: 'token' }, facts, false],
    ['its id', { referenceId: 'school-7' }, facts, true],
    ['not another id', { referenceId: 'school-' }, facts, false],
    ['an id by a pattern', { referenceId: 'school-*' }, facts, true],
    ['an id by a number', { referenceId: 'school-{n}' }, facts, true],
    ['not an id beside the pattern', { referenceId: 'class-*' }, facts, false],
    ['not without an id', { referenceId: '*' }, { ...facts, referenceId: undefined }, false],
    ['its client', { client: 'demo-client' }, facts, true],
    ['not another client', { client: 'demo' }, facts, false],
    ['not without a client', { client: 'demo' }, { ...facts, client: undefined }, false],
    ['what fits all of it', { operation: 'status', referenceId: '*', client: 'x' }, facts, false],
  ]
  for (const [name, selection, request, expected] of cases) {
    t.test(name, async (t) => {
      const fault = { kind: 'reset', ...selection } as FaultDefinition
      t.equal(faultMatcher(fault)(request), expected)
    })
  }
})

t.test('delays have the spread that was asked for', async (t) => {
  const sample = (delay: Delay) => {
    const random = createRandom(1, 'test')
    const draw = compileDelay(delay)
    return Array.from({ length: 10_000 }, () => draw(random.next)).sort((a, b) => a - b)
  }
  t.test('fixed', async (t) => {
    t.strictSame(new Set(sample('2s')), new Set([2000]))
  })
  t.test('between two', async (t) => {
    const delays = sample({ min: '1s', max: '3s' })
    const [first = 0, middle = 0, last = 0] = [delays[0], delays[5000], delays.at(-1)]
    t.ok(first >= 1000 && last < 3000 && Math.abs(middle - 2000) < 50, `${first} ${middle} ${last}`)
  })
  t.test('log-normal', async (t) => {
    const delays = sample({ median: '200ms', p99: '2s' })
    const [median = 0, p99 = 0] = [delays[5000], delays[9900]]
    t.ok(Math.abs(median - 200) < 10 && Math.abs(p99 - 2000) < 200, `${median} ${p99}`)
  })
  t.test('and end somewhere', async (t) => {
    t.equal(sample({ median: '1ms', p99: '10m' }).at(-1), maxDelayMs)
  })
})
