import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { Agent, request as requestTls } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startEmulator } from '../../src/index.js'
import { startNginx } from '../nginx-support.js'
import { listen, statusPath } from '../support.js'

const isInstalled = spawnSync('nginx', ['-v']).error === undefined

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

t.test(
  'events pass nginx, with its defaults, as they happen',
  { skip: isInstalled ? false : 'nginx is not installed' },
  async (t) => {
    const { port } = await listen(t)
    const proxyPort = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
    const config = `
      daemon off; pid ${folder}/pid; error_log stderr;
      events {}
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
        server { listen 127.0.0.1:${proxyPort}; location / { proxy_pass http://127.0.0.1:${port}; } }
      }`
    writeFileSync(join(folder, 'conf'), config)
    const proxy = spawn('nginx', ['-p', folder, '-c', 'conf'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const exited = once(proxy, 'exit')
    t.teardown(async () => {
      proxy.kill()
      await exited
      rmSync(folder, { recursive: true })
    })
    const base = `http://127.0.0.1:${proxyPort}`
    while (
      !(await fetch(`${base}/__control/health`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (proxy.exitCode !== null) throw new Error(String(proxy.stderr?.read()))
    }

    const events = get(`${base}/__control/journal/events`)
    t.teardown(() => events.destroy())
    const [response] = await once(events, 'response')
    t.equal(response.statusCode, 200, 'the head comes before any event')
    response.setEncoding('utf8')
    await fetch(`${base}${statusPath('12345')}`)
    let text = ''
    for await (const chunk of response) {
      text += chunk
      if (text.includes('\n\n') && text.includes('data:')) break
    }
    t.match(text, /"operation":"status"/)
  },
)

const skip =
  isInstalled && spawnSync('openssl', ['version']).error === undefined
    ? false
    : 'nginx or openssl is not installed'

t.test('nginx with TLS and a prefix in front of it', { skip }, async (t) => {
  for (const [name, target] of [
    ['keeps the prefix', ''],
    ['removes the prefix', '/'],
  ]) {
    t.test(`that ${name}`, async (t) => {
      const [port, proxyPort] = [await freePort(), await freePort()]
      const publicUrl = `https://localhost:${proxyPort}/tao/sandbox`
      const emulator = await startEmulator({ port, publicUrl, rowsPerSecond: 0 })
      t.teardown(() => emulator.close())
      const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=localhost'],
          ...['-addext', 'subjectAltName=DNS:localhost'],
          ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
        ],
        { stdio: 'ignore' },
      )
      await startNginx(
        t,
        folder,
        proxyPort,
        `server {
          listen 127.0.0.1:${proxyPort} ssl;
          ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
          location /tao/sandbox/ { proxy_pass http://127.0.0.1:${port}${target}; }
        }`,
      )
      const agent = new Agent({ ca: readFileSync(join(folder, 'cert.pem')) })
      t.teardown(() => agent.destroy())
      const send = (url: string, options: object = {}, body = '') =>
        new Promise<{ status: number | undefined; location: string | undefined; text: string }>(
          (resolve, reject) => {
            requestTls(url, { agent, ...options }, async (response) => {
              let text = ''
              for await (const chunk of response) text += chunk
              resolve({ status: response.statusCode, location: response.headers.location, text })
            })
              .on('error', reject)
              .end(body)
          },
        )
      const { tokenUrl, statusUrl, downloadUrl, uploadUrl } = emulator.settings
      while ((await send(`${publicUrl}/__control/health`)).status !== 200);

      const form = 'grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret'
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const issued = await send(tokenUrl, { method: 'POST', headers: type }, form)
      const headers = { authorization: `Bearer ${JSON.parse(issued.text).access_token}` }
      t.equal((await send(`${statusUrl}/12345`, { headers })).status, 200)
      const csv = readFileSync(new URL('../../fixtures/csv/users.csv', import.meta.url), 'utf8')
      const multipart = {
        ...headers,
        'content-type': 'multipart/form-data; boundary=b',
      }
      const body = `--b\r\nContent-Disposition: form-data; name="file"; filename="users.csv"\r\n\r\n${csv}\r\n--b--\r\n`
      const uploaded = await send(uploadUrl, { method: 'POST', headers: multipart }, body)
      const { referenceId } = JSON.parse(uploaded.text).result
      const { signedUrl } = JSON.parse(
        (await send(`${downloadUrl}/${referenceId}`, { headers })).text,
      )
      t.match(await send(signedUrl), { status: 200, text: /status,errorType/ })
      const metadata = await send(`${publicUrl}/.well-known/oauth-authorization-server`)
      t.match(JSON.parse(metadata.text), { issuer: publicUrl, token_endpoint: tokenUrl })
      t.equal((await send(JSON.parse(metadata.text).jwks_uri)).status, 200)

      const page = await send(`${publicUrl}/`, { headers: { accept: 'text/html' } })
      const pageUrl = new URL(String(page.location), `${publicUrl}/`).href
      t.equal(pageUrl, `${publicUrl}/__sandbox/`)
      t.equal((await send(pageUrl)).status, 200)
      const own = { origin: `https://localhost:${proxyPort}` }
      const clock = { method: 'POST', headers: own }
      t.equal((await send(`${publicUrl}/__control/clock/freeze`, clock)).status, 200)
    })
  }
})
