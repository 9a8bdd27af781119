import type { ImportView } from '../src/domain/control/vocabulary.js'
import type { FaultView } from '../src/domain/fault.js'
import { compileImport } from '../src/domain/imports/compile-import.js'
import type {
  DownloadMark,
  FaultMark,
  HistoryMark,
  ImportHistory,
  PollMark,
  RefusalMark,
} from '../src/domain/imports/history.js'
import type { ImportDefinition } from '../src/domain/imports/import-definition.js'
import { requiredScope } from '../src/domain/oauth.js'
import { literalOf, scriptQuote, templateQuote } from './literals.js'
import { answerless, flawOf, unconditional } from './test-snippet.js'
import { stageOf } from './timeline-texts.js'

/** The client of the default scenario. */
const knownClient = 'demo-client'

/**
 * A test that repeats the history of an import and expects the same responses, in the style of the README.
 * @param faults - those that are still armed
 */
export function testOfHistory(
  view: ImportView,
  history: ImportHistory,
  faults: readonly FaultView[] = [],
): string {
  const { referenceId } = history
  const definition = definitionOf(view)
  const clock = clockOf(view, history)
  const lines = eventLines(view, history, faults, clock)
  const path = templateQuote(encodeURIComponent(referenceId))
  return [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { startEmulator } from 'tao-upload-emulator'",
    '',
    `test(${scriptQuote(`the history of ${referenceId}`)}, async (t) => {`,
    '  const emulator = await startEmulator()',
    '  t.after(() => emulator.close())',
    '  const start = Date.parse((await emulator.clock.freeze()).now)',
    ...clientLines(history),
    `  await emulator.imports.put(${scriptQuote(referenceId)}, ${literalOf(definition)})`,
    '',
    '  /** Sends a request this many milliseconds after the start. */',
    `  async function send(ms, operation, spec = { clientId: '${knownClient}' }, options = {}) {`,
    '    await emulator.clock.set(new Date(start + ms))',
    '    const { access_token } = await emulator.tokens.mint(spec)',
    '    const headers = { authorization: `Bearer ${access_token}` }',
    `    return fetch(\`\${emulator.url}/api/v1/upload/api/v1/\${operation}/${path}\`, { headers, ...options })`,
    '  }',
    '  async function poll(ms, spec) {',
    "    const response = await send(ms, 'status', spec)",
    '    if (!response.ok) return response.status',
    '    const { result } = await response.json()',
    '    return `${result.status} ${result.fileLine}`',
    '  }',
    '',
    ...lines.map((line) => `  ${line}`),
    '})',
    '',
  ].join('\n')
}

/** The import of an upload began with the upload, as one that is put with `startsAt: 'load'`. */
function definitionOf({ definition, upload }: ImportView): object {
  const moves = 'progress' in definition || 'timeline' in definition
  return upload !== undefined && moves ? { ...definition, startsAt: 'load' } : definition
}

/** Clients that the default scenario does not have. */
function clientLines({ marks }: ImportHistory): string[] {
  const clients = new Set(marks.flatMap((mark) => clientOf(mark) ?? []))
  clients.delete(knownClient)
  const definition = literalOf({ clientSecret: 'not-a-secret', scopes: [requiredScope] })
  return [...clients].map((id) => `  await emulator.clients.put(${scriptQuote(id)}, ${definition})`)
}

/** The client without its workspace. */
function clientOf(mark: HistoryMark): string | undefined {
  return 'client' in mark ? mark.client?.split('@')[0] : undefined
}

interface TestClock {
  /** The time of a mark, in milliseconds after the start. */
  msOf(mark: HistoryMark): number
  /** The time at which the definition has the state that a poll got. */
  msOfPoll(mark: PollMark, polls: number): number
}

/** A response is marked at its end. The poll behind it came up to this long before. */
const mostLagMs = 1000

function clockOf(view: ImportView, { marks, course }: ImportHistory): TestClock {
  const start = Date.parse(course[0]?.at ?? marks[0]?.at ?? '')
  const msOf = ({ at }: HistoryMark) => Date.parse(at) - start
  const definition = definitionOf(view)
  // The first poll starts the import.
  const startsItself = !('startsAt' in definition && definition.startsAt === 'load')
  // Only the definition of a pattern has templates.
  const { stateAt } = compileImport(definition as ImportDefinition)
  return {
    msOf,
    msOfPoll(mark, polls) {
      const ms = msOf(mark)
      if (polls === 1 && startsItself) return 0
      for (let lag = 0; lag <= Math.min(mostLagMs, ms); lag += 1) {
        const { state, fileLine } = stageOf(stateAt(ms - lag, polls))
        if (state === mark.state && fileLine === mark.fileLine) return ms - lag
      }
      return ms
    },
  }
}

