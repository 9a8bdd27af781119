import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
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
