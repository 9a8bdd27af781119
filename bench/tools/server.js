import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { createServer } from 'node:net'
import { onServerCore } from './cores.js'

const running = new Set()
process.on('exit', () => {
  for (const pid of running) killGroup(pid)
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** Kills a server and what it started. */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The answer to a request; nothing while nobody listens, or where whoever does keeps silent. */
export function ask(port, { path, headers = {} }, scheme = 'http') {
  return new Promise((resolve) => {
    const options = {
      ...{ host: '127.0.0.1', port, path, headers, agent: false, timeout: silenceMs },
      // Its certificate is one of this run.
      rejectUnauthorized: false,
    }
    const { get } = scheme === 'https' ? https : http
    const request = get(options, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.once('end', () => resolve({ status: response.statusCode, body }))
      response.once('error', () => resolve(undefined))
    })
    request.once('timeout', () => request.destroy()).once('error', () => resolve(undefined))
  })
}

/** The time that a server has for a response before the request is repeated. */
const silenceMs = 10_000

const statusPath = '/api/v1/upload/api/v1/status/12345'

/** Any answer will do: that of the emulator to a request without a token is its first one. */
const anyAnswer = { path: statusPath, isRight: () => true }

/**
 * Starts a subject on the server core and resolves once it has answered: with its port and pid, how long
 * that took, its scheme, and `stop`. Throws where it ends, or has not answered in time.
 */
export async function startServer(subject, { probe = anyAnswer, timeoutMs = 30_000 } = {}) {
  const port = await freePort()
  const { command, args, env = {}, cwd, stdout, scheme } = await subject(port)
  const [pinnedCommand, pinnedArgs] = onServerCore(command, args)
  const output = stdout === undefined ? 'ignore' : openSync(stdout, 'w')
  const startedAt = performance.now()
  const child = spawn(pinnedCommand, pinnedArgs, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    cwd,
    stdio: ['ignore', output, 'ignore'],
    // A group of its own, to be ended with all that it starts.
    detached: true,
  })
  const { pid } = child
  running.add(pid)
  if (output !== 'ignore') closeSync(output)
  let end
  const ended = new Promise((resolve) => {
    end = resolve
  })
  child.once('exit', end).once('error', end)
  const stop = async () => {
    killGroup(pid)
    await ended
    running.delete(pid)
  }
  while (true) {
    const answer = await ask(port, probe, scheme)
    if (answer !== undefined && probe.isRight(answer)) break
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before it answered`)
    if (performance.now() - startedAt > timeoutMs) {
      await stop()
      const last = answer === undefined ? 'none' : `${answer.status} ${answer.body.slice(0, 80)}`
      throw new Error(`no right answer within ${timeoutMs / 1000} s; the last one: ${last}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return { port, pid, scheme, startMs: performance.now() - startedAt, stop }
}

/** Starts a subject, measures, and stops it whatever happens. */
export async function withServer(subject, measure) {
  const server = await startServer(subject)
  try {
    return await measure(server)
  } finally {
    await server.stop()
  }
}