function eventLines(
  view: ImportView,
  { referenceId, marks, leftOut, complete }: ImportHistory,
  faults: readonly FaultView[],
  clock: TestClock,
): string[] {
  const id = scriptQuote(referenceId)
  const faulty = new Set(marks.flatMap((mark) => (mark.kind === 'fault' ? mark.entryId : [])))
  const counted = new Set(marks.flatMap((mark) => (mark.kind === 'poll' ? mark.entryId : [])))
  const missing = view.polls - marks.filter(({ kind }) => kind === 'poll').length
  const gapAfter = leftOut === null ? undefined : Date.parse(leftOut.to)
  let polls = 0
  let isGapOpen = missing > 0
  const gapLines = (at: number): string[] => {
    if (!isGapOpen || (gapAfter !== undefined && at < gapAfter)) return []
    isGapOpen = false
    polls += missing
    const ms = clock.msOf({ at: new Date(at).toISOString() } as HistoryMark)
    return [
      '// These polls are not in the history.',
      `for (let count = 0; count < ${missing}; count += 1) await poll(${ms})`,
    ]
  }
  const linesOf = (mark: HistoryMark): string[] => {
    const spec = specOf(mark)
    switch (mark.kind) {
      case 'poll': {
        polls += 1
        if (faulty.has(mark.entryId)) return []
        const ms = clock.msOfPoll(mark, polls)
        const told =
          mark.fileLine === null ? mark.status : scriptQuote(`${mark.state} ${mark.fileLine}`)
        return [`assert.equal(await poll(${[ms, ...spec].join(', ')}), ${told})`]
      }
      case 'fault':
        return faultLines(mark, faults, clock.msOf(mark), spec, counted.has(mark.entryId))
      case 'refusal':
        return refusalLines(mark, clock.msOf(mark))
      case 'download':
        return faulty.has(mark.entryId) ? [] : downloadLines(mark, clock.msOf(mark), spec)
      case 'upload':
        return ['// The upload began the import.']
      case 'clock':
        return []
      case 'finish':
        return [`await emulator.imports.finish(${id})`]
      case 'override': {
        const { state, fileLine } = mark
        const definition = fileLine === null ? { error: 'Overridden' } : { status: state, fileLine }
        return [`await emulator.imports.override(${id}, ${literalOf(definition)})`]
      }
      case 'clearOverride':
        return [`await emulator.imports.clearOverride(${id})`]
    }
  }
  return [
    ...(complete ? [] : ['// Earlier events may be missing in the history.']),
    ...marks.flatMap((mark) => {
      const before = mark.kind === 'clock' ? [] : gapLines(Date.parse(mark.at))
      return [...before, ...linesOf(mark)]
    }),
  ]
}

/** The specification of the token, where it is not that of the known client. */
function specOf(mark: HistoryMark): string[] {
  const clientId = clientOf(mark)
  return clientId === undefined || clientId === knownClient ? [] : [literalOf({ clientId })]
}

function statusLine(call: string, status: number | null): string {
  return `assert.equal((await ${call}).status, ${status})`
}

function faultLines(
  { faults: ids, operation, status, entryId }: FaultMark,
  armed: readonly FaultView[],
  ms: number,
  spec: readonly string[],
  isCounted: boolean,
): string[] {
  const applied = armed.filter(({ id }) => ids.includes(id)).map(({ definition }) => definition)
  if (applied.length < ids.length || (operation !== 'status' && operation !== 'download')) {
    const comment = `// Entry ${entryId}: ${ids.join(', ')} on ${operation}, which cannot be repeated.`
    return isCounted ? [comment, `await poll(${ms})`] : [comment]
  }
  const arms = applied.map(
    (fault) => `await emulator.faults.arm(${literalOf({ ...unconditional(fault), times: 1 })})`,
  )
  const given = [ms, scriptQuote(operation), ...spec]
  if (status !== null && !applied.some(({ kind }) => answerless.includes(kind))) {
    return [...arms, statusLine(`send(${given.join(', ')})`, status)]
  }
  const options = '{ signal: AbortSignal.timeout(500) }'
  const call = `send(${[...given, ...(spec.length === 0 ? ['undefined'] : []), options].join(', ')})`
  return [...arms, `await assert.rejects(${call}.then((response) => response.text()))`]
}

function refusalLines({ operation, reason, status, client, entryId }: RefusalMark, ms: number) {
  const flaw = flawOf[reason]
  const clientId = client?.split('@')[0] ?? knownClient
  const given = [ms, scriptQuote(operation)]
  const specs: Readonly<Record<string, readonly string[]>> = {
    'token-missing': ['undefined', '{ headers: {} }'],
    'scope-missing': [literalOf({ clientId, scopes: [] })],
  }
  const spec = flaw === undefined ? specs[reason] : [literalOf({ clientId, flaw })]
  if (spec === undefined || operation === 'result' || operation === 'upload') {
    return [`// Entry ${entryId}: ${operation} was refused, ${reason}.`]
  }
  return [statusLine(`send(${[...given, ...spec].join(', ')})`, status)]
}

function downloadLines(
  { operation, status, entryId }: DownloadMark,
  ms: number,
  spec: readonly string[],
): string[] {
  const send = `send(${[ms, "'download'", ...spec].join(', ')})`
  if (operation === 'download') return [statusLine(send, status)]
  if (status !== 200) return [`// Entry ${entryId}: the result file, with status ${status}.`]
  return [statusLine(`fetch((await (await ${send}).json()).signedUrl)`, status)]
}
