import { get } from 'node:http'
import Fastify from 'fastify'
import { startEmulator } from '../../dist/library/index.js'
import { headers, path, states } from './answer.js'

// In one process, in turn: from the call to the end of the first answer. Prints both lists of milliseconds.
const [times] = process.argv.slice(2).map(Number)

const firstAnswer = (url) =>
  new Promise((resolve, reject) => {
    get(`${url}${path}12345`, { agent: false }, (response) => {
      response.resume().once('end', resolve)
    }).once('error', reject)
  })

async function startFastify() {
  const app = Fastify()
  app.get(`${path}:referenceId`, (request, reply) =>
    reply
      .headers(headers)
      .serializer(JSON.stringify)
      .send({ result: states.get(request.params.referenceId) }),
  )
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => app.close() }
}

async function timed(start) {
  const startedAt = performance.now()
  const server = await start()
  await firstAnswer(server.url)
  const ms = performance.now() - startedAt
  await server.close()
  return ms
}

const subjects = { emulator: startEmulator, fastify: startFastify }
const results = { emulator: [], fastify: [] }
// The first ones load and compile; a warm process has done that.
for (let round = -3; round < times; round += 1) {
  for (const [name, start] of Object.entries(subjects)) {
    const ms = await timed(start)
    if (round >= 0) results[name].push(ms)
  }
}
process.stdout.write(JSON.stringify(results))
