import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { ScenarioFixture } from '../src/domain/fixture.js'
import { Emulator } from '../src/emulator/emulator.js'
import { type AppOptions, createApp } from '../src/http/app.js'
import { watchResponses } from './openapi-responses.js'

/** The credentials of a client of the default scenario. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

export const demo: Credentials = { clientId: 'demo-client', clientSecret: 'demo-secret' }

export const defaultScenario = new URL('../fixtures/default.yaml', import.meta.url).pathname

export const tokenPath = '/api/v1/upload/v1/oauth2/tokens'

export const statusPath = (referenceId: string) =>
  `/api/v1/upload/api/v1/status/${encodeURIComponent(referenceId)}`

/** An emulator behind an app that does not listen. */
export async function buildApp(
  t: Test,
  { scenario, ...options }: AppOptions & { scenario?: ScenarioFixture } = {},
): Promise<{ app: FastifyInstance; emulator: Emulator }> {
  const emulator = await Emulator.create({ fixtures: [scenario ?? defaultScenario] })
  const app = createApp(emulator, options)
  watchResponses(t, app, emulator)
  t.teardown(() => app.close())
  await app.ready()
  return { app, emulator }
}

/** Asks for a token as a client does. */
export async function fetchToken(
  app: FastifyInstance,
  { clientId, clientSecret }: Credentials = demo,
): Promise<string> {
  const response = await app.inject({
    method: 'POST',
    url: tokenPath,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }).toString(),
  })
  return response.json().access_token
}

export interface Listening {
  readonly emulator: Emulator
  readonly port: number
}

/** An emulator that listens on a free port, for what only a socket can show. */
export async function listen(
  t: Test,
  {
    scenario,
    journalSize = 1000,
    ...options
  }: AppOptions & { scenario?: ScenarioFixture; journalSize?: number } = {},
): Promise<Listening> {
  const emulator = await Emulator.create({ fixtures: [scenario ?? defaultScenario], journalSize })
  const app = createApp(emulator, options)
  watchResponses(t, app, emulator)
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return { emulator, port: (app.server.address() as AddressInfo).port }
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly statusLine: string
  readonly status: number
  /** In the order and case in which they came, without those that differ from run to run. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends bytes and reads until the server closes. `connection: close` is the sender's business. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  // A reset after the answer is the server's right.
  socket.on('error', () => {})
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks).toString()
}

export function parseAnswer(raw: string): RawAnswer {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    statusLine,
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers.filter(([name]) => name !== 'date')),
    body: rest.join('\r\n\r\n'),
  }
}

/** One request over a socket of its own: the head as lines, then the body. */
export async function requestRaw(
  port: number,
  head: readonly string[],
  body: string | Buffer = '',
): Promise<RawAnswer> {
  const hasHost = head.some((line) => /^host:/i.test(line))
  const lines = [...head, ...(hasHost ? [] : ['Host: localhost']), 'Connection: close']
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)])
  return parseAnswer(await sendRaw(port, bytes))
}

/** Asks an emulator that listens for a token, as a client does. */
export async function fetchTokenFrom(
  url: string,
  { clientId, clientSecret }: Credentials = demo,
): Promise<string> {
  const answer = await fetch(url + tokenPath, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** The environment without what this test runner tells its children, and what npm tells its own. */
export const plainEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_|TAP|_TAPJS|PORT$|HOST$)/.test(name),
  ),
)

/**
 * A command line that the test runner does not follow. It puts its own options into the environment of every child, to
 * measure coverage: each Node.js below, npm included, then takes five times as long to start. The sources are measured
 * within the test processes.
 */
export function unfollowed(program: string, ...args: readonly string[]): [string, string[]] {
  return ['env', ['-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE', program, ...args]]
}

/** Runs Node.js, unfollowed. */
export function runNode(args: readonly string[], options: object = {}) {
  const plain = {
    env: plainEnvironment,
    timeout: 60_000,
    killSignal: 'SIGKILL',
    ...options,
  } as const
  return promisify(execFile)(...unfollowed(process.execPath, ...args), plain)
}

/** A request to this path, as the journal takes it. */
export const recordOf = (path: string) => ({
  at: 0,
  durationMs: 1,
  operation: 'status' as const,
  method: 'GET',
  path,
  referenceId: undefined,
  clientId: undefined,
  requestHeaders: [],
  requestBody: undefined,
  status: 200,
  response: undefined,
  reason: { code: 'served' as const, message: 'Served' },
  outcome: 'served' as const,
  restsOn: undefined,
  faults: [],
})

/** A port of the loopback interface that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
