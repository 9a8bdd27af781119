import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { trustAuthority } from '../src/exec-trust.js'
import { connectEmulator, startEmulator } from '../src/index.js'
import { localHost } from '../src/settings.js'
import { environment, runCli, runHere, start } from './cli-support.js'
import { fetchTokenFrom, freePort, statusPath, tokenPath } from './support.js'

const pem = /^-----BEGIN CERTIFICATE-----\n[\w+/=\n]+\n-----END CERTIFICATE-----\n$/

t.test('ca prints the certificate that clients have to trust', async (t) => {
  const emulator = await startEmulator({ controlToken: 'hush' })
  t.teardown(() => emulator.close())
  const certificate = await emulator.settings.caCertificate
  t.match(certificate, pem)
  const printed = { code: 0, out: certificate, err: '' }
  t.strictSame(await runHere(['ca', '--url', emulator.url]), printed, 'of --url')
  t.strictSame(await runHere(['ca', '--url', `${emulator.url}/`]), printed)
  t.strictSame(await runHere(['ca'], { TAO_EMULATOR_URL: emulator.url }), printed)
  const { port } = new URL(emulator.url)
  t.strictSame(await runHere(['ca', '--port', port]), printed, 'of the port')

  const path = join(t.testdir(), 'ca.pem')
  const { out } = await runHere(['ca', '--tls-ca', path])
  t.match(out, pem, 'of a file, which is made')
  t.ok(readFileSync(path, 'utf8').startsWith(out))
  t.strictSame((await runHere(['ca'], { TAO_EMULATOR_TLS_CA: path })).out, out)
  t.strictSame(await runHere(['ca', '--url', emulator.url, '--tls-ca', path]), printed)
})

t.test('ca says why there is no certificate', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { port } = new URL(emulator.url)
  const nobody = `http://127.0.0.1:${await freePort()}`
  const page = `${emulator.url}/__sandbox`
  const cases: [string, args: string[], err: string][] = [
    [
      'nobody there',
      ['--url', nobody],
      `${nobody}: no emulator responds there: name one with --url\n`,
    ],
    [
      'an address that is not trusted yet',
      ['--url', `https://localhost:${port}`],
      `https://localhost:${port}: no emulator responds there: use http:// here, as its certificate is not trusted yet\n`,
    ],
    [
      'no URL',
      ['--url', 'localhost:1'],
      'localhost:1: must be the URL of an emulator, like http://127.0.0.1:4080\n',
    ],
    ['something else', ['--url', page], `${page}: what responds there has no certificate: 404\n`],
    ['a word too many', ['x'], 'x: unexpected argument; a flag starts with --\n'],
    ['a flag of token', ['--flaw', 'x'], '--flaw: is a flag of the command token\n'],
    ['a flag of exec', ['--https'], '--https: is a flag of the command exec\n'],
  ]
  for (const [name, args, err] of cases) {
    t.strictSame(await runHere(['ca', ...args]), { code: 2, out: '', err }, name)
  }
  t.match(await runHere(['check', '--url', 'x']), {
    err: /^--url: is a flag of the command export, token, status, logs, why, mcp or ca\n/,
  })
})

t.test('/__control/ca.pem is open to everyone who may read the health', async (t) => {
  const emulator = await startEmulator({ controlToken: 'hush' })
  t.teardown(() => emulator.close())
  const response = await fetch(`${emulator.url}/__control/ca.pem`)
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'application/x-pem-file')
  t.equal(await response.text(), await emulator.settings.caCertificate)
  t.equal((await fetch(`${emulator.url}/w/team/__control/ca.pem`)).status, 200)
  t.strictSame(await emulator.workspaces.list(), [], 'and it makes no workspace')
  const origin = { origin: 'http://elsewhere.example' }
  t.equal((await fetch(`${emulator.url}/__control/ca.pem`, { headers: origin })).status, 403)
})

t.test('--ca-file is there once it listens', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'ca.pem')
  const emulator = await startEmulator({ caFile: path })
  t.teardown(() => emulator.close())
  t.equal(readFileSync(path, 'utf8'), await emulator.settings.caCertificate)
  t.strictSame(readdirSync(folder), ['ca.pem'])
  await t.rejects(startEmulator({ caFile: join(folder, 'no/ca.pem') }), {
    name: 'InputError',
    message: /^--ca-file: cannot be written: ENOENT/,
  })
})

