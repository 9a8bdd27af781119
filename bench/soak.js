import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get, request as open } from 'node:http'
import { parseArgs } from 'node:util'
import { emulator } from './subjects/subjects.js'
import { bench, scratch } from './tools/places.js'
import { residentMb } from './tools/processes.js'
import { statusPath, tokenPath } from './tools/requests.js'
import { startServer } from './tools/server.js'

/*
 * Minutes of mixed load on one emulator: polls, tokens, uploads, downloads, faults, workspaces, and readers of events
 * and result files that read fast, slowly or not at all. Prints what could grow; judges nothing.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    every: { type: 'string', default: '10' },
  },
})
const endAt = Date.now() + Number(values.minutes) * 60_000
const everyMs = Number(values.every) * 1000

const delayFile = scratch('delay.json')
const subject = emulator({
  logFile: '/dev/null',
  nodeFlags: ['--import', `${bench}subjects/event-loop-delay.js`],
  env: { BENCH_DELAY_FILE: delayFile },
})
const { port, pid, stop } = await startServer(subject)

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const counts = { requests: 0, failed: 0 }
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Sends one request; a fault may cut the response off. */
async function send(method, path, { headers = {}, body } = {}) {
  counts.requests += 1
  const outgoing = open({ host: '127.0.0.1', port, method, path, headers, agent, timeout: 30_000 })
  outgoing.once('timeout', () => outgoing.destroy())
  outgoing.end(body)
  try {
    const [response] = await once(outgoing, 'response')
    let text = ''
    for await (const chunk of response) text += chunk
    return { status: response.statusCode, text }
  } catch {
    counts.failed += 1
    return { status: 0, text: '' }
  }
}

const control = (method, path, value) =>
  send(method, `/__control${path}`, {
    headers: { 'content-type': 'application/json' },
    body: value === undefined ? undefined : JSON.stringify(value),
  })

async function fetchToken(workspace) {
  const client = workspace === undefined ? 'demo-client' : `demo-client@${workspace}`
  const { text } = await send('POST', tokenPath, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=${client}&client_secret=demo-secret`,
  })
  return text === '' ? undefined : JSON.parse(text).access_token
}

const bearer = (token) => ({ authorization: `Bearer ${token}` })

function rosterForm(rows) {
  const lines = Array.from({ length: rows }, (_, index) =>
    index % 10 === 0 ? `Group ${index},` : `Group ${index},g${index}`,
  )
  const file = `group_name,group_id\r\n${lines.join('\r\n')}\r\n`
  return `--b\r\nContent-Disposition: form-data; name="file"; filename="r.csv"\r\n\r\n${file}\r\n--b--\r\n`
}
const form = rosterForm(300)
const upload = (token) =>
  send('POST', '/api/v1/upload/api/v1/upload', {
    headers: { ...bearer(token), 'content-type': 'multipart/form-data; boundary=b' },
    body: form,
  })

const uploaded = []

/** The loops that run side by side. */
const loads = {
  async poll(round) {
    const token = await fetchToken()
    for (let poll = 0; poll < 500 && token !== undefined; poll += 1) {
      const id = ['12345', `processed-${round}-${poll}`, 'unknown', 'slow'][poll % 4]
      await send('GET', statusPath(id), { headers: bearer(poll % 50 === 49 ? 'x' : token) })
    }
  },
  async upload() {
    const { text } = await upload(await fetchToken())
    const id = /"referenceId":"([^"]+)"/.exec(text)?.[1]
    if (id !== undefined) uploaded.push(id)
    await wait(100)
  },
  async download() {
    const token = await fetchToken()
    const id = uploaded.shift() ?? '12345'
    const { text } = await send('GET', `/api/v1/upload/api/v1/download/${id}`, {
      headers: bearer(token),
    })
    const url = /"https?:\/\/[^/]+([^"]+)"/.exec(text)?.[1]
    if (url !== undefined) await send('GET', url.replaceAll('\\u0026', '&'))
    await wait(200)
  },
  async faults(round) {
    const kind = ['reset', 'empty', 'truncate', 'malformed'][round % 4]
    await control('POST', '/faults', { kind, referenceId: `processed-${round % 10}*`, times: 5 })
    await control('POST', '/faults', { kind: 'status', status: 503, probability: 0.01 })
    await wait(500)
    await control('DELETE', '/faults')
  },
  async workspaces(round) {
    const name = `w-${round % 200}`
    const token = await fetchToken(name)
    for (let poll = 0; poll < 20; poll += 1) {
      await send('GET', statusPath('slow'), { headers: bearer(token) })
    }
    if (round % 3 === 0) await control('DELETE', `/workspaces/${name}`)
  },
  async journal() {
    await control('GET', '/journal?limit=1000')
    await control('GET', '/import-count')
    await wait(1000)
  },
  async clock() {
    await control('POST', '/clock/advance', { by: '1m' })
    await wait(5000)
  },
  async readEvents() {
    await readEvents(5000, (response) => response.resume())
  },
  async readEventsSlowly() {
    await readEvents(20_000, (response) => {
      const timer = setInterval(() => response.read(1000), 100)
      response.once('close', () => clearInterval(timer))
    })
  },
  async readNoEvents() {
    await readEvents(60_000, (response) => response.pause())
  },
}

/** Reads events for so long, or until the emulator closes the stream. */
function readEvents(ms, read) {
  return new Promise((resolve) => {
    const incoming = get({
      host: '127.0.0.1',
      port,
      path: '/__control/journal/events?since=0',
      agent: false,
    })
    const timer = setTimeout(() => incoming.destroy(), ms)
    incoming.once('response', (response) => {
      response.on('error', () => {})
      read(response)
    })
    incoming.on('error', () => {})
    incoming.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

async function repeat(load) {
  for (let round = 0; Date.now() < endAt; round += 1) await load(round)
}

function delay() {
  process.kill(pid, 'SIGUSR2')
  return wait(200).then(() => {
    try {
      return JSON.parse(readFileSync(delayFile, 'utf8'))
    } catch {
      return { p99Ms: Number.NaN, maxMs: Number.NaN }
    }
  })
}

const columns = [
  'seconds',
  'requests',
  'cut off',
  'memory MB',
  'descriptors',
  'delay p99 ms',
  'delay max ms',
]
const tell = (cells) =>
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(13)).join('')}\n`)

const startedAt = Date.now()
tell(columns)
const timer = setInterval(async () => {
  const descriptors = readdirSync(`/proc/${pid}/fd`).length
  const { p99Ms, maxMs } = await delay()
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  const memory = residentMb(pid).toFixed(1)
  tell([
    seconds,
    counts.requests,
    counts.failed,
    memory,
    descriptors,
    p99Ms.toFixed(1),
    maxMs.toFixed(1),
  ])
}, everyMs)

const pollers = Array.from({ length: 6 }, () => repeat(loads.poll))
await Promise.race([
  Promise.all([...pollers, ...Object.values(loads).map(repeat)]),
  // A reader that is still open does not hold up the end.
  wait(endAt - Date.now() + 5000),
])
clearInterval(timer)
await stop()
process.exit(0)
