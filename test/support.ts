import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { ScenarioFixture } from '../src/domain/fixture.js'
import { Emulator } from '../src/emulator/emulator.js'
import { type AppOptions, createApp } from '../src/http/app.js'

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
