import { spawn } from 'node:child_process'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { platform } from 'node:os'

const root = new URL('..', import.meta.url).pathname
const bare = new URL('bare-fastify.js', import.meta.url).pathname

/** What is compared, each as a command line. */
export const servers = {
  bare: [bare],
  emulator: [`${root}dist/bundle/cli.js`, '--log-level', 'silent', '--journal-size', '0'],
  'emulator, journal on': [`${root}dist/bundle/cli.js`, '--log-level', 'silent'],
}

/** A command line on one core, where the system can pin it. */
export function pinned(core, command, args) {
  return platform() === 'linux'
    ? ['taskset', ['-c', String(core), command, ...args]]
    : [command, args]
}

async function freePort() {
  const server = createServer().listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

const answers = (port) =>
  new Promise((resolve) => {
    get(
      { host: '127.0.0.1', port, path: '/api/v1/upload/api/v1/status/12345', agent: false },
      (response) => {
        response.resume()
        response.once('end', () => resolve(true))
      },
    ).once('error', () => resolve(false))
  })

/** Starts a server on core 0 and resolves once it has answered. */
export async function startServer(args, more = []) {
  const port = await freePort()
  const startedAt = performance.now()
  const [command, all] = pinned(0, process.execPath, [...args, ...more])
  const child = spawn(command, all, {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  })
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 1))
  const startMs = performance.now() - startedAt
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill('SIGKILL')
    })
  return { url: `http://127.0.0.1:${port}`, startMs, stop }
}

/** A token of the default scenario. The bare server issues none, and is sent as many bytes. */
export async function fetchToken(url) {
  const answer = await fetch(`${url}/api/v1/upload/v1/oauth2/tokens`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'demo-client',
      client_secret: 'demo-secret',
    }),
  })
  return answer.ok ? (await answer.json()).access_token : 'x'.repeat(482)
}
