import type { RouteName } from '../../domain/control/routes.js'
import { type Count, type FoundEntries, maxWaitMs } from '../../domain/control/vocabulary.js'
import { describeRecord } from '../journal/describe-entry.js'
import type { Found } from '../journal/journal.js'
import type { Verbs } from './control-verb.js'

/** The requests to the vendor's API. */
export const journalVerbs = {
  'journal.find': ({ workspace }, filter): FoundEntries =>
    tellFound(workspace.journal.find(filter)),
  'journal.count': ({ workspace }, filter): Count => workspace.journal.count(filter),
  /** When the time is over, returns the entries so far. */
  async 'journal.wait'(
    { workspace, signal },
    { count, timeout, ...filter },
  ): Promise<FoundEntries> {
    const waitMs = Math.min(timeout, maxWaitMs)
    await workspace.journal.waitFor(filter, count, waitMs, signal)
    return tellFound(workspace.journal.find(filter))
  },
  'journal.clear': ({ workspace }): void =>
    workspace.removals.add('journal', null, workspace.journal.clear()),
} satisfies Verbs<Extract<RouteName, `journal.${string}`>>

function tellFound({ records, dropped, complete }: Found): FoundEntries {
  return { entries: records.map(describeRecord), dropped, complete }
}
