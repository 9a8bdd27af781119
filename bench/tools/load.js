import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { onLoadCore } from './cores.js'
import { requestsFile } from './requests.js'

const run = promisify(execFile)
const file = (name) => new URL(name, import.meta.url).pathname

/** wrk takes a fraction of the time that a generator written in JavaScript takes for a request. */
export const generator = spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon'

const commands = {
  wrk: (origin, requests, times, first, connections, seconds) => [
    'wrk',
    [
      ...['--threads', '1', '--connections', connections, '--duration', `${seconds}s`],
      ...['--timeout', '10s', '--script', file('wrk.lua'), origin],
      ...['--', requests, times, first],
    ],
  ],
  autocannon: (origin, requests, times, first, connections, seconds) => [
    process.execPath,
    [file('autocannon.js'), origin, requests, times, first, connections, seconds],
  ],
}

/**
 * Sends requests in turn for some seconds, from the `first` one on, each `times` times before the next. Throws where one is refused
 * or lost: what is measured must be the answer that is meant. `generatorShare` is the share of its core that the generator
 * took.
 */
export async function load(
  port,
  requests,
  { connections = 64, seconds = 1, times = 1, first = 0, scheme = 'http' } = {},
) {
  const [command, args] = commands[generator](
    ...[
      `${scheme}://127.0.0.1:${port}`,
      requestsFile(requests),
      times,
      first,
      connections,
      seconds,
    ].map(String),
  )
  const { stdout } = await run(...onLoadCore(command, args), { timeout: (seconds + 60) * 1000 })
  const { errors, processorSeconds, ...result } = JSON.parse(stdout.trim().split('\n').at(-1))
  if (result.requests === 0) throw new Error(`no request was answered within ${seconds} s`)
  const failures = Object.entries(errors).filter(([, count]) => count > 0)
  if (failures.length > 0) {
    const list = failures.map(([kind, count]) => `${count} by ${kind}`).join(', ')
    throw new Error(`requests failed beside ${result.requests} that were answered: ${list}`)
  }
  return {
    ...result,
    perSecond: result.requests / result.seconds,
    generatorShare: processorSeconds / result.seconds,
  }
}
