import { encodeRequest } from '../../dist/domain/control/request.js'
import { controlRoutes } from '../../dist/domain/control/routes.js'
import { Emulator } from '../../dist/emulator/emulator.js'
import { defaultFixtures } from '../../dist/emulator/package-files.js'
import { createApp } from '../../dist/http/app.js'
import { writtenAddress } from '../../dist/http/control/openapi.js'

/** The address that the documents name, and that a running emulator replaces by its own. */
export const address = writtenAddress

const startTime = Date.parse('2026-01-31T12:00:00Z')

/** An emulator whose responses are the examples of the documents: the same each time. */
export async function startExampleEmulator() {
  const emulator = await Emulator.create({
    fixtures: [defaultFixtures],
    linkKey: Buffer.alloc(32),
    maxUploadSize: 1000,
  })
  const app = createApp(emulator)
  const { clock } = emulator.main
  const resetClock = () => {
    clock.freeze()
    clock.set(startTime)
  }
  resetClock()

  async function send({ headers, ...request }) {
    const host = new URL(address).host
    const response = await app.inject({
      ...request,
      headers: { host, 'user-agent': 'my-client/1.0', ...headers },
    })
    const body = withoutChance(response.body)
    const isJson = /json/.test(response.headers['content-type'])
    return { ...response, status: response.statusCode, body: isJson ? JSON.parse(body) : body }
  }

  return {
    send,
    resetClock,
    clock,
    /** Calls a verb of the control API. */
    call(name, input) {
      const { method, path, body, contentType } = encodeRequest(controlRoutes[name], input)
      const headers = contentType && { 'content-type': contentType }
      return send({ method, url: `/__control${path}`, headers, payload: body })
    },
    openWorkspace: (name) => send({ method: 'GET', url: `/w/${name}/__control/clock` }),
    token: async (spec) =>
      await emulator.tokens.mint({ scopes: ['rostering'], lifetime: 3600, ...spec }, clock.now()),
    lastEntry: async () =>
      (await send({ method: 'GET', url: '/__control/journal?limit=1' })).body.entries[0],
    close: () => app.close(),
  }
}

/** Tokens, keys and ids differ from run to run, and so do the times of a clock that runs. */
function withoutChance(text) {
  return text
    .replace(
      /eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
      'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJkZW1vLWNsaWVudCJ9.c2lnbmF0dXJl',
    )
    .replace(/"(x|y|kid|jti)":"[^"]+"/g, (_, name) => `"${name}":"${sampleIds[name]}"`)
    .replace(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, sampleIds.jti)
    .replace(/"durationMs":[\d.]+/g, '"durationMs":1')
    .replace(/"(at|loadedAt|since)":\d{13}/g, (_, name) => `"${name}":${startTime}`)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (at) =>
      at.startsWith('2026-01-31') ? at.replace(/\.\d+/, '.000') : new Date(startTime).toISOString(),
    )
}

const sampleIds = {
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  kid: 'f6VqK0bWcPzGk2vO3lQ9sXyTn8uJdR1h',
  jti: '6f0e3a52-9c1d-4b7e-8a40-2d5c7e91b3f8',
}
