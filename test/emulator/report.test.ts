import t from 'tap'
import type { FaultDefinition } from '../../src/domain/fault.js'
import type { ImportState } from '../../src/domain/imports/import-state.js'
import type { Operation } from '../../src/domain/operations.js'
import type { ReasonCode } from '../../src/domain/reason.js'
import type { FindingCode } from '../../src/domain/report/findings.js'
import type { ClientCounts } from '../../src/domain/report/report-state.js'
import { sumStates } from '../../src/domain/report/sum-states.js'
import { defaultThresholds, type Thresholds } from '../../src/domain/report/thresholds.js'
import { Clock } from '../../src/emulator/clock.js'
import { loadScenario } from '../../src/emulator/loaded-scenario.js'
import { describeRun } from '../../src/emulator/report/describe-run.js'
import { ResultStore } from '../../src/emulator/roster/result-store.js'
import { Workspace } from '../../src/emulator/workspace.js'
import { countRequest } from '../../src/http/rostering/count-request.js'
import type { Exchange } from '../../src/http/rostering/exchange.js'
import { tokenPath } from '../support.js'

const scenario = loadScenario({
  clients: [],
  imports: [
    { referenceId: 'ended', status: 'processed' },
    { referenceId: 'slow', timeline: [{ status: 'pending' }, { after: '20s', status: 'failed' }] },
    { referenceId: 'other-*', status: 'processed' },
  ],
  faults: [],
  uploads: [],
  service: {},
})

const pending: ImportState = { status: 'pending', fileLine: 0, messages: [] }
const processed: ImportState = { status: 'processed', fileLine: 1, messages: [] }

interface Facts {
  operation?: Operation
  id?: string
  client?: string | undefined
  code?: ReasonCode
  polled?: ImportState
  fault?: FaultDefinition
  faultId?: string
  headers?: Record<string, string>
  underlying?: ReasonCode
  opens?: boolean
  isOlder?: boolean
}

/** A workspace whose time a test sets, and the requests to it. */
function createRun(thresholds: Partial<Thresholds> = {}) {
  const wall = { now: 1_000_000_000 }
  const workspace = new Workspace(undefined, scenario, {
    journalSize: 10,
    randomSeed: 1,
    rowsPerSecond: 10,
    results: new ResultStore(1000),
    clock: new Clock(() => wall.now),
    thresholds: { ...defaultThresholds, ...thresholds },
  })
  let entryId = 0
  const reasonFor = (code: ReasonCode) => ({ code, message: '' })
  const request = (facts: Facts) => {
    const { operation = 'status', code = 'served', fault, headers = {}, underlying, id } = facts
    const client = 'client' in facts ? facts.client : 'demo'
    entryId += 1
    return workspace.report.count(
      {
        operation,
        referenceId: id,
        reason: reasonFor(fault ? 'fault' : code),
        underlying: underlying && reasonFor(underlying),
        restsOn: undefined,
        polled: facts.polled,
        fault: fault && { ids: (facts.faultId ?? 'f').split(' '), fault, delayMs: 0 },
        isOlder: facts.isOlder ?? false,
        connection: { requests: facts.opens ? 1 : 2, isReal: facts.opens !== undefined },
      },
      client,
      workspace.clock.now(),
      entryId,
      code === 'client-gone' ? undefined : { status: 200, headers },
    )
  }
  const run = {
    workspace,
    request,
    poll: (id: string, polled: ImportState = pending) => request({ id, polled }),
    refuse: (code: ReasonCode, id?: string) => request({ code, ...(id && { id }) }),
    token(lifetimeMs = 3_600_000) {
      const client = request({ operation: 'token' })
      workspace.report.countToken(client, lifetimeMs, workspace.clock.now(), entryId)
    },
    pass(ms: number) {
      wall.now += ms
    },
    /** What a person does by the control API. */
    change: () => workspace.report.noteChange(),
    report: () => describeRun(workspace),
    finding: (code: FindingCode) => run.report().findings.find(({ finding }) => finding === code),
  }
  return run
}

type Run = ReturnType<typeof createRun>

const repeat = (count: number, step: (index: number) => unknown) => {
  for (let index = 0; index < count; index += 1) step(index)
}

const outage: FaultDefinition = { kind: 'status', status: 503 }

