import t from 'tap'
import { faultOf, faultPresets, faultPreview } from '../../sandbox/fault-draft.js'
import { splitMiddle } from '../../sandbox/middle.js'
import { previewOf } from '../../sandbox/preview.js'
import { type Facts, unusualFacts } from '../../sandbox/unusual.js'
import type { FaultDefinition } from '../../src/domain/fault.js'
import type { ImportDefinition } from '../../src/domain/imports/import-definition.js'

t.test('a long id is split before its last eight characters', async (t) => {
  const cases: [text: string, parts: readonly string[]][] = [
    ['slow', ['slow', '']],
    ['3f1c9a52-7d5e-4b8a-9c1d-0a2b3c4d5e6f', ['3f1c9a52-7d5e-4b8a-9c1d-0a2b', '3c4d5e6f']],
    ['مدرسة-مدرسة-مدرسة-مدرسة-مدرسة', ['مدرسة-مدرسة-مدرسة-مدرسة-مدرسة', '']],
  ]
  for (const [text, parts] of cases) t.strictSame(splitMiddle(text), parts)
})

t.test('what is unusual is named, and nothing else', async (t) => {
  const usual: Facts = {
    aheadMs: 1500,
    isFrozen: false,
    faults: 0,
    workspace: undefined,
    isReachable: true,
  }
  const cases: [facts: Partial<Facts>, texts: string[]][] = [
    [{}, []],
    [{ aheadMs: 3_600_400 }, ['clock 1 h ahead of real time']],
    [{ aheadMs: -5000 }, ['clock 5 s behind real time']],
    [{ isFrozen: true, faults: 1 }, ['clock frozen', '1 fault armed']],
    [
      { workspace: 'team', faults: 2, isReachable: false },
      ['The emulator does not respond: retrying', 'workspace team', '2 faults armed'],
    ],
  ]
  for (const [facts, texts] of cases) {
    t.strictSame(
      unusualFacts({ ...usual, ...facts }).map(([, text]) => text),
      texts,
    )
  }
})

t.test('a preview has the results that a client will see', async (t) => {
  const cases: [definition: unknown, lines: string[]][] = [
    [{ status: 'processed', fileLine: 1000 }, ['from the first poll: 200 · processed, line 1,000']],
    [
      { status: 'failed', fileLine: 3, messages: ['Line 4: bad', 'b', 'c'] },
      ['from the first poll: 200 · failed, line 3 · Line 4: bad and 2 more'],
    ],
    [{ error: 'Out of disk' }, ['from the first poll: 500 · Out of disk']],
    [
      { progress: { lines: 1000, duration: '30s', outcome: 'processed' }, startsAt: 'load' },
      [
        'from now: 200 · pending, line 0 and growing to 1,000',
        'after 30 s: 200 · processed, line 1,000',
      ],
    ],
    [
      {
        timeline: [
          { status: 'pending' },
          { afterPolls: 2, status: 'pending', fileLine: 7 },
          { afterPolls: 3, error: 'Gone' },
        ],
      },
      [
        'from the first poll: 200 · pending, line 0',
        'from poll 3: 200 · pending, line 7',
        'from poll 4: 500 · Gone',
      ],
    ],
    [{ progress: { lines: 1000, duration: 'soon', outcome: 'processed' } }, []],
    [{ progress: {} }, []],
  ]
  for (const [definition, lines] of cases) {
    t.strictSame(
      previewOf(definition as ImportDefinition).map(({ when, what }) => `${when}: ${what}`),
      lines,
      JSON.stringify(definition),
    )
  }
})

t.test('a fault is told in a sentence, before it is armed', async (t) => {
  const cases: [fault: FaultDefinition, sentence: string][] = [
    [{ kind: 'reset' }, 'Each request gets a reset connection.'],
    [{ kind: 'status', status: 503 }, 'Each request gets 503.'],
    [
      { kind: 'status', status: 429, retryAfter: '30s', operation: 'token', skip: 5, times: 3 },
      'Each request of “token” after the first 5 gets 429 with Retry-After 30s, 3 times in all.',
    ],
    [
      { kind: 'delay', delay: { min: '1s', max: '3s' }, client: 'demo', referenceId: 'a-*' },
      'Each request for a-* by demo gets its response after 1s to 3s.',
    ],
    [
      { kind: 'html', delay: '2s', probability: 0.3 },
      'Each request gets a page of HTML after 2s with a probability of 0.3.',
    ],
    [
      { kind: 'delay', delay: { median: '1s', p99: '5s' } },
      'Each request gets its response after about 1s.',
    ],
  ]
  for (const [fault, sentence] of cases) t.equal(faultPreview(fault), sentence)
  t.strictSame(
    faultPresets.map(({ kind, operation, texts }) => faultOf(kind, operation, texts)),
    [
      { kind: 'status', operation: 'token', status: 503, times: 3 },
      { kind: 'delay', delay: { min: '1s', max: '3s' } },
      { kind: 'status', status: 503, probability: 0.3 },
      { kind: 'status', status: 429, retryAfter: '30s', skip: 5 },
    ],
  )
})
