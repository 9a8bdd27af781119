import t from 'tap'
import { boundedJson } from '../../src/emulator/journal/bounded-json.js'
import { describeRecord, withoutTokens } from '../../src/emulator/journal/describe-entry.js'
import { buildApp, recordOf, statusPath } from '../support.js'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${encode({ alg: 'none' })}.${encode({ jti: 'a' })}.c2ln`

t.test('tokens in a text are replaced', async (t) => {
  const cases: [string, text: string, shown: string][] = [
    ['a token', token, '[token a]'],
    ['a token in a sentence', `no import "${token}"`, 'no import "[token a]"'],
    ['a token with something before it', `x${token}`, 'x[token a]'],
    ['a token without a signature', token.replace(/\.c2ln$/, ''), '[redacted]'],
    ['two tokens', `${token} ${token}`, '[token a] [token a]'],
    ['two tokens with a dot between them', `${token}.${token}`, '[token a].[redacted]'],
    ['what looks like one', 'eyJ.x', '[redacted]'],
    ['the start of one', 'eyJhbGciOi', 'eyJhbGciOi'],
    ['a start after a dot', 'a.b.eyJ', 'a.b.eyJ'],
  ]
  for (const [name, text, shown] of cases) t.equal(withoutTokens(text), shown, name)
})

t.test('a run without a dot is looked at once', async (t) => {
  const long = 'eyJ'.repeat(200_000)
  t.equal(withoutTokens(long), long)
  t.equal(withoutTokens(`${long}.${long}`), '[redacted]')
})

t.test('a value is shown within bounds', async (t) => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })
  const cases: [string, value: unknown, shown: unknown][] = [
    ['a plain value', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    [
      'a deep one',
      deep(12),
      JSON.parse(`${'{"a":'.repeat(10)}"[nested more than 10 deep]"${'}'.repeat(10)}`),
    ],
    ['a long text', 'x'.repeat(3000), `${'x'.repeat(2000)}… [3000 characters]`],
    ['a long list', Array(600).fill(0), [...Array(500).fill(0), '[100 more]']],
    [
      'many members',
      Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`m${index}`, 0])),
      {
        ...Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`m${index}`, 0])),
        '[cut]': '[1 more]',
      },
    ],
    [
      'a member named like the prototype',
      JSON.parse('{"__proto__":1}'),
      JSON.parse('{"__proto__":1}'),
    ],
  ]
  for (const [name, value, shown] of cases) t.strictSame(boundedJson(value), shown, name)
})

t.test('a token that is nested deep does not spoil the journal', async (t) => {
  const { app, emulator } = await buildApp(t)
  const claims = Buffer.from(`{"a":${'['.repeat(5800)}${']'.repeat(5800)}}`).toString('base64url')
  const authorization = `Bearer ${encode({ alg: 'none' })}.${claims}.`
  const poll = await app.inject({ url: statusPath('12345'), headers: { authorization } })
  t.equal(poll.statusCode, 401)
  const journal = await app.inject('/__control/journal')
  t.equal(journal.statusCode, 200)
  t.match(journal.json().entries, [{ request: { token: { a: [[]] } }, response: { status: 401 } }])
  t.doesNotThrow(() => JSON.stringify(emulator.main.journal.find().records.map(describeRecord)))
})

t.test('a long client id is cut in the journal', async (t) => {
  const { app } = await buildApp(t)
  const id = 'eyJ'.repeat(20_000)
  await app.inject({
    method: 'POST',
    url: '/api/v1/oauth2/tokens',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `grant_type=client_credentials&client_id=${id}&client_secret=x`,
  })
  const [entry] = (await app.inject('/__control/journal')).json().entries
  t.equal(entry.client, `${id.slice(0, 2000)}… [60000 characters]`)
  t.ok(entry.reason.message.length < 2100)
  t.equal(describeRecord({ ...recordOf('/'), id: 1 }).client, null)
})
