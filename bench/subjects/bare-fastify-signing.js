import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import formbody from '@fastify/formbody'
import Fastify from 'fastify'
import { signToken } from './sign-token.js'

// The share of the server itself: it reads the form, ignores its fields, and signs.
const key = createPrivateKey(readFileSync(process.env.SIGNING_KEY))
const app = Fastify()
app.register(formbody)
app.post('/api/v1/upload/v1/oauth2/tokens', async () => ({
  access_token: await signToken(key),
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'rostering',
}))
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