/** Each finding: a run that shows it, its sentence, and runs that do not. */
const findings: Record<
  FindingCode,
  { shows: (run: Run) => void; sentence: string; not: Record<string, (run: Run) => void> }
> = {
  'token-per-request': {
    shows: (run) =>
      repeat(6, () => {
        run.token()
        run.poll('ended', processed)
      }),
    sentence: 'demo fetched 6 access tokens for 6 requests; one was valid for 60 min',
    not: {
      'a token that is used again': (run) =>
        repeat(9, () => {
          run.token()
          repeat(3, () => run.poll('ended', processed))
        }),
      'some workers that begin': (run) => {
        repeat(8, () => run.token())
        repeat(40, () => run.poll('ended', processed))
      },
      'a token that ends soon': (run) => repeat(9, () => run.token(30_000)),
      'a token that was refused': (run) =>
        repeat(9, () => {
          run.token()
          run.refuse('token-signature')
        }),
      'a reset before each test': (run) =>
        repeat(9, () => {
          run.token()
          run.change()
        }),
      'a fault at each token': (run) =>
        repeat(9, () => {
          run.token()
          run.request({ fault: outage })
        }),
    },
  },
  'token-not-renewed': {
    shows: (run) => repeat(4, () => run.refuse('token-expired')),
    sentence:
      'demo sent 3 more requests with an access token that had been refused as expired, and fetched no new one',
    not: {
      'a token that is renewed': (run) =>
        repeat(9, () => {
          run.refuse('token-expired')
          run.token()
        }),
      'a token that expires in each test': (run) =>
        repeat(9, () => {
          run.change()
          run.refuse('token-expired')
        }),
      'another token that is valid': (run) =>
        repeat(9, () => {
          run.refuse('token-expired')
          run.poll('ended', processed)
        }),
    },
  },
  'polls-too-fast': {
    shows(run) {
      repeat(4, (index) => {
        run.poll('slow')
        run.pass(100 + index)
      })
    },
    sentence:
      'demo polled 3 times less than 500 ms after its last poll, first the import slow; the shortest time was 100 ms',
    not: {
      'a poll each second': (run) =>
        repeat(9, () => {
          run.poll('slow')
          run.pass(1000)
        }),
      'a clock that stands still': (run) => {
        run.workspace.clock.freeze()
        repeat(9, () => run.poll('slow'))
      },
      'a clock that is advanced': (run) =>
        repeat(9, () => {
          run.poll('slow')
          run.change()
        }),
      'several clients': (run) =>
        repeat(9, (index) => run.request({ id: 'slow', polled: pending, client: `c${index % 2}` })),
      'many imports': (run) => repeat(9, (index) => run.poll(`other-${index}`)),
      'a fault between': (run) =>
        repeat(9, () => {
          run.poll('slow')
          run.request({ id: 'slow', polled: pending, fault: outage })
        }),
    },
  },
  'polls-after-end': {
    shows(run) {
      run.poll('slow')
      repeat(4, () => run.poll('slow', processed))
    },
    sentence:
      'demo polled 3 times after the end of an import that it had seen, first the import slow',
    not: {
      'an import that is always processed': (run) => repeat(9, () => run.poll('ended', processed)),
      'an error that may pass': (run) => {
        run.poll('slow')
        repeat(9, () => run.poll('slow', { error: 'Broken' }))
      },
      'a reset before each test': (run) =>
        repeat(9, () => {
          run.change()
          run.poll('slow')
          run.poll('slow', processed)
        }),
    },
  },
  'ignores-retry-after': {
    shows(run) {
      run.request({ fault: outage, headers: { 'retry-after': '30' } })
      run.pass(29_000)
      run.request({})
    },
    sentence: 'demo came again 1 time before the time of Retry-After',
    not: {
      'a client that waits': (run) => {
        run.request({ fault: outage, headers: { 'retry-after': '30' } })
        run.pass(30_000)
        run.request({})
        run.request({})
      },
      'another operation': (run) => {
        run.request({ fault: outage, headers: { 'retry-after': '30' } })
        run.token()
      },
      'a clock that stands still': (run) => {
        run.workspace.clock.freeze()
        repeat(3, () => run.request({ fault: outage, headers: { 'retry-after': '30' } }))
      },
      'a response without the header': (run) => repeat(3, () => run.request({ fault: outage })),
      'a date in the header': (run) =>
        repeat(3, () => run.request({ fault: outage, headers: { 'retry-after': 'Fri, 31 Dec' } })),
    },
  },
  'retries-refusal': {
    shows: (run) => repeat(4, () => run.refuse('reference-id-unknown', 'nope')),
    sentence:
      'demo repeated 3 requests that had just been refused, first status for nope: reference-id-unknown',
    not: {
      'other ids': (run) =>
        repeat(9, (index) => run.refuse('reference-id-unknown', `nope-${index}`)),
      'a success between': (run) =>
        repeat(9, () => {
          run.refuse('scope-missing')
          run.poll('ended', processed)
        }),
      'an import that was put': (run) =>
        repeat(9, () => {
          run.refuse('reference-id-unknown', 'nope')
          run.change()
        }),
      'files that are refused': (run) =>
        repeat(9, () => run.request({ operation: 'upload', code: 'upload-refused' })),
      'a result file that comes later': (run) =>
        repeat(9, () => run.request({ operation: 'download', code: 'result-missing', id: 'slow' })),
    },
  },
  'gives-up-early': {
    shows: (run) => repeat(3, () => run.refuse('client-gone')),
    sentence: 'demo closed the connection before the response of 3 requests',
    not: {
      'a fault that hangs': (run) =>
        repeat(9, () => run.request({ code: 'client-gone', fault: { kind: 'hang' } })),
      'one request': (run) => run.refuse('client-gone'),
    },
  },
  'never-polled-to-end': {
    shows(run) {
      run.workspace.imports.poll('slow')
      run.poll('slow')
      run.pass(25_000)
    },
    sentence:
      'demo never saw the end of 1 import, first slow, which ended since; it last polled 25 s ago',
    not: {
      'a run that ended early': (run) => {
        run.workspace.imports.poll('slow')
        run.poll('slow')
        run.pass(15_000)
      },
      'a clock that is advanced': (run) => {
        run.workspace.imports.poll('slow')
        run.poll('slow')
        run.pass(25_000)
        run.change()
      },
      'a clock that stands still': (run) => {
        run.workspace.imports.poll('slow')
        run.poll('slow')
        run.pass(25_000)
        run.workspace.clock.freeze()
      },
      'an import that was deleted': (run) => {
        run.poll('gone')
        run.pass(25_000)
      },
    },
  },
  'connection-per-request': {
    shows: (run) => repeat(11, () => run.request({ opens: true })),
    sentence: 'demo opened 10 connections within 5 s of its last request, for 11 requests',
    not: {
      'connections that are kept': (run) => {
        repeat(20, () => run.request({ opens: true }))
        repeat(80, () => run.request({ opens: false }))
      },
      'requests without a connection': (run) => repeat(30, () => run.request({})),
      'a request each minute': (run) =>
        repeat(30, () => {
          run.request({ opens: true })
          run.pass(60_000)
        }),
      'a fault before each': (run) =>
        repeat(30, () => run.request({ opens: true, fault: { kind: 'reset' } })),
    },
  },
  'secret-in-url': {
    shows: (run) => run.workspace.report.countSecretUrl(run.request({}), 1),
    sentence: 'demo sent 1 request with a secret in the query of the URL',
    not: { 'another request': (run) => run.request({}) },
  },
}

