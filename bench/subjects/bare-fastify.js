import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { headers, path, states } from './answer.js'

// The limit: the same answer from the same framework, which looks at no token.
const { PORT, TLS_CERTIFICATE, TLS_KEY } = process.env
const https =
  TLS_KEY === undefined
    ? undefined
    : { cert: readFileSync(TLS_CERTIFICATE), key: readFileSync(TLS_KEY) }
const app = Fastify({ https })
app.get(`${path}:referenceId`, (request, reply) =>
  reply
    .headers(headers)
    // With a serializer of its own, Fastify leaves the content type as it is.
    .serializer(JSON.stringify)
    .send({ result: states.get(request.params.referenceId) }),
)
await app.listen({ port: Number(PORT), host: '127.0.0.1' })
