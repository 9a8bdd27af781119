import t from 'tap'
import type { JournalEntry } from '../../src/domain/journal.js'
import type { Operation } from '../../src/domain/operations.js'
import { type ReasonCode, reasonCodes } from '../../src/domain/reason.js'
import { reasonTexts } from '../../src/domain/reason-texts.js'
import { explain } from '../../src/domain/why.js'
import { advice } from '../../src/mcp/tool-texts.js'

interface Given {
  readonly operation?: Operation | null
  readonly message?: string
  readonly token?: Record<string, unknown>
  readonly headers?: Record<string, string>
}

function entryOf(code: ReasonCode, given: Given = {}): JournalEntry {
  const { operation = 'status', message = 'the facts', token = null, headers = {} } = given
  return {
    id: 1,
    at: '2026-01-31T08:03:16.500Z',
    durationMs: 1,
    operation,
    method: 'GET',
    path: '/',
    referenceId: null,
    client: null,
    request: { headers, body: null, token },
    response: null,
    traceparent: null,
    outcome: 'served',
    reason: { code, message },
    basis: null,
    behaviours: [],
    faults: [],
  }
}

const signs = { passed: '+', failed: '!', unknown: '?' }

const stepsOf = (entry: JournalEntry) =>
  explain(entry, reasonTexts[entry.reason.code])
    .checks.map(({ check, result }) => signs[result] + check)
    .join(' ')

t.test('the checks stand in their order, and the one that failed is marked', (t) => {
  const cases: [name: string, code: ReasonCode, operation: Operation | null, steps: string][] = [
    [
      'a served poll',
      'served',
      'status',
      '+head +token +signature +claims +time +client +scope +fault +import',
    ],
    [
      'an expired token',
      'token-expired',
      'status',
      '+head +token +signature +claims !time ?client ?scope ?fault ?import',
    ],
    [
      'a fault, whatever came before it',
      'fault',
      'upload',
      '?head ?token ?signature ?claims ?time ?client ?scope !fault ?file',
    ],
    ['a client that went', 'client-gone', 'jwks', '?head ?fault'],
    ['a wrong secret', 'client-secret-wrong', 'token', '+head +form +fault !client ?grant ?scope'],
    ['an old link', 'link-expired', 'result', '+head +fault !link ?import'],
    ['an unknown path', 'path-unknown', null, '+head !path'],
    ['a wrong method on a path', 'method-not-allowed', 'metadata', '+head !path ?fault'],
  ]
  for (const [name, code, operation, steps] of cases) {
    t.equal(stepsOf(entryOf(code, { operation })), steps, name)
  }
  t.end()
})

t.test('a failed check shows what it expects and what it received', (t) => {
  const iat = Date.parse('2026-01-31T08:00:00Z') / 1000
  const cases: [name: string, code: ReasonCode, given: Given, received: string | undefined][] = [
    ['no header', 'token-missing', {}, 'no Authorization header'],
    ['another scheme', 'token-missing', { headers: { authorization: 'Basic x' } }, 'Basic x'],
    [
      'two tokens',
      'token-malformed',
      { headers: { authorization: 'Bearer a b' } },
      'Bearer a b: the facts',
    ],
    ['a malformed token without a header', 'token-malformed', {}, ': the facts'],
    ['an issuer', 'token-issuer', { token: { iss: 'http://a' } }, 'iss "http://a"'],
    ['no audience', 'token-audience', { token: {} }, 'aud none'],
    [
      'an expired token',
      'token-expired',
      { token: { iat, exp: iat + 136 } },
      'now 08:03:16: 60 s over (exp 08:02:16)',
    ],
    [
      'a token of the future',
      'token-not-yet-valid',
      { token: { iat, nbf: iat + 200 } },
      'now 08:03:16: 4 s too early (valid from 08:03:20)',
    ],
    [
      'a token of the future, without nbf',
      'token-not-yet-valid',
      { token: { iat: 1e20 } },
      `now 08:03:16: ${1e20 - iat - 196} s too early (valid from ?)`,
    ],
    ['an entry without claims', 'token-expired', {}, 'now 08:03:16: NaN s over (exp ?)'],
    ['a scope', 'scope-missing', { token: { scope: 'a b' } }, 'scope "a b"'],
    ['a reason with its facts', 'reference-id-unknown', {}, 'the facts'],
    ['a served request', 'served', {}, undefined],
  ]
  for (const [name, code, given, received] of cases) {
    const explanation = explain(entryOf(code, given), reasonTexts[code])
    t.equal(explanation.received, received, name)
    t.equal(explanation.expected, received && reasonTexts[code].expected, name)
  }
  t.end()
})

t.test('each reason has the next step of docs/troubleshooting.md', (t) => {
  for (const code of reasonCodes) t.equal(reasonTexts[code].next, advice[code], code)
  t.match(explain(entryOf('token-expired'), reasonTexts['token-expired']), { needsToken: true })
  t.match(explain(entryOf('scope-missing'), reasonTexts['scope-missing']), { needsToken: false })
  t.end()
})
