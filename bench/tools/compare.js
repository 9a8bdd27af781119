import { load } from './load.js'
import { processorSeconds } from './processes.js'
import { anyToken, fetchToken, poll } from './requests.js'
import { interleave } from './rounds.js'
import { withServer } from './server.js'

/** One load on one server: what the generator tells, and the processor time that the server took. */
export async function measureLoad({ server, requests }, { connections, seconds }) {
  const before = processorSeconds(server.pid)
  const result = await load(server.port, requests, { connections, seconds })
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
      await load(server.port, requests, { connections, seconds: warmUpSeconds })
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
