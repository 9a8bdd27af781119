import t from 'tap'
import type { ImportStatus } from '../../src/domain/imports/import-status.js'
import type { Operation } from '../../src/domain/operations.js'
import { type ReasonCode, reasonCodes } from '../../src/domain/reason.js'
import { inWords } from '../../src/domain/report/manners.js'
import {
  type OutcomeName,
  outcomeInfos,
  outcomeNames,
  outcomeOf,
} from '../../src/domain/report/outcomes.js'
import { traceparentIn } from '../../src/domain/traceparent.js'

type Row = [Operation | undefined, ReasonCode, OutcomeName | undefined, ImportStatus?]

const rows: Row[] = [
  ['token', 'served', 'token.issued'],
  ['token', 'client-unknown', 'token.refused.client'],
  ['token', 'http-malformed', 'token.refused.request'],
  ['status', 'served', 'status.pending', 'pending'],
  ['status', 'served', 'status.processing', 'processing'],
  ['status', 'client-unknown', 'status.unauthorized.invalid'],
  ['status', 'token-expired', 'status.unauthorized.expired'],
  ['status', 'import-error', 'status.error'],
  ['status', 'http-malformed', undefined],
  ['status', 'method-not-allowed', undefined],
  ['upload', 'upload-refused', 'upload.refused'],
  ['download', 'result-missing', 'download.not-available'],
  ['download', 'reference-id-impossible', 'download.not-found'],
  ['result', 'link-expired', 'result.forbidden'],
  ['jwks', 'served', 'jwks.sent'],
  [undefined, 'served', undefined],
  [undefined, 'path-unknown', undefined],
]

t.test('a response has its outcome', async (t) => {
  for (const [operation, code, expected, status] of rows) {
    t.equal(outcomeOf(operation, code, status), expected, `${operation} ${code}`)
  }
})

t.test('each outcome has a title and a basis, and its name is unique', async (t) => {
  t.equal(new Set(outcomeNames).size, outcomeNames.length)
  for (const { outcome, operation, title, basis } of outcomeInfos) {
    t.ok(outcome.startsWith(`${operation}.`), outcome)
    t.match(title, /^[A-Z][^.]+$/)
    t.match(basis, /^(?:documented|standard|published|decided)$/)
  }
})

t.test('each outcome of an operation can be reached', async (t) => {
  const statuses = ['pending', 'processing', 'processed', 'failed'] as const
  const reached = new Set<OutcomeName | undefined>()
  for (const { operation } of outcomeInfos) {
    if (operation === 'fault') continue
    for (const code of reasonCodes) reached.add(outcomeOf(operation, code))
    for (const status of statuses) reached.add(outcomeOf(operation, 'served', status))
  }
  const missing = outcomeNames.filter((it) => !it.startsWith('fault.') && !reached.has(it))
  t.strictSame(missing, [])
})

t.test('a time has the unit that a person would take', async (t) => {
  const times: [number, string][] = [
    [0, '0 ms'],
    [999, '999 ms'],
    [1500, '1.5 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [3_600_000, '60 min'],
    [7_200_000, '2 h'],
  ]
  for (const [ms, expected] of times) t.equal(inWords(ms), expected)
})

t.test('a request with two traceparent headers has none', async (t) => {
  const value = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  t.equal(traceparentIn(['Traceparent', value]), value)
  t.equal(traceparentIn(['traceparent', value, 'Traceparent', value]), undefined)
})
