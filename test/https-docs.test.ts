import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startEmulator } from '../src/index.js'
import { optionSpecs } from '../src/option-specs.js'
import { folderWithCommand, start } from './cli-support.js'
import { hasNginx, startNginx, waitForPort } from './nginx-support.js'
import { freePort, plainEnvironment, runNode } from './support.js'

const root = new URL('..', import.meta.url).pathname
const page = readFileSync(join(root, 'docs/https.md'), 'utf8')

const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language, code = '']) => ({
    language,
    code,
  }),
)

const [serve, ...commands] = [
  blocks.find(({ code }) => code.includes('--public-url'))?.code ?? '',
  ...blocks.flatMap(({ language, code }) =>
    language === 'sh' && !code.includes('--public-url') ? code : [],
  ),
] as [string, ...string[]]

const lacks = (...programs: string[]) => {
  const missing = programs.filter((it) => spawnSync(it, ['--version']).error !== undefined)
  return missing.length === 0 ? false : `${missing.join(' and ')} missing on this machine`
}

/** The program that the page calls `Client.java`. */
const client = readFileSync(join(root, 'test/java/Health.java'), 'utf8')
  .replaceAll('Health', 'Client')
  .replace('args[0]', 'args[0] + "/__control/health"')

t.test('the commands of docs/https.md work as they are printed', async (t) => {
  t.equal(commands.length, 4)
  const expected = [
    { out: /^\{"status":"ok"/, needs: ['curl'] },
    { out: /^$/, needs: [] },
    { out: /^\{"status":"ok"/, needs: ['curl'] },
    { out: /200 HTTP_1_1$/, needs: ['keytool', 'java'] },
  ]
  for (const [index, code] of commands.entries()) {
    const { out, needs } = expected[index] as (typeof expected)[number]
    t.test(code.split('\n', 1)[0] as string, { skip: lacks(...needs) }, async (t) => {
      const server = await start(t)
      const { folder, path } = folderWithCommand(t, { 'Client.java': client })
      const text = code.replaceAll(':4080', `:${server.port}`)
      const env = { ...plainEnvironment, PATH: path, TAO_EMULATOR_URL: server.url }
      // The certificates of this machine have nothing to do with it.
      const plain = Object.entries(env).filter(([name]) => !/_CERT_FILE|_CA_/.test(name))
      const options = { cwd: folder, env: Object.fromEntries(plain) }
      const child = spawn('bash', ['-e', '-c', text], options)
      const texts = { out: '', err: '' }
      child.stdout.on('data', (chunk) => {
        texts.out += chunk
      })
      child.stderr.on('data', (chunk) => {
        texts.err += chunk
      })
      const [status] = await once(child, 'close')
      t.equal(status, 0, texts.err)
      t.match(texts.out, out)
    })
  }
})

t.test('the example in JavaScript runs', async (t) => {
  const code = blocks.find(({ language }) => language === 'js')?.code ?? ''
  const file = join(t.testdir({ 'example.mjs': code }), 'example.mjs')
  t.equal((await runNode([file])).stdout, '200\n')
})

t.test('flags and variables of the page exist', async (t) => {
  const flags: string[] = Object.values(optionSpecs).map(({ flag }) => flag)
  const named = [...page.matchAll(/`(--[a-z-]+)/g)].map(([, flag = '']) => flag)
  t.ok(named.length > 8)
  for (const flag of named) t.ok([...flags, '--https'].includes(flag), flag)
  const variables = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name)
  const source = ['command', 'exec-trust'].map((it) =>
    readFileSync(join(root, `src/${it}.ts`), 'utf8'),
  )
  for (const name of variables) t.ok(source.join().includes(name), name)
})

/** Asks for the metadata through a proxy, and for the page, until the proxy knows the emulator. */
async function fetchThrough(url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { agent: false as const, rejectUnauthorized: false, servername: 'localhost' }
    get(url, { ...options, headers: { host: new URL(url).host } }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode, text })
    }).on('error', reject)
  })
}

async function startBehind(t: Test, proxyPort: number) {
  const [, flag, url = ''] = serve.trim().split(' ')
  t.equal(flag, '--public-url')
  const publicUrl = url.replace('tao.example', `localhost:${proxyPort}`)
  const emulator = await startEmulator({ publicUrl })
  t.teardown(() => emulator.close())
  return { publicUrl, port: new URL(emulator.url).port }
}

t.test(
  'nginx as configured on the page',
  { skip: hasNginx ? lacks('openssl') : 'nginx is missing on this machine' },
  async (t) => {
    const code = blocks.find(({ language }) => language === 'nginx')?.code ?? ''
    const proxyPort = await freePort()
    const { publicUrl, port } = await startBehind(t, proxyPort)
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=tao.example'],
        ...['-keyout', join(folder, 'tao.key'), '-out', join(folder, 'tao.pem')],
      ],
      { stdio: 'ignore' },
    )
    const server = code
      .replace('443', `127.0.0.1:${proxyPort}`)
      .replaceAll('/etc/ssl', folder)
      .replace('4080', port)
    await startNginx(t, folder, proxyPort, server)
    const { status, text } = await fetchThrough(`${publicUrl}/.well-known/openid-configuration`)
    t.equal(status, 200)
    t.equal(JSON.parse(text).issuer, publicUrl)
  },
)

t.test('Caddy as configured on the page', { skip: lacks('caddy') }, async (t) => {
  const code = blocks.find(({ language }) => language === 'caddyfile')?.code ?? ''
  for (const directive of ['handle_path', 'handle']) {
    t.test(directive, async (t) => {
      const proxyPort = await freePort()
      const { publicUrl, port } = await startBehind(t, proxyPort)
      const folder = mkdtempSync(join(tmpdir(), 'caddy-'))
      const config = code
        .replace('tao.example', `https://localhost:${proxyPort}`)
        .replace('handle_path', directive)
        .replace('4080', port)
      const global = '{\n  admin off\n  skip_install_trust\n  auto_https disable_redirects\n}\n'
      writeFileSync(join(folder, 'Caddyfile'), global + config)
      const env = { ...plainEnvironment, HOME: folder, XDG_DATA_HOME: folder }
      const args = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']
      const proxy = spawn('caddy', args, { stdio: 'ignore', env })
      const exited = once(proxy, 'exit')
      t.teardown(async () => {
        proxy.kill()
        await exited
        rmSync(folder, { recursive: true })
      })
      await waitForPort(proxyPort, () => proxy.exitCode !== null)
      for (;;) {
        // It makes its certificate while it listens already.
        const answer = await fetchThrough(`${publicUrl}/.well-known/openid-configuration`).catch(
          () => undefined,
        )
        if (answer === undefined) continue
        t.equal(answer.status, 200)
        t.equal(JSON.parse(answer.text).issuer, publicUrl)
        break
      }
    })
  }
})
