import type { OutcomeCount, RunReport, UnusedList } from './run-report.js'

/** The part of a report that the forms of its output share. */
export interface ReportParts {
  readonly title: string
  readonly met: readonly OutcomeCount[]
  readonly notMet: readonly OutcomeCount[]
  /** `imports: a, b and 3 more`, a text for each kind that has some. */
  readonly unused: readonly string[]
}

/** The details of a report in the words that people read. Faults that nobody armed are left out of what was not met. */
export function partsOf({ workspace, requests, outcomes, unused }: RunReport): ReportParts {
  const where = workspace === null ? 'all workspaces' : `workspace ${workspace}`
  const name = workspace === 'main' ? '' : `, ${where}`
  return {
    title: `${requests.toLocaleString('en')} ${requests === 1 ? 'request' : 'requests'}${name}`,
    met: outcomes.filter(({ count }) => count > 0),
    notMet: outcomes.filter(({ operation, count }) => count === 0 && operation !== 'fault'),
    unused: Object.entries(unused).flatMap(([kind, list]) => describeUnused(kind, list)),
  }
}

function describeUnused(kind: string, { ids, more }: UnusedList): string[] {
  if (ids.length === 0) return []
  return [`${kind}: ${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
}

/** `journal 3, 7`, or nothing if the journal was off. */
export function describeEntries(entries: readonly number[]): string {
  return entries.length === 0 ? '' : `journal ${entries.join(', ')}`
}