t.test('trust outlives a restart with --tls-ca', async (t) => {
  const tlsCa = join(t.testdir(), 'ca.pem')
  const certificates: string[] = []
  for (let time = 0; time < 2; time += 1) {
    const emulator = await startEmulator({ tlsCa })
    certificates.push(await emulator.settings.caCertificate)
    await emulator.close()
  }
  t.equal(certificates[0], certificates[1])
  writeFileSync(tlsCa, 'damaged')
  await t.rejects(startEmulator({ tlsCa }), {
    message: `${tlsCa}: --tls-ca: holds no certificate. Delete the file, and a new authority is made`,
  })
})

t.test('names for certificates are checked', async (t) => {
  const cases: [name: string, message: string][] = [
    [
      'https://a',
      'must be a host name such as tao.example, without scheme, port, path or wildcard',
    ],
    [
      '*.example',
      'must be a host name such as tao.example, without scheme, port, path or wildcard',
    ],
    ['a:1', 'must be a host name such as tao.example, without scheme, port, path or wildcard'],
    [
      '8.8.8.8',
      'is an address of the Internet, for which the authority does not sign: use --tls-cert and --tls-key',
    ],
  ]
  for (const [name, message] of cases) {
    t.strictSame(await runHere(['--tls-host', name]), {
      code: 2,
      out: '',
      err: `--tls-host: "${name}" ${message}\n`,
    })
  }
  const emulator = await startEmulator({
    tlsHosts: ['tao.example', '[::1]', '10.0.0.1'],
    allowedHosts: ['a.example:8080'],
    publicUrl: 'https://Public.example/prefix/',
  })
  await emulator.close()
})

t.test('the settings are those of the service', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { port } = new URL(emulator.url)
  const { caCertificate, ...settings } = emulator.settings
  t.match(await caCertificate, pem)
  const base = `http://127.0.0.1:${port}`
  t.strictSame(settings, {
    url: base,
    host: `localhost:${port}`,
    tokenUrl: base + tokenPath,
    statusUrl: `${base}/api/v1/upload/api/v1/status`,
    uploadUrl: `${base}/api/v1/upload/api/v1/upload`,
    downloadUrl: `${base}/api/v1/upload/api/v1/download`,
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
  })
  const empty = await startEmulator({ fixtures: {}, publicUrl: 'https://tao.example:8443/tao/' })
  t.teardown(() => empty.close())
  t.match(empty.settings, {
    url: 'https://tao.example:8443/tao',
    host: 'tao.example:8443',
    clientId: undefined,
    clientSecret: undefined,
  })
})

t.test('a host has a name that certificates have', async (t) => {
  const cases: [url: string, host: string][] = [
    ['http://127.0.0.1:4080', 'localhost:4080'],
    ['http://[::1]:4080', 'localhost:4080'],
    ['http://localhost:4080', 'localhost:4080'],
    ['http://192.168.0.1:4080', '192.168.0.1:4080'],
    ['http://[fd00::1]:4080', '[fd00::1]:4080'],
    ['http://127.0.0.1', 'localhost:80'],
  ]
  for (const [url, host] of cases) t.equal(localHost(url), host, url)
})

const curl = `curl -s -o /dev/null -w '%{http_code} '`

/** Nothing but the system's certificates. */
const trusting = { NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '' }

t.test('exec gives its child the variables to reach and trust the emulator', async (t) => {
  const names =
    'echo "$TAO_ADVANCE_URL $TAO_ADVANCE_HOST $TAO_EMULATOR_URL"; test -z "$SSL_CERT_FILE" || echo set; ls -l "$NODE_EXTRA_CA_CERTS" >&2'
  t.test('over HTTP', async (t) => {
    const { out, err } = await runCli(['exec', '--', 'sh', '-c', names], trusting)
    const [, port = ''] = /^http:\/\/127\.0\.0\.1:(\d+) /.exec(out) ?? []
    t.equal(out, `http://127.0.0.1:${port} localhost:${port} http://127.0.0.1:${port}\n`)
    t.match(err, /ca\.pem$/m)
    const [, path = ''] = /(\/\S+ca\.pem)$/m.exec(err) ?? []
    t.notOk(existsSync(dirname(path)), 'and its files are gone afterwards')
  })
  t.test('over HTTPS', async (t) => {
    const { out, err } = await runCli(['exec', '--https', '--', 'sh', '-c', names], trusting)
    const [, port = ''] = /^https:\/\/localhost:(\d+) /.exec(out) ?? []
    t.equal(out, `https://localhost:${port} localhost:${port} http://127.0.0.1:${port}\nset\n`)
    const [, path = ''] = /(\/\S+ca\.pem)$/m.exec(err) ?? []
    t.notOk(existsSync(dirname(path)))
    const script = 'case "$TAO_ADVANCE_URL" in https://localhost:*) exit 7;; esac'
    t.match(await runHere(['exec', '--https', '--', 'sh', '-c', script]), { code: 7 })
  })
})

