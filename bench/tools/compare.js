import { figure } from './figures.js'
import { load } from './load.js'
import { processorSeconds } from './processes.js'
import { anyToken, fetchToken, poll } from './requests.js'
import { interleave, median, ratio } from './rounds.js'
import { withServer } from './server.js'

/** One load on one server: what the generator tells, and the processor time that the server took. */
export async function measureLoad({ server, requests }, { connections, seconds }) {
  const before = processorSeconds(server.pid)
  const { scheme } = server
  const result = await load(server.port, requests, { connections, seconds, scheme })
  const spent = processorSeconds(server.pid) - before
  return { ...result, processorMicroseconds: (spent / result.requests) * 1e6 }
}

/** Polls of one import with one token. */
async function pollOne({ port }, name) {
  return [poll(name.startsWith('bare') ? anyToken : await fetchToken(port))]
}

/** Starts a server, warms it up and measures it. `requestsOf` makes what it is sent. */
export function measureAlone(subject, name, settings, { requestsOf = pollOne, connections = 64 }) {
  const { warmUpSeconds, seconds } = settings
  return withServer(subject, async (server) => {
    const requests = await requestsOf(server, name)
    if (warmUpSeconds > 0) {
      const { scheme } = server
      await load(server.port, requests, { connections, seconds: warmUpSeconds, scheme })
    }
    return measureLoad({ server, requests }, { connections, seconds })
  })
}

/**
 * Measures subjects in turn, each alone and started anew for each round: no two processes are compiled
 * alike, and of several that run side by side the last ones are slow. Resolves to a list of results for each.
 */
export function compare(subjects, settings, options = {}) {
  return interleave(subjects, settings.rounds, (subject, name) =>
    measureAlone(subject, name, settings, options),
  )
}

/** One figure of each result. */
export const column = (results, key) =>
  Object.fromEntries(
    Object.entries(results).map(([name, list]) => [name, list.map((it) => it[key])]),
  )

/** A generator that takes more of its core than this is slower than what it measures. */
const busyShare = 0.9

/** Says so where the load generator was the limit, and not the servers. */
export function generatorNote(...lists) {
  const share = Math.max(...lists.map((list) => median(list.map((it) => it.generatorShare))))
  return share > busyShare
    ? `the load generator is the limit: it took ${Math.round(share * 100)} % of its core`
    : undefined
}

/**
 * How one subject relates to another, in two figures: requests a second, and the processor time of the server for each.
 * The second one changes less where the machine is shared.
 */
export function throughput(results, one, other, { perSecond, processor } = {}) {
  const from = (key) => column({ [one]: results[one], [other]: results[other] }, key)
  const [rates, times] = [from('perSecond'), from('processorMicroseconds')]
  const [of, to] = [one, other].map((name) => median(times[name]).toFixed(1))
  return [
    figure(`${one} / ${other}: requests a second`, ratio(rates[one], rates[other]), {
      target: perSecond,
      note: generatorNote(results[one], results[other]),
      from: rates,
    }),
    figure(
      `${one} / ${other}: processor time a request (${of} / ${to} µs)`,
      ratio(times[one], times[other]),
      { target: processor, from: times },
    ),
  ]
}
