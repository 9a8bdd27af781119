import { get } from 'node:http'
import { headers, path, states } from './answer.js'

/** A server of each kind in this process, with its URL and `close`. Each is imported when it is first started. */
export const starters = {
  async emulator() {
    const { startEmulator } = await import('../../dist/library/index.js')
    return startEmulator()
  },
  async fastify() {
    const { default: Fastify } = await import('fastify')
    const app = Fastify()
    app.get(`${path}:referenceId`, (request, reply) =>
      reply
        .headers(headers)
        .serializer(JSON.stringify)
        .send({ result: states.get(request.params.referenceId) }),
    )
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, close: () => app.close() }
  },
}

/** The milliseconds from the call to the start, and to the end of the first answer. */
export async function timed(start) {
  const startedAt = performance.now()
  const server = await start()
  const startMs = performance.now() - startedAt
  await firstAnswer(server.url)
  const answerMs = performance.now() - startedAt
  await server.close()
  return { startMs, answerMs }
}

const firstAnswer = (url) =>
  new Promise((resolve, reject) => {
    get(`${url}${path}12345`, { agent: false }, (response) => {
      response.resume().once('end', resolve)
    }).once('error', reject)
  })
