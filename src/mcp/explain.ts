import type { EmulatorControl } from '../domain/control/emulator-control.js'
import type { JournalEntry, JournalFilter } from '../domain/journal.js'
import { quoted } from '../domain/visible-text.js'
import { shorten } from './result-text.js'
import { advice } from './tool-texts.js'

/** The longest part of a request that an explanation quotes, in characters. */
const maxQuote = 300

/** Says of each of the last responses which one it was, why it came, and what to do. The newest comes first. */
export async function explainLastResponses(
  control: EmulatorControl,
  { count = 3, ...filter }: JournalFilter & { count?: number | undefined },
): Promise<string> {
  const { entries, dropped } = await control.journal.find({ ...filter, limit: count })
  if (entries.length > 0) return entries.toReversed().map(explain).join('\n\n')
  const { count: total } = await control.journal.count()
  if (total > 0) {
    return `None of the ${total} requests in the journal matches. Call the tool without a filter.`
  }
  const lost = dropped > 0 ? ` The journal evicted all earlier requests, ${dropped} in number.` : ''
  return `No request came to ${control.url} yet.${lost} Configure the client under test with this address: get_settings has each endpoint.`
}

function explain({ id, method, path, client, response, reason, faults }: JournalEntry): string {
  const sender = client === null ? 'a client without a name' : `the client ${quoted(client)}`
  const result =
    response === null ? 'got no response' : `got the response ${response.status} (${reason.code})`
  const request = `Request ${id}, ${method} ${shorten(path, maxQuote)} of ${sender}, ${result}.`
  const fault =
    faults.length === 0
      ? ''
      : ` The armed fault ${faults.join(', ')} applied to it: disarm_faults disarms it.`
  // The advice for a fault names calls of the library.
  const isPlain = advice[reason.code] === '' || reason.code === 'fault'
  return [
    request + fault,
    `The reason: ${sentence(shorten(reason.message, maxQuote))}`,
    ...(isPlain ? [] : [`Do this: ${advice[reason.code]}`]),
  ].join('\n')
}

/** Reasons have no full stop at their end. */
function sentence(text: string): string {
  return /[.…]$/.test(text) ? text : `${text}.`
}
