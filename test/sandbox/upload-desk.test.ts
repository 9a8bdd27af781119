import { readFileSync } from 'node:fs'
import t from 'tap'
import { type ClientDraft, clientOf, draftOfClient, newClient } from '../../sandbox/client-draft.js'
import { draftOfOutcome, newOutcome, outcomeOf } from '../../sandbox/outcome-draft.js'
import { resultTable } from '../../sandbox/result-table.js'
import type { UploadOutcome } from '../../src/domain/upload-outcome.js'

const fixtures = new URL('../../fixtures/csv/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, fixtures), 'utf8')

t.test('each mistake stands beside its line, its column and its value', async (t) => {
  const messages = ['Line 3: a', 'Line 4: b', 'Line 5: c']
  const { columns, rows, mistakes } = resultTable(read('users-wrong.result.csv'), messages)
  t.equal(columns.length, 9)
  t.strictSame(rows[1]?.slice(0, 3), ['', 'Taro Katō', '••••'], 'a password is masked')
  t.strictSame(mistakes.slice(0, 1), [
    { line: 3, row: 2, column: 'user_username', value: '', mistake: 'is mandatory' },
  ])
  t.strictSame(
    mistakes
      .filter(({ row }) => row === 4)
      .map(({ line, column, value, mistake }) => [line, column, value, mistake]),
    [
      [5, 'user_password', '', 'is mandatory'],
      [5, 'user_email', 'paul.dubois at example.org', 'must be an e-mail address'],
      [5, 'user_active', 'yes', 'must be TRUE or FALSE, not "yes"'],
      [5, 'user_role', 'SUPORT', 'has the unknown role "SUPORT"; did you mean SUPPORT?'],
    ],
  )
  t.equal(mistakes.at(-1)?.line, null, 'no message names its line')
})

t.test('a result file is read as CSV', async (t) => {
  const head = 'a,status,errorType,errorCode,errorMessage\n'
  const cases: [csv: string, rows: unknown, mistakes: unknown][] = [
    ['', [], []],
    [`${head}"x, ""y""\nz",processed,,,\n`, [['x, "y"\nz']], []],
    [
      `${head}1,400,error,c,The row has 2 values\n`,
      [['1']],
      [{ line: null, row: 1, column: null, value: '', mistake: 'The row has 2 values' }],
    ],
    ['status,b\n400\n', [['']], [{ line: null, row: 1, column: null, value: '', mistake: '' }]],
    [
      'status,errorMessage,b\n400,b is bad\n',
      [['']],
      [{ line: null, row: 1, column: 'b', value: '', mistake: 'is bad' }],
    ],
    [
      'b,status,a,errorMessage\n1,400\n',
      [['1', '']],
      [{ line: null, row: 1, column: null, value: '', mistake: '' }],
    ],
  ]
  for (const [csv, rows, mistakes] of cases) {
    const table = resultTable(csv, ['… and 3 more'])
    t.strictSame([table.rows, table.mistakes], [rows, mistakes], csv)
  }
})

t.test('a client is written as the control API takes it', async (t) => {
  const cases: [draft: Partial<ClientDraft>, definition: unknown][] = [
    [{ secret: 's' }, { clientSecret: 's', scopes: ['rostering'] }],
    [
      { secret: 's', scopes: ' a  b ', lifetime: '60', flaw: 'expired', claims: { tenant: 1 } },
      {
        clientSecret: 's',
        scopes: ['a', 'b'],
        tokenLifetime: 60,
        tokenFlaw: 'expired',
        claims: { tenant: 1 },
      },
    ],
    [{ lifetime: 'long' }, { clientSecret: '', scopes: ['rostering'], tokenLifetime: 'long' }],
  ]
  for (const [draft, definition] of cases)
    t.strictSame(clientOf({ ...newClient, ...draft }), definition)
  t.strictSame(draftOfClient({ clientId: 'a', scopes: ['b', 'c'], tokenLifetime: 7 }), {
    id: 'a',
    secret: '',
    scopes: 'b c',
    lifetime: '7',
    flaw: undefined,
    claims: undefined,
  })
})

t.test('a planned outcome is read and written in every form', async (t) => {
  const outcomes: UploadOutcome[] = [
    { status: 'failed', fileLine: 3, messages: ['Line 4: bad'] },
    { id: 'a', fileName: 'school-*', times: 2, error: 'No space' },
    { timeline: [{ status: 'pending' }, { after: '5s', status: 'processed', fileLine: 9 }] },
    { progress: { lines: 9, duration: '3s', outcome: 'processed' } },
  ]
  for (const outcome of outcomes) {
    t.strictSame(outcomeOf(draftOfOutcome(outcome)), outcome, JSON.stringify(outcome))
  }
  t.strictSame(outcomeOf({ ...newOutcome, times: 'often' }), { times: 'often', status: 'failed' })
})
