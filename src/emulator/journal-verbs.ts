import {
  type Count,
  type FoundEntries,
  journalWaitSchema,
  maxWaitMs,
  nothingSchema,
} from '../domain/control.js'
import { toMs } from '../domain/duration.js'
import { journalFilterSchema } from '../domain/journal.js'
import { verb } from './control-verb.js'
import { describeRecord } from './describe-record.js'
import type { Found } from './journal.js'

/** The requests to the vendor's API. */
export const journalVerbs = {
  'journal.find': verb({
    method: 'GET',
    path: '/journal',
    schema: journalFilterSchema,
    run: ({ workspace }, filter): FoundEntries => tellFound(workspace.journal.find(filter)),
  }),
  'journal.count': verb({
    method: 'GET',
    path: '/journal/count',
    schema: journalFilterSchema,
    run: ({ workspace }, filter): Count => workspace.journal.count(filter),
  }),
  /** Answers with what there is when the time is over. */
  'journal.wait': verb({
    method: 'GET',
    path: '/journal/wait',
    schema: journalWaitSchema,
    async run({ workspace, signal }, { count, timeout, ...filter }): Promise<FoundEntries> {
      const waitMs = Math.min(toMs(timeout), maxWaitMs)
      await workspace.journal.waitFor(filter, count, waitMs, signal)
      return tellFound(workspace.journal.find(filter))
    },
  }),
  'journal.clear': verb({
    method: 'DELETE',
    path: '/journal',
    schema: nothingSchema,
    run: ({ workspace }): void => workspace.journal.clear(),
  }),
}

function tellFound({ records, dropped, complete }: Found): FoundEntries {
  return { entries: records.map(describeRecord), dropped, complete }
}
