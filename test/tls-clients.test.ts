import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import t, { type Test } from 'tap'
import { startEmulator } from '../src/index.js'
import { plainEnvironment } from './support.js'

const run = promisify(execFile)

const lacks = (program: string, ...args: string[]) =>
  spawnSync(program, args, { env: plainEnvironment }).error === undefined
    ? false
    : `${program} is not installed`

/** An emulator on both loopback addresses, and the file of its authority. */
async function start(t: Test) {
  const folder = t.testdir()
  const caFile = join(folder, 'ca.pem')
  const emulator = await startEmulator({ host: 'localhost', caFile })
  t.teardown(() => emulator.close())
  return { emulator, caFile, folder, host: emulator.settings.host }
}

/** Runs a program to its end, whatever its exit code. */
async function exec(program: string, args: readonly string[], environment: object = {}) {
  const env = { ...plainEnvironment, ...environment }
  return run(program, args, { env, timeout: 60_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  )
}

t.test('curl verifies it', { skip: lacks('curl', '--version') }, async (t) => {
  const { host, caFile } = await start(t)
  const port = host.split(':')[1]
  const urls = [`https://${host}/`, `https://127.0.0.1:${port}/`, `https://[::1]:${port}/`]
  for (const url of urls) {
    t.match(await exec('curl', ['-sS', '--cacert', caFile, url]), { code: 0, err: '' }, url)
  }
  const named = ['--resolve', `tao:${port}:127.0.0.1`, '--resolve', `tao.test:${port}:127.0.0.1`]
  t.match(await exec('curl', ['-sS', '--cacert', caFile, ...named, `https://tao:${port}/`]), {
    code: 0,
  })
  t.match(
    await exec('curl', ['-sS', '--cacert', caFile, ...named, `https://tao.test:${port}/`]),
    { code: 60, err: /no alternative certificate subject name matches target host name/ },
    'a name that is not ours',
  )
  t.match(await exec('curl', ['-sS', `https://${host}/`]), { code: 60 }, 'without the authority')
})

t.test("Python's ssl verifies it", { skip: lacks('python3', '-c', 'import ssl') }, async (t) => {
  const { host, caFile } = await start(t)
  const script = `
import ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[2])
context.verify_flags |= ssl.VERIFY_X509_STRICT
print(urllib.request.urlopen(sys.argv[1], context=context).status)`
  for (const address of [host, host.replace('localhost', '127.0.0.1')]) {
    t.match(
      await exec('python3', ['-c', script, `https://${address}/__control/health`, caFile]),
      { code: 0, out: '200\n', err: '' },
      address,
    )
  }
})

t.test(
  "Java's HttpClient verifies it, with the authority in a trust store",
  { skip: lacks('keytool', '-help') || lacks('java', '-version') },
  async (t) => {
    const { host, caFile, folder } = await start(t)
    const store = join(folder, 'trust.p12')
    const password = 'changeit'
    const imported = await exec('keytool', [
      ...['-importcert', '-noprompt', '-alias', 'tao', '-file', caFile],
      ...['-keystore', store, '-storetype', 'PKCS12', '-storepass', password],
    ])
    t.equal(imported.code, 0, imported.err)
    const program = new URL('java/Health.java', import.meta.url).pathname
    const trust = [
      `-Djavax.net.ssl.trustStore=${store}`,
      `-Djavax.net.ssl.trustStorePassword=${password}`,
    ]
    t.match(await exec('java', [...trust, program, `https://${host}/__control/health`]), {
      code: 0,
      out: '200 HTTP_1_1',
    })
    const url = `https://${host.replace('localhost', '127.0.0.1')}/__control/health`
    t.match(await exec('java', [...trust, program, url]), { code: 0, out: '200 HTTP_1_1' })
  },
)

t.test("Go's crypto/x509 verifies it", { skip: lacks('go', 'version') }, async (t) => {
  const { host, caFile, folder } = await start(t)
  const program = join(folder, 'main.go')
  writeFileSync(
    program,
    `package main
import ("fmt"; "net/http"; "os")
func main() {
  response, err := http.Get(os.Args[1])
  if err != nil { fmt.Println(err); os.Exit(1) }
  fmt.Print(response.StatusCode)
}`,
  )
  // Without a C compiler, which Go may lack.
  const environment = { SSL_CERT_FILE: caFile, CGO_ENABLED: '0' }
  t.match(await exec('go', ['run', program, `https://${host}/`], environment), {
    code: 0,
    out: '200',
  })
})

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium'

t.test(
  'Chromium verifies it, and shows the page',
  {
    skip:
      process.env.SKIP_BROWSER_TESTS === '1'
        ? 'SKIP_BROWSER_TESTS is set'
        : (!existsSync(browser) && `${browser} is not installed`) || lacks('certutil', '-H'),
  },
  async (t) => {
    const { host, caFile } = await start(t)
    // Chromium writes into it a moment longer than it runs.
    const folder = mkdtempSync(join(tmpdir(), 'chromium-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
    const database = join(folder, '.pki/nssdb')
    await run('mkdir', ['-p', database])
    await run('certutil', ['-N', '--empty-password', '-d', `sql:${database}`])
    await run('certutil', ['-A', '-n', 'tao', '-t', 'C,,', '-i', caFile, '-d', `sql:${database}`])
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: browser,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
      env: { ...plainEnvironment, HOME: folder } as Record<string, string>,
    })
    const page = await context.newPage()
    const response = await page.goto(`https://${host}/__sandbox/`)
    t.equal(response?.status(), 200)
    t.match((await response?.securityDetails())?.issuer, /^tao-upload-emulator CA /)
    await page.getByRole('button').first().waitFor()
    await context.close()
  },
)