t.test('a client that is configured by host alone works below exec --https', async (t) => {
  const lacks = (program: string) =>
    spawnSync(program, ['--version']).error === undefined ? false : `${program} is not installed`
  const token = `/api/v1/upload/v1/oauth2/tokens`
  const node = `fetch('https://' + process.env.TAO_ADVANCE_HOST + '${token}', { method: 'POST' }).then((it) => console.log(it.status))`
  const python = `
import os, ssl, urllib.request, urllib.error
try: urllib.request.urlopen('https://' + os.environ['TAO_ADVANCE_HOST'] + '${token}', b'x')
except urllib.error.HTTPError as error: print(error.code)`
  const cases: [string, skip: false | string, command: string[]][] = [
    ['curl', lacks('curl'), ['sh', '-c', `${curl} -X POST "https://$TAO_ADVANCE_HOST${token}"`]],
    ['Node.js', false, [process.execPath, '-e', node]],
    ['Python', lacks('python3'), ['python3', '-c', python]],
  ]
  for (const [name, skip, command] of cases) {
    t.test(name, { skip }, async (t) => {
      const { out } = await runCli(['exec', '--https', '--', ...command])
      t.match(out, /^40[01]\s*$/)
    })
  }
})

t.test('the files of exec hold what was trusted before', async (t) => {
  const folder = t.testdir({ 'mine.pem': 'MINE' })
  const mine = join(folder, 'mine.pem')
  const read = (path: string | undefined) => readFileSync(path as string, 'utf8')
  const trust = trustAuthority('OURS\n', { NODE_EXTRA_CA_CERTS: mine, SSL_CERT_FILE: mine }, true)
  const { variables } = trust
  t.equal(read(variables.TAO_EMULATOR_CA_FILE), 'OURS\n')
  t.equal(read(variables.NODE_EXTRA_CA_CERTS), 'OURS\nMINE\n')
  t.equal(read(variables.SSL_CERT_FILE), 'MINE\nOURS\n')
  t.match(read(variables.CURL_CA_BUNDLE), /-----BEGIN CERTIFICATE-----[\s\S]*\nOURS\n$/)
  trust.remove()
  t.notOk(existsSync(dirname(variables.NODE_EXTRA_CA_CERTS as string)))

  const { trustAuthority: without } = await t.mockImport<typeof import('../src/exec-trust.js')>(
    '../src/exec-trust.js',
    {
      'node:fs': t.createMock(await import('node:fs'), {
        readFileSync: () => {
          throw new Error('There is none')
        },
      }),
    },
  )
  const bare = without('OURS', {}, true)
  t.match(read(bare.variables.SSL_CERT_FILE), /-----BEGIN CERTIFICATE-----[\s\S]*\nOURS\n$/)
  t.equal(bare.variables.NODE_EXTRA_CA_CERTS, bare.variables.TAO_EMULATOR_CA_FILE)
  bare.remove()
})

t.test('exec says that its files cannot be written', async (t) => {
  // Node.js reads the folder for temporary files from this process.
  const { TMPDIR } = process.env
  process.env.TMPDIR = '/no/such/folder'
  const { code, err } = await runHere(['exec', '--', 'true'])
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
  t.equal(code, 2)
  t.match(err, /^exec: certificates cannot be written to the folder for temporary files: ENOENT/)
})

t.test('private keys appear nowhere', async (t) => {
  const tlsCa = join(t.testdir(), 'ca.pem')
  const server = await start(t, ['--tls-ca', tlsCa, '--log-level', 'trace'])
  const keyLines = readFileSync(tlsCa, 'utf8')
    .split('-----BEGIN PRIVATE KEY-----\n')[1]
    ?.split('\n')
    .slice(0, 2) as string[]
  const port = String(server.port)
  const script = `curl -sk https://localhost:${port}/__control/health; curl -s https://localhost:${port}/; true`
  spawnSync('sh', ['-c', script], { env: environment })
  await fetchTokenFrom(server.url)
  await fetch(server.url + statusPath('12345'))
  const control = connectEmulator(server.url)
  const seen = [
    JSON.stringify(await control.journal.find()),
    await (await fetch(`${server.url}/__control/ca.pem`)).text(),
    JSON.stringify(await control.health()),
    (await runCli(['ca', '--tls-ca', tlsCa])).out,
    server.lines.join('\n'),
  ].join('\n')
  t.match(seen, 'tls-failed')
  t.notMatch(seen, 'PRIVATE')
  for (const line of keyLines) t.notOk(seen.includes(line))
  t.ok(keyLines.every((line) => line.length > 40))
  server.child.kill()
  await server.ended()
})
