import t from 'tap'
import { decodeToken } from '../../sandbox/jwt.js'
import { kindOf } from '../../sandbox/kinds.js'
import {
  instantOf,
  numberOf,
  plural,
  sizeOf,
  spanOf,
  timeOf,
  withoutMarks,
} from '../../sandbox/parts/text.js'

t.test('a span of time is shown in its two largest units, rounded up', async (t) => {
  const cases: [ms: number, text: string][] = [
    [0, '0 s'],
    [1, '1 s'],
    [1000, '1 s'],
    [1001, '2 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [3_661_000, '1 h 1 min'],
    [90_000_000, '1 d 1 h'],
  ]
  for (const [ms, text] of cases) t.equal(spanOf(ms), text, `${ms} ms`)
})

t.test('instants, numbers and marks are shown as people read them', async (t) => {
  t.equal(instantOf(Date.UTC(2026, 0, 31, 12)), '2026-01-31 12:00:00')
  t.equal(timeOf('2026-01-31T12:00:00.500Z'), '12:00:00.500')
  t.equal(numberOf(1_234_567), '1,234,567')
  t.strictSame([plural(1, 'import'), plural(2000, 'import')], ['1 import', '2,000 imports'])
  t.strictSame([812, 1234, 3_400_000].map(sizeOf), ['812 bytes', '1.2 KB', '3.4 MB'])
  t.equal(withoutMarks('the `status` of an `import`'), 'the status of an import')
})

t.test('the kind of an import is its status, an error, or a pattern', async (t) => {
  t.equal(kindOf(null), 'pattern')
  t.equal(kindOf({ error: 'Gone' }), 'error')
  t.equal(kindOf({ status: 'failed', fileLine: 1, messages: [] }), 'failed')
})

t.test('a token is decoded, and anything else is none', async (t) => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = { alg: 'RS256' }
  const claims = { client_id: 'schülerin>?' }
  t.strictSame(decodeToken(`${part(header)}.${part(claims)}.x`), { header, claims })
  for (const token of ['', 'a', 'a.b', '...', `${part(header)}.%`]) {
    t.equal(decodeToken(token), undefined, token)
  }
})
