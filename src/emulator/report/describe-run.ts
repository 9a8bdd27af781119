import { describeReport, listIds } from '../../domain/report/describe-report.js'
import type { ClientFacts, Unfinished } from '../../domain/report/manners.js'
import type { PollState, ReportState } from '../../domain/report/report-state.js'
import type { RunReport, UnusedDefinitions, UnusedList } from '../../domain/report/run-report.js'
import { sumStates } from '../../domain/report/sum-states.js'
import type { Emulator } from '../emulator.js'
import type { Workspace } from '../workspace.js'
import { cleanId } from './client-follower.js'
import { isRunningIn } from './poll-follower.js'
import { emptyTally, tally } from './tally.js'

/** The run report of one workspace. */
export function describeRun(workspace: Workspace): RunReport {
  const state = workspace.report.save()
  return describeReport(state, {
    workspace: workspace.name ?? 'main',
    clients: factsOf(workspace, state),
    unused: unusedIn([workspace], state),
    thresholds: workspace.report.thresholds,
    hasEntries: workspace.journal.size > 0,
  })
}

/** The run report of all workspaces together, with those that are gone. */
export function describeWholeRun({ main, workspaces, goneReport }: Emulator): RunReport {
  const kept = [main, ...workspaces].map((it) => ({ workspace: it, state: it.report.save() }))
  const gone = goneReport === undefined ? [] : [goneReport]
  const state = sumStates([...kept.map((it) => it.state), ...gone])
  return describeReport(state, {
    workspace: null,
    clients: [
      ...kept.flatMap((it) => factsOf(it.workspace, it.state)),
      // What is gone ended before its imports could.
      ...gone.flatMap(({ clients }) =>
        clients.map((it) => ({ ...it, name: nameOf(it.clientId), unfinished: noneUnfinished() })),
      ),
    ],
    unused: unusedIn(
      kept.map((it) => it.workspace),
      state,
    ),
    thresholds: main.report.thresholds,
    // An id names another entry in each journal.
    hasEntries: false,
  })
}

/** The name of a client in a report. Its workspace is part of it, as in its client id. */
function nameOf(clientId: string | null, workspaceName?: string): string {
  const name = clientId ?? 'A client without a name'
  return workspaceName === undefined ? name : `${name}@${workspaceName}`
}

const noneUnfinished = (): Unfinished => ({ ...emptyTally(), first: '', longestMs: 0 })

function factsOf(workspace: Workspace, state: ReportState): ClientFacts[] {
  const unfinished = unfinishedIn(workspace, state)
  return state.clients.map((client) => ({
    ...client,
    name: nameOf(client.clientId, workspace.name),
    unfinished: unfinished.get(client.clientId) ?? noneUnfinished(),
  }))
}

/** The imports that ended while their client did not look, by client. */
function unfinishedIn(workspace: Workspace, state: ReportState): Map<string | null, Unfinished> {
  const found = new Map<string | null, Unfinished>()
  const { clock, report } = workspace
  if (clock.isFrozen) return found
  const now = clock.now()
  const leastMs = report.thresholds['never-polled-to-end']
  for (const { referenceId, clientId, changes, at, entryId, isRunning } of state.polls) {
    const sinceMs = now - at
    if (!isRunning || changes !== state.changes || sinceMs < leastMs) continue
    if (!hasEnded(workspace, referenceId)) continue
    const of = found.get(clientId) ?? { ...noneUnfinished(), first: cleanId(referenceId) }
    of.longestMs = Math.max(of.longestMs, sinceMs)
    tally(of, entryId)
    found.set(clientId, of)
  }
  return found
}

function hasEnded({ imports }: Workspace, referenceId: PollState['referenceId']): boolean {
  const state = imports.get(referenceId)?.state
  return state != null && 'status' in state && !isRunningIn(state)
}

function unusedIn(workspaces: readonly Workspace[], state: ReportState): UnusedDefinitions {
  return {
    imports: without(
      workspaces.map(({ scenario }) => scenario.imports.ids()),
      state.usedImports,
    ),
    faults: without(
      workspaces.map(({ faults }) => faults.list().map(({ id }) => id)),
      state.usedFaults,
    ),
    uploads: without(
      workspaces.map(({ uploads }) => uploads.list().map(({ id }) => id)),
      state.usedUploads,
    ),
  }
}

/** The ids that were not used. */
function without(defined: readonly Iterable<string>[], usedIds: readonly string[]): UnusedList {
  const used = new Set(usedIds)
  const all = new Set(defined.flatMap((ids) => [...ids]))
  return listIds([...all].filter((id) => !used.has(id)))
}
