import { type Basis, bases } from '../behaviours.js'
import type { OutcomeName } from './outcomes.js'
import { type CellState, type ClientCounts, cutKinds, type ReportState } from './report-state.js'
import { unexpectedKinds } from './unexpected.js'

/** The most clients of a sum. */
const maxClients = 1000

/** The counts of several workspaces together. Their polls and the changes of their states are left out. */
export function sumStates(states: readonly ReportState[]): ReportState {
  const clients = states.flatMap((it) => it.clients)
  const further = clients.slice(maxClients).reduce((sum, { requests }) => sum + requests, 0)
  const cut = sumRecords(
    cutKinds,
    states.map((it) => it.cut),
  )
  return {
    since: Math.min(...states.map(({ since }) => since)),
    changes: 0,
    cells: sumCells(states.flatMap((it) => it.cells)),
    faulty: sumOutcomes(states.flatMap((it) => it.faulty)),
    basis: sumRecords<Basis>(
      bases,
      states.map((it) => it.basis),
    ),
    unexpected: unexpectedKinds.map((kind) => {
      const found = states.flatMap((it) => it.unexpected).filter(([name]) => name === kind)
      return [kind, { count: found.reduce((sum, [, { count }]) => sum + count, 0), entries: [] }]
    }),
    clients: clients.slice(0, maxClients),
    polls: [],
    usedImports: unite(states.map((it) => it.usedImports)),
    usedFaults: unite(states.map((it) => it.usedFaults)),
    usedUploads: unite(states.map((it) => it.usedUploads)),
    cut: { ...cut, clients: cut.clients + further },
  }
}

/** The counts of a workspace for a sum: its clients have its name. */
export function nameClients(state: ReportState, workspace: string): ReportState {
  const clients = state.clients.map((client): ClientCounts => {
    const { clientId } = client
    return { ...client, clientId: clientId && `${clientId}@${workspace}` }
  })
  return { ...state, clients }
}

function sumCells(cells: readonly CellState[]): CellState[] {
  const sums = new Map<string, CellState>()
  for (const { operation, key, status, count } of cells) {
    const name = `${operation} ${key} ${status}`
    sums.set(name, { operation, key, status, count: (sums.get(name)?.count ?? 0) + count })
  }
  return [...sums.values()]
}

function sumOutcomes(counts: ReportState['faulty']): [OutcomeName, number][] {
  const sums = new Map<OutcomeName, number>()
  for (const [outcome, count] of counts) sums.set(outcome, (sums.get(outcome) ?? 0) + count)
  return [...sums]
}

function sumRecords<Name extends string>(
  names: readonly Name[],
  records: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  return Object.fromEntries(
    names.map((name) => [name, records.reduce((sum, record) => sum + record[name], 0)]),
  ) as Record<Name, number>
}

function unite(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())]
}
