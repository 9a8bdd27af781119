import type { Metric, Sample } from '../../domain/report/metrics-text.js'
import { type CellState, reasonOf } from '../../domain/report/report-state.js'
import { sumStates } from '../../domain/report/sum-states.js'
import type { Emulator } from '../emulator.js'
import { type Kinds, noKinds } from '../imports/kind-totals.js'
import type { Workspace } from '../workspace.js'
import { bucketBounds, type DurationCounts, type Durations } from './durations.js'

/** The metrics of the whole emulator. Labels have only values of closed lists, so their number is bounded. */
export function collectMetrics(emulator: Emulator): Metric[] {
  const { main, workspaces, goneReport, durations } = emulator
  const kept = [main, ...workspaces]
  const gone = goneReport === undefined ? [] : [goneReport]
  const { cells } = sumStates([...kept.map(({ report }) => report.save()), ...gone])
  const sum = (of: (workspace: Workspace) => number) =>
    kept.reduce((total, workspace) => total + of(workspace), 0)
  const kinds = sumKinds(kept)
  return [
    {
      name: 'tao_emulator_requests_total',
      type: 'counter',
      help: 'Requests by operation, HTTP status, reason, and the state of the import that a poll found.',
      samples: cells.map(sampleOf),
    },
    {
      name: 'tao_emulator_request_duration_seconds',
      type: 'histogram',
      help: 'Time until the response was ready, of requests that the journal keeps.',
      samples: histogramOf(durations),
    },
    {
      name: 'tao_emulator_imports',
      type: 'gauge',
      help: 'Imports of all workspaces by their state. A pattern counts once.',
      samples: Object.entries(kinds).map(([kind, value]) => ({ labels: { kind }, value })),
    },
    gauge('tao_emulator_workspaces', 'Workspaces, the main one included.', kept.length),
    gauge(
      'tao_emulator_journal_entries',
      'Journal entries that are kept in all workspaces.',
      sum(({ journal }) => journal.count().count),
    ),
    gauge(
      'tao_emulator_journal_bytes',
      'Approximate memory of all journals.',
      sum(({ journal }) => journal.bytes),
    ),
    gauge(
      'tao_emulator_state_bytes',
      'Approximate memory of the state of all workspaces, with their journals.',
      sum(({ bytes }) => bytes),
    ),
    gauge(
      'process_resident_memory_bytes',
      'Resident memory of the process.',
      process.memoryUsage.rss(),
    ),
  ]
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: 'gauge', help, samples: [{ value }] }
}

function sampleOf({ operation, key, status, count }: CellState): Sample {
  const reason = reasonOf(key)
  const labels = {
    operation: operation ?? 'none',
    status: status ?? 'none',
    reason,
    import: reason === key ? '' : key,
  }
  return { labels, value: count }
}

function histogramOf(durations: Durations): Sample[] {
  return [...durations].flatMap(([operation, counts]) => seriesOf(operation ?? 'none', counts))
}

/** Each bucket of Prometheus has all requests up to its bound. */
function seriesOf(operation: string, { buckets, sumMs }: DurationCounts): Sample[] {
  let count = 0
  const upTo = buckets.map((own, place) => {
    count += own
    return {
      suffix: '_bucket',
      labels: { operation, le: bucketBounds[place] ?? '+Inf' },
      value: count,
    }
  })
  const labels = { operation }
  return [
    ...upTo,
    { suffix: '_sum', labels, value: sumMs / 1000 },
    { suffix: '_count', labels, value: count },
  ]
}

function sumKinds(workspaces: readonly Workspace[]): Kinds {
  const sums = noKinds()
  for (const { imports } of workspaces) {
    const { kinds } = imports.count()
    for (const kind of Object.keys(sums) as (keyof Kinds)[]) sums[kind] += kinds[kind]
  }
  return sums
}
