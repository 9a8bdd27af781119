import { createServer } from 'node:http'
import { headers, keepAliveTimeoutMs, path, states } from './answer.js'

// The limit: nothing but Node's HTTP server, a look-up of the import, and tokens that are remembered.
const remembered = new Set()

const server = createServer((request, response) => {
  const { authorization } = request.headers
  // Every token is new once. Verifying it would cost once, and is no part of the limit.
  if (!remembered.has(authorization)) remembered.add(authorization)
  const result = request.url.startsWith(path)
    ? states.get(request.url.slice(path.length))
    : undefined
  if (result === undefined) {
    response.writeHead(404).end()
    return
  }
  const body = JSON.stringify({ result })
  response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
})
server.keepAliveTimeout = keepAliveTimeoutMs
server.listen(Number(process.env.PORT), '127.0.0.1')
