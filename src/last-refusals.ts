import type { Emulator } from './emulator/emulator.js'
import { describeRecord } from './emulator/journal/describe-entry.js'
import type { JournalRecord } from './emulator/journal/journal.js'
import { describeLine } from './log-line.js'

/** The number of refusals that are shown. */
const maxShown = 10

/**
 * The last requests that were refused, cut off or changed by a fault, each with its reason: why a command that ran with
 * an emulator may have failed. Empty where there were none.
 */
export function lastRefusals(emulator: Emulator): string {
  const refused = [emulator.main, ...emulator.workspaces]
    .flatMap(({ journal }) => journal.find().records)
    .filter(isRefusal)
    .sort((a, b) => a.at - b.at)
  if (refused.length === 0) return ''
  const lines = refused.slice(-maxShown).map((record) => `  ${describeRefusal(record)}\n`)
  const count = refused.length > maxShown ? `the last ${maxShown} of ${refused.length}` : 'all'
  return `tao-upload-emulator refused requests (${count}):\n${lines.join('')}`
}

/** A request without a response has no status. */
function isRefusal({ status, outcome, faults }: JournalRecord): boolean {
  return Number(status) >= 400 || outcome === 'aborted' || faults.length > 0
}

function describeRefusal(record: JournalRecord): string {
  const { method, operation, path, referenceId, client, response, reason } = describeRecord(record)
  return describeLine({
    status: response?.status ?? '---',
    method,
    operation,
    path: path.split('?', 1)[0],
    referenceId,
    client,
    msg: reason.message,
  })
}
