import { load } from './load.js'
import { processorSeconds } from './processes.js'
import { anyToken, fetchToken, poll } from './requests.js'
import { interleave } from './rounds.js'
import { withServers } from './server.js'

/** One load on one server: what the generator tells, and the processor time that the server took. */
export async function measureLoad({ server, requests, times }, { connections, seconds }) {
  const before = processorSeconds(server.pid)
  const result = await load(server.port, requests, { connections, seconds, times })
  const spent = processorSeconds(server.pid) - before
  return { ...result, processorMicroseconds: (spent / result.requests) * 1e6 }
}

/** Loads that poll one import with one token, each on a server of its own. */
export async function pollOne(servers) {
  const loads = {}
  for (const [name, server] of Object.entries(servers)) {
    const token = name.startsWith('bare') ? anyToken : await fetchToken(server.port)
    loads[name] = { server, requests: [poll(token)] }
  }
  return loads
}

/**
 * Measures loads in turn. `loadsOf` makes them of the servers that run. The servers are started anew for
 * each generation, as no two processes are compiled alike. Resolves to a list of results for each load.
 */
export async function compare(subjects, settings, { loadsOf = pollOne, connections = 64 } = {}) {
  const { generations, warmUpRounds, rounds, seconds } = settings
  const results = {}
  for (let generation = 0; generation < generations; generation += 1) {
    await withServers(subjects, async (servers) => {
      const loads = await loadsOf(servers)
      const measure = (one) => measureLoad(one, { connections, seconds })
      await interleave(loads, warmUpRounds, measure)
      for (const [name, list] of Object.entries(await interleave(loads, rounds, measure))) {
        results[name] = [...(results[name] ?? []), ...list]
      }
    })
  }
  return results
}

/** One figure of each result. */
export const column = (results, key) =>
  Object.fromEntries(
    Object.entries(results).map(([name, list]) => [name, list.map((it) => it[key])]),
  )
