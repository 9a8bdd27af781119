import Fastify from 'fastify'

// The limit: the same answer from the same framework, without anything else.
const app = Fastify()
app.get('/api/v1/upload/api/v1/status/:referenceId', () => ({
  result: { status: 'processed', fileLine: 2, messages: [] },
}))
await app.listen({ port: Number(process.env.PORT) })
