import t from 'tap'
import { answerOf, foldEntries, gapOf, isFound } from '../../sandbox/journal-lines.js'
import type { JournalEntry } from '../../src/domain/journal.js'

const plain: JournalEntry = {
  id: 1,
  at: '2026-01-31T08:00:00.000Z',
  durationMs: 1,
  operation: 'status',
  method: 'GET',
  path: '/status/slow',
  referenceId: 'slow',
  client: 'demo-client',
  request: { headers: {}, body: null, token: null },
  response: { status: 200, headers: {}, body: '' },
  traceparent: null,
  outcome: 'served',
  reason: { code: 'served', message: 'Served' },
  basis: null,
  behaviours: [],
  faults: [],
}

const told = (body: unknown, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...plain,
  response: { status: 200, headers: {}, body: JSON.stringify(body) },
  ...more,
})

const poll = (status: string, fileLine: number, more?: Partial<JournalEntry>) =>
  told({ result: { status, fileLine } }, more)

t.test('a row says what the request got', (t) => {
  const reason = { code: 'token-missing', message: 'No token' } as const
  const cases: [name: string, entry: JournalEntry, answer: string, goal?: number][] = [
    ['a poll', poll('pending', 58), 'pending, line 58'],
    ['a poll with a goal', poll('pending', 58), 'pending, line 58 of 1,000', 1000],
    ['a poll before the first line', poll('pending', 0), 'pending', 1000],
    ['a poll without a result', told({}), 'Served'],
    [
      'a poll that was cut off',
      poll('pending', 1, { outcome: 'aborted' }),
      'pending, line 1; cut off',
    ],
    [
      'a token',
      told({ expires_in: 3600 }, { operation: 'token' }),
      'token for demo-client, expires in 1 h',
    ],
    ['a HEAD request', plain, 'Served'],
    ['an upload', { ...plain, operation: 'upload' }, 'uploaded as slow'],
    ['a download', { ...plain, operation: 'download' }, 'link to the result file'],
    ['a result file', { ...plain, operation: 'result' }, 'result file'],
    ['keys', { ...plain, operation: 'jwks' }, 'keys'],
    ['metadata', { ...plain, operation: 'metadata' }, 'metadata'],
    ['a refusal', { ...plain, reason }, 'No token'],
    ['a path without an operation', { ...plain, operation: null }, 'Served'],
  ]
  for (const [name, entry, answer, goal] of cases) t.equal(answerOf(entry, goal), answer, name)
  t.end()
})

t.test('equal polls are folded', (t) => {
  const entries = [
    poll('processed', 9, { id: 6 }),
    poll('pending', 5, { id: 5 }),
    poll('pending', 3, { id: 4 }),
    poll('pending', 3, { id: 3, client: 'another' }),
    told({ keys: [] }, { id: 2, operation: 'jwks' }),
    told({ keys: [] }, { id: 1, operation: 'jwks' }),
  ]
  const ids = foldEntries(entries).map((fold) => fold.map(({ id }) => id))
  t.strictSame(ids, [[6], [5, 4], [3], [2], [1]])
  t.end()
})

t.test('the gap between two requests', (t) => {
  const at = (time: string): JournalEntry => ({ ...plain, at: `2026-01-31T${time}Z` })
  const cases: [newer: string, older: string, gap: string][] = [
    ['08:00:00.250', '08:00:00.000', '+250 ms'],
    ['08:01:05.000', '08:00:00.000', '+1 min 5 s'],
    ['08:00:00.000', '08:00:05.000', '−5 s'],
  ]
  for (const [newer, older, gap] of cases) t.equal(gapOf(at(newer), at(older)), gap)
  t.equal(gapOf(plain, undefined), '')
  t.end()
})

t.test('the search looks at every part of an entry', (t) => {
  const entry: JournalEntry = {
    ...plain,
    request: { headers: { traceparent: '00-abc' }, body: 'grant_type=x', token: null },
    response: { status: 404, headers: {}, body: '{"message":"Gone"}' },
  }
  for (const wanted of [
    '',
    '404',
    'SLOW',
    'demo-',
    'served',
    'gone',
    'grant',
    '00-ABC',
    'status',
  ]) {
    t.ok(isFound(entry, wanted), wanted)
  }
  t.notOk(isFound({ ...entry, response: null }, '404'))
  t.end()
})
