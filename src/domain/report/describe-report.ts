import type { ImportStatus } from '../imports/import-status.js'
import { type FindingCode, findingCodes, linkOf } from './findings.js'
import { type ClientFacts, manners, times } from './manners.js'
import { type OutcomeName, outcomeInfos, outcomeOf } from './outcomes.js'
import {
  type CellState,
  type CutKind,
  cutKinds,
  maxExamples,
  type ReportState,
  reasonOf,
} from './report-state.js'
import type { Finding, OutcomeCount, RunReport, UnusedList } from './run-report.js'
import type { Thresholds } from './thresholds.js'
import { unexpectedTitles } from './unexpected.js'

/** Everything beside the counts that a report is made of. */
export interface ReportContext {
  readonly workspace: string | null
  readonly clients: readonly ClientFacts[]
  readonly unused: RunReport['unused']
  readonly thresholds: Thresholds
  /** False if the journal keeps no entries, or if they are of several workspaces. */
  readonly hasEntries: boolean
}

/** Makes the report from what was counted. */
export function describeReport(state: ReportState, context: ReportContext): RunReport {
  const examples = (entries: readonly number[]) =>
    context.hasEntries ? entries.slice(0, maxExamples) : []
  return {
    version: 1,
    workspace: context.workspace,
    since: new Date(state.since).toISOString(),
    requests: state.cells.reduce((sum, { count }) => sum + count, 0),
    outcomes: outcomesOf(state),
    unexpected: state.unexpected
      .filter(([, { count }]) => count > 0)
      .map(([kind, { count, entries }]) => ({
        kind,
        title: unexpectedTitles[kind],
        count,
        entries: examples(entries),
      })),
    findings: findingCodes
      .flatMap((code) => findingOf(code, context) ?? [])
      .map((finding) => ({ ...finding, entries: examples(finding.entries) })),
    basis: { ...state.basis },
    unused: context.unused,
    cut: cutKinds.flatMap((kind) => cutOf(kind, state.cut[kind]) ?? []),
  }
}

function outcomesOf({ cells, faulty }: ReportState): OutcomeCount[] {
  const counts = new Map<OutcomeName, number>(faulty)
  for (const { count, ...cell } of cells) {
    const outcome = outcomeOfCell(cell)
    if (outcome !== undefined) counts.set(outcome, (counts.get(outcome) ?? 0) + count)
  }
  return outcomeInfos.map((info) => ({ ...info, count: counts.get(info.outcome) ?? 0 }))
}

function outcomeOfCell({ operation, key }: Omit<CellState, 'count'>): OutcomeName | undefined {
  const code = reasonOf(key)
  return outcomeOf(operation, code, code === key ? undefined : (key as ImportStatus))
}

/** The finding of all clients that have it. The sentence is about the one that shows it most. */
function findingOf(code: FindingCode, { clients, thresholds }: ReportContext): Finding | undefined {
  const found = clients
    .flatMap((client) => manners[code](client, thresholds[code]) ?? [])
    .sort((a, b) => b.tally.count - a.tally.count)
  const [worst, ...others] = found
  if (worst === undefined) return undefined
  const so = others.length === 1 ? 'does' : 'do'
  const more = others.length === 0 ? '' : `; ${times(others.length, 'other client')} ${so} so, too`
  return {
    finding: code,
    count: found.reduce((sum, { tally }) => sum + tally.count, 0),
    sentence: worst.sentence + more,
    entries: worst.tally.entries,
    link: linkOf(code),
  }
}

const cutSentences: Readonly<Record<CutKind, (count: number) => string>> = {
  clients: (count) =>
    `${times(count, 'request')} of further clients are counted, and their manners are not judged`,
  imports: (count) =>
    `${times(count, 'import')} were not followed to the end, because there were too many`,
  faults: (count) =>
    `${times(count, 'use')} of further faults are not known, so that they may show as unused`,
  uploads: (count) =>
    `${times(count, 'use')} of further planned uploads are not known, so that they may show as unused`,
}

function cutOf(kind: CutKind, count: number): string | undefined {
  return count === 0 ? undefined : cutSentences[kind](count)
}

/** The most ids of a list. */
const maxIds = 20

/** A list of ids as a report has it. */
export function listIds(ids: readonly string[]): UnusedList {
  return { ids: ids.slice(0, maxIds), more: Math.max(0, ids.length - maxIds) }
}
