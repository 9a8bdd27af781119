import { emulator } from '../subjects/subjects.js'
import { column, compare } from '../tools/compare.js'
import { atLeast, figure } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { fetchTokens, poll } from '../tools/requests.js'
import { ratio } from '../tools/rounds.js'

export const title = 'Status with many tokens: requests a second'

const count = 10_000

export async function measure(settings) {
  const requestsOf = async ({ port }, called) => {
    const requests = (await fetchTokens(port, count)).map((token) => poll(token))
    // Each is verified once, at its first request: that is no part of polling.
    for (let sent = 0; sent < count; ) {
      sent += (await load(port, requests, { seconds: settings.seconds, first: sent })).requests
    }
    return called === 'many' ? requests : requests.slice(0, 1)
  }
  const subject = emulator({ journal: 0 })
  const subjects = { 'one token': subject, many: subject }
  const from = column(await compare(subjects, settings, { requestsOf }), 'perSecond')
  const value = ratio(from.many, from['one token'])
  const what = `${count.toLocaleString('en')} tokens in turn / one token`
  return [figure(what, value, { target: atLeast(0.85), from })]
}
