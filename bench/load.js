import autocannon from 'autocannon'

// Runs in a process of its own, so that it can have a core of its own.
const [url, token, duration] = process.argv.slice(2)
const result = await autocannon({
  url,
  connections: 64,
  duration: Number(duration),
  headers: { authorization: `Bearer ${token}` },
})
if (result.non2xx > 0 || result.errors > 0)
  throw new Error(`${result.non2xx} refusals, ${result.errors} errors`)
process.stdout.write(
  JSON.stringify({ perSecond: result.requests.average, p99: result.latency.p99 }),
)