for (const [code, { shows, sentence, not }] of Object.entries(findings)) {
  const finding = code as FindingCode
  t.test(finding, async (t) => {
    const run = createRun()
    shows(run)
    const link = `/__docs/client-manners.html#${finding}`
    t.match(run.finding(finding), { sentence, link })
    t.ok(run.finding(finding)?.entries.length, 'it has examples')
    const judged = run.report().findings.map((it) => it.finding)
    t.strictSame(judged, [finding], 'and it is the only finding')
    const off = createRun({ [finding]: Number.POSITIVE_INFINITY })
    shows(off)
    t.equal(off.finding(finding), undefined, 'off')
    for (const [name, behaves] of Object.entries(not)) {
      const other = createRun()
      behaves(other)
      t.equal(other.finding(finding), undefined, name)
    }
  })
}

t.test('the sentence is about the worst client, and counts the others', async (t) => {
  const run = createRun()
  for (const [client, count] of [
    ['a', 4],
    ['b', 6],
    [undefined, 5],
  ] as const) {
    repeat(count, () => run.request({ client, code: 'scope-missing' }))
  }
  const found = run.finding('retries-refusal')
  t.equal(found?.count, 12)
  t.match(found?.sentence, /^b repeated 5 requests .*; 2 other clients do so, too$/)
  run.workspace.report.reset()
  repeat(4, () => run.request({ client: undefined, code: 'path-unknown', operation: 'jwks' }))
  repeat(4, () => run.request({ client: 'a', code: 'scope-missing' }))
  t.match(run.finding('retries-refusal')?.sentence, / 1 other client does so, too$/)
  run.workspace.report.reset()
  repeat(5, (index) => run.request({ client: `nobody-${index}`, code: 'client-unknown' }))
  t.match(run.finding('retries-refusal')?.sentence, /^A client without a name repeated 4 /)
})

