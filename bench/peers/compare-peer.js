import { isDeepStrictEqual } from 'node:util'
import { emulator } from '../subjects/subjects.js'
import { column, generatorNote, measureLoad } from '../tools/compare.js'
import { atLeast, figure, missing } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { residentMb, settle } from '../tools/processes.js'
import { anyToken, fetchToken, poll, statusPath, tokenRequest } from '../tools/requests.js'
import { interleave, median, ratio } from '../tools/rounds.js'
import { scenarioFile } from '../tools/scenarios.js'
import { ask, startServer } from '../tools/server.js'
import { answer, id, stubPaths } from './stubs.js'

const fewStubs = 10
/** As many as the peer can: the first that works is measured. */
const manyStubs = [100_000, 10_000, 1000]
/** The number of stubs that are requested in turn, spread over all of them. */
const polledStubs = 1000

/** The ratio of the emulator to the peer in each figure: above 1 it leads. */
export async function* comparePeer(peer, settings) {
  const startedAt = performance.now()
  yield* comparePair(pairOf(peer, { stubs: fewStubs, journal: false }), settings, 'journal off')
  if (!settings.whole || peer.issues !== undefined) return
  if (peer.hasJournal) {
    const pair = pairOf(peer, { stubs: fewStubs, journal: true })
    yield* comparePair(pair, settings, 'journal on')
  } else {
    yield missing('journal on', 'the peer has none that can be turned on')
  }
  for (const stubs of manyStubs) {
    const what = `${stubs.toLocaleString('en')} stubs`
    if (performance.now() - startedAt > settings.limitMs) {
      yield missing(what, `left out: ${settings.limitMs / 1000} s are over`)
      continue
    }
    try {
      // One start of a peer that reads so many can take most of a minute.
      const pair = pairOf(peer, { stubs, journal: false })
      yield* comparePair(pair, { ...settings, starts: 1 }, what)
      return
    } catch (error) {
      yield missing(what, `the peer cannot: ${error.message}`)
    }
  }
}

const inverse = (values) => values.map((value) => 1 / value)
const asIs = (values) => values

/** A ratio that is above 1 where the emulator leads, beside both medians. */
function lead(what, results, better, unit = ' ms', note = undefined) {
  const value = ratio(better(results.emulator), better(results.peer))
  const told = `${what} (${tellMedian(results.emulator)} / ${tellMedian(results.peer)}${unit})`
  return figure(told, value, { unit: '×', target: atLeast(1), note, from: results })
}

const tellMedian = (values) => Number(median(values).toPrecision(3)).toLocaleString('en')

function pairOf({ subject, issues }, { stubs, journal }) {
  const fixtures = issues === undefined ? scenarioFile(stubs) : undefined
  const own = emulator({ journal: journal ? undefined : 0, fixtures })
  return {
    emulator: { subject: own, stubs, issues: issues && tokenRequest() },
    peer: { subject: subject({ stubs, journal }), stubs, issues, isPeer: true },
  }
}

/** Starts a server and waits for its first right answer; one that issues tokens is sent no poll. */
async function start({ subject, isPeer, issues }, { timeoutMs }) {
  if (issues !== undefined) return startServer(subject, { timeoutMs })
  const path = statusPath(id(0))
  const server = await startServer(subject, {
    timeoutMs,
    // To the emulator nobody has a token yet: its first answer is a refusal, and the right one follows.
    probe: { ...poll(anyToken, path), isRight: isPeer ? isRight : () => true },
  })
  try {
    if (isPeer) return server
    const first = await ask(server.port, poll(await fetchToken(server.port), path))
    if (isRight(first)) return server
    throw new Error(`the emulator answered ${first.status} ${first.body}`)
  } catch (error) {
    await server.stop()
    throw error
  }
}

function isRight({ status, body }) {
  try {
    return status === 200 && isDeepStrictEqual(JSON.parse(body), answer)
  } catch {
    return false
  }
}

async function requestsFor({ port }, { stubs, isPeer, issues }) {
  if (issues !== undefined) return [issues]
  const token = isPeer ? anyToken : await fetchToken(port)
  const paths = stubPaths(stubs)
  const count = Math.min(stubs, polledStubs)
  return Array.from({ length: count }, (_, index) =>
    poll(token, paths[Math.floor((index * stubs) / count)]),
  )
}

async function* comparePair(pair, settings, what) {
  const { starts, rounds, seconds, warmUpSeconds } = settings
  const servers = {}
  try {
    const startMs = await interleave(pair, starts, async (one, name) => {
      await servers[name]?.stop()
      // The last one stays.
      servers[name] = await start(one, settings)
      return servers[name].startMs
    })
    yield lead(`${what}: start to first right answer`, startMs, inverse)
    await settle()
    const memory = () => interleave(servers, 1, ({ pid }) => residentMb(pid))
    yield lead(`${what}: idle memory`, await memory(), inverse, ' MB')
    const loads = {}
    for (const [name, server] of Object.entries(servers)) {
      const requests = await requestsFor(server, pair[name])
      if (warmUpSeconds > 0) await load(server.port, requests, { seconds: warmUpSeconds })
      loads[name] = { server, requests }
    }
    const at = (connections) =>
      interleave(loads, rounds, (one) => measureLoad(one, { connections, seconds }))
    const many = await at(64)
    const note = generatorNote(many.emulator, many.peer)
    const [rates, times] = [column(many, 'perSecond'), column(many, 'processorMicroseconds')]
    yield lead(`${what}: at 64 connections`, rates, asIs, ' a second', note)
    yield lead(`${what}: processor time a request`, times, inverse, ' µs')
    yield lead(`${what}: p99 at 16 connections`, column(await at(16), 'p99Ms'), inverse)
    yield lead(`${what}: memory after the load`, await memory(), inverse, ' MB')
  } finally {
    await Promise.all(Object.values(servers).map(({ stop }) => stop()))
  }
}
