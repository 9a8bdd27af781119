import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { install, isInstalled, packageFile } from './peers/installed.js'
import { certificateFiles } from './tools/certificate.js'
import { root } from './tools/places.js'
import { freePort, startServer } from './tools/server.js'

/*
 * Runs the example in Python against the emulator through Prism, which compares each request and each response with the OpenAPI
 * documents. Prints what differs, and ends with 1 if anything does. Prism weighs more than the emulator with all that it is
 * built with, so this is no test.
 */

if (!isInstalled('@stoplight/prism-cli')) {
  const failure = await install(300_000)
  if (failure !== undefined) throw new Error(`Prism cannot be installed: ${failure}`)
}

const frontPort = await freePort()
const publicUrl = `https://127.0.0.1:${frontPort}`

const emulator = await startServer((port) => ({
  command: process.execPath,
  args: [
    ...[`${root}dist/bundle/cli.js`, '--port', String(port), '--log-level', 'silent'],
    // Signed URLs then lead through Prism, too.
    ...['--public-url', publicUrl],
  ],
}))

/** Prism between the front and the emulator. It has one document, so each API has its own. */
const prismFor = (document) =>
  startServer((port) => ({
    command: process.execPath,
    args: [
      ...[packageFile('@stoplight/prism-cli/dist/index.js'), 'proxy'],
      ...[`${root}openapi/${document}.json`, `http://127.0.0.1:${emulator.port}`],
      ...['--host', '127.0.0.1', '--port', String(port), '--verboseLevel', 'silent'],
    ],
  }))
const prisms = { rostering: await prismFor('rostering'), control: await prismFor('control') }

const seen = []

/** Passes a request on to the Prism of its API, and keeps what Prism says about it. */
function pass(request, response) {
  const { method, url, headers } = request
  const { port } = url.startsWith('/__control') ? prisms.control : prisms.rostering
  const onward = http.request({ port, method, path: url, headers, agent: false }, (answer) => {
    const { 'sl-violations': violations = '[]', ...others } = answer.headers
    seen.push({
      request: `${method} ${url}: ${answer.statusCode}`,
      violations: JSON.parse(violations),
    })
    response.writeHead(answer.statusCode, others)
    answer.pipe(response)
  })
  request.pipe(onward)
}

const files = certificateFiles()
const front = https
  .createServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) }, pass)
  .listen(frontPort, '127.0.0.1')

const example = spawn('python3', ['-m', 'unittest'], {
  cwd: `${root}examples/python`,
  stdio: 'inherit',
  env: {
    ...process.env,
    TAO_ADVANCE_HOST: `127.0.0.1:${frontPort}`,
    CLIENT_ID: 'demo-client',
    CLIENT_SECRET: 'demo-secret',
    REQUESTS_CA_BUNDLE: files.certificate,
    PYTHONDONTWRITEBYTECODE: '1',
  },
})
const exitCode = await new Promise((resolve) => example.once('close', resolve))
const total = seen.length
const differing = seen.filter(({ violations }) => violations.length > 0)

// A request that is wrong, to see that Prism looks.
seen.length = 0
await new Promise((resolve) => {
  const wrong = { port: frontPort, method: 'POST', path: '/__control/clock/advance' }
  const headers = { 'content-type': 'application/json' }
  https
    .request({ ...wrong, headers, rejectUnauthorized: false, agent: false }, (answer) =>
      answer.resume().once('end', resolve),
    )
    .end('{"by":true}')
})
const looks = seen.some(({ violations }) => violations.length > 0)

for (const server of [emulator, ...Object.values(prisms)]) await server.stop()
front.close()
front.closeAllConnections()
for (const { request, violations } of differing)
  process.stdout.write(`${request}\n${JSON.stringify(violations, null, 2)}\n`)
process.stdout.write(
  `The example ended with ${exitCode}. Of its ${total} requests, ${differing.length} differ from the documents. Prism notices ${looks ? 'a' : 'no'} wrong request.\n`,
)
process.exitCode = exitCode === 0 && total > 0 && differing.length === 0 && looks ? 0 : 1
