import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

// In the place of wrk where that is missing, and like it: a process of its own, the same file of requests.
const [origin, file, times, first, connections, duration] = process.argv.slice(2)

function parse(text) {
  const [head, body] = text.split('\r\n\r\n')
  const [line, ...fields] = head.split('\r\n')
  const [method, path] = line.split(' ')
  const headers = Object.fromEntries(fields.map((field) => field.split(/: (.*)/s, 2)))
  delete headers['content-length']
  return { method, path, headers, body: body === '' ? undefined : body }
}

const requests = readFileSync(file, 'utf8').split('\0').map(parse)
const inTurn = [...requests.slice(Number(first)), ...requests.slice(0, Number(first))]
const repeated = inTurn.flatMap((request) => Array(Number(times)).fill(request))
const before = process.cpuUsage()
const result = await autocannon({
  url: origin,
  connections: Number(connections),
  duration: Number(duration),
  requests: requests.length === 1 ? requests : repeated,
})
const { user, system } = process.cpuUsage(before)
process.stdout.write(
  `\n${JSON.stringify({
    requests: result.requests.total,
    seconds: result.duration,
    p99Ms: result.latency.p99,
    processorSeconds: (user + system) / 1e6,
    errors: { connection: result.errors, status: result.non2xx, timeout: result.timeouts },
  })}\n`,
)