t.test('a fault is an outcome, and so is the response behind a delay', async (t) => {
  const run = createRun()
  const delayed = { kind: 'delay', delay: '1ms' } as const
  run.request({ fault: delayed, underlying: 'served', id: 'slow', polled: pending })
  run.request({ fault: delayed, underlying: 'scope-missing' })
  run.request({ fault: delayed, underlying: 'import-error', id: 'slow', polled: { error: 'x' } })
  run.request({ fault: { kind: 'truncate' }, underlying: 'served', id: 'slow', polled: pending })
  run.request({ fault: outage, faultId: 'outage late' })
  const met = run.report().outcomes.filter(({ count }) => count > 0)
  t.strictSame(
    met.map(({ outcome, count }) => [outcome, count]),
    [
      ['status.pending', 1],
      ['status.error', 1],
      ['status.forbidden', 1],
      ['fault.status', 1],
      ['fault.delay', 4],
      ['fault.truncate', 1],
    ],
  )
  t.equal(run.report().requests, 5)
})

t.test('a client that goes is counted, and a long id is cut', async (t) => {
  const run = createRun()
  repeat(3, () => run.workspace.report.countGone('demo', 1))
  t.match(run.finding('gives-up-early'), { count: 3, entries: [1, 1, 1] })
  repeat(4, () => run.refuse('reference-id-unknown', 'x'.repeat(200)))
  t.match(run.finding('retries-refusal')?.sentence, `first status for ${'x'.repeat(100)}…: `)
})

t.test('a token of a client that was deleted meanwhile is not judged', async (t) => {
  const { workspace, report } = createRun()
  const exchange = {
    operation: 'token',
    reason: { code: 'served', message: '' },
    request: { url: tokenPath },
    connection: { requests: 1, isReal: false },
    clientId: 'gone',
    workspace,
  } as unknown as Exchange
  repeat(9, (index) => countRequest(exchange, workspace, 1000, index, undefined))
  t.match(report(), { requests: 9, findings: [] })
})

t.test('the report says what was cut', async (t) => {
  const run = createRun()
  repeat(1002, (index) => {
    run.request({ fault: { kind: 'empty' }, faultId: `fault-${index}` })
    run.workspace.report.useUpload(`upload-${index}`)
  })
  run.workspace.report.useUpload('upload-1')
  t.strictSame(run.report().cut, [
    '2 uses of further faults are not known, so that they may show as unused',
    '2 uses of further planned uploads are not known, so that they may show as unused',
  ])
  const [client] = run.workspace.report.save().clients
  const sum = sumStates(
    Array.from({ length: 1001 }, () => ({
      ...run.workspace.report.save(),
      clients: [{ ...(client as ClientCounts), requests: 3 }],
    })),
  )
  t.match(sum, { cut: { clients: 3 }, faulty: [['fault.empty', 1002 * 1001]] })
  t.equal(sum.clients.length, 1000)
})

t.test('clients and imports beyond the bounds are counted, and the report says so', async (t) => {
  const run = createRun()
  repeat(102, (index) => run.request({ client: `client-${index}` }))
  repeat(2002, (index) => run.poll(`other-${index}`))
  const report = run.report()
  t.equal(report.requests, 2104)
  t.strictSame(report.unused.imports, { ids: ['ended', 'slow'], more: 0 })
  t.strictSame(report.cut, [
    '2004 requests of further clients are counted, and their manners are not judged',
    '2 imports were not followed to the end, because there were too many',
  ])
})
