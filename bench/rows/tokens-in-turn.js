import { emulator } from '../subjects/subjects.js'
import { compare, throughput } from '../tools/compare.js'
import { atLeast } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { fetchTokens, poll } from '../tools/requests.js'

export const title = 'Status with many tokens'

const count = 10_000
const many = `${count.toLocaleString('en')} tokens in turn`

export async function measure(settings) {
  const requestsOf = async ({ port }, called) => {
    const requests = (await fetchTokens(port, count)).map((token) => poll(token))
    // Each is verified once, at its first request: that is no part of polling.
    for (let sent = 0; sent < count; ) {
      sent += (await load(port, requests, { seconds: settings.seconds, first: sent })).requests
    }
    return called === many ? requests : requests.slice(0, 1)
  }
  const subject = emulator({ journal: 0 })
  const subjects = { 'one token': subject, [many]: subject }
  const results = await compare(subjects, settings, { requestsOf })
  return throughput(results, many, 'one token', { perSecond: atLeast(0.85) })
}
