import { Agent, request as open } from 'node:http'
import { scratchFile } from './places.js'

export const statusPath = (id = '12345') => `/api/v1/upload/api/v1/status/${id}`
export const tokenPath = '/api/v1/upload/v1/oauth2/tokens'

const credentials = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'demo-client',
  client_secret: 'demo-secret',
}).toString()

const form = 'application/x-www-form-urlencoded'

/** As long as a real one: for servers that look at no token. */
export const anyToken = 'x'.repeat(482)

export const poll = (token = anyToken, path = statusPath()) => ({
  method: 'GET',
  path,
  headers: { authorization: `Bearer ${token}` },
})

export const tokenRequest = (path = tokenPath, body = credentials) => ({
  method: 'POST',
  path,
  headers: { 'content-type': form },
  body,
})

const files = new Map()

/** The requests as they go on the wire, one after the other, in a file for the load generator. */
export function requestsFile(requests) {
  if (!files.has(requests)) {
    files.set(requests, scratchFile(`requests-${files.size}`, requests.map(onTheWire).join('\0')))
  }
  return files.get(requests)
}

function onTheWire({ method, path, headers, body = '' }) {
  const all = { host: '127.0.0.1', ...headers }
  if (body !== '') all['content-length'] = Buffer.byteLength(body)
  const fields = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${fields.join('')}\r\n${body}`
}

/** As many tokens, some at a time. */
export async function fetchTokens(port, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const { path, method, headers, body } = tokenRequest()
  const fetchToken = () =>
    new Promise((resolve, reject) => {
      const request = open(
        { host: '127.0.0.1', port, path, method, headers, agent },
        (response) => {
          let text = ''
          response.on('data', (chunk) => {
            text += chunk
          })
          response.once('end', () => resolve(JSON.parse(text).access_token))
        },
      )
      request.once('error', reject).end(body)
    })
  const tokens = []
  while (tokens.length < count) {
    const batch = Math.min(500, count - tokens.length)
    tokens.push(...(await Promise.all(Array.from({ length: batch }, fetchToken))))
  }
  agent.destroy()
  return tokens
}

export const fetchToken = async (port) => (await fetchTokens(port, 1))[0]
