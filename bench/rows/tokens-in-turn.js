import { emulator } from '../subjects/subjects.js'
import { column, compare } from '../tools/compare.js'
import { atLeast, figure } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { fetchTokens, poll } from '../tools/requests.js'
import { ratio } from '../tools/rounds.js'

export const title = 'Status with many tokens: requests a second'

const count = 10_000

export async function measure(settings) {
  const loadsOf = async ({ server }) => {
    const tokens = await fetchTokens(server.port, count)
    const requests = tokens.map((token) => poll(token))
    // Each is verified once, at its first request: that is no part of polling.
    for (let sent = 0; sent < count; ) {
      sent += (await load(server.port, requests, { seconds: settings.seconds, first: sent }))
        .requests
    }
    return { 'one token': { server, requests: requests.slice(0, 1) }, many: { server, requests } }
  }
  const subjects = { server: emulator({ journal: 0 }) }
  const from = column(await compare(subjects, settings, { loadsOf }), 'perSecond')
  const value = ratio(from.many, from['one token'])
  const what = `${count.toLocaleString('en')} tokens in turn / one token`
  return [figure(what, value, { target: atLeast(0.85), from })]
}
