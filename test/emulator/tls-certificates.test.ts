import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import t, { type Test } from 'tap'
import { loadAuthority } from '../../src/emulator/tls/authority.js'
import { makeServerCertificate } from '../../src/emulator/tls/certificate.js'
import { toPem } from '../../src/emulator/tls/pem.js'
import { ServerCertificates } from '../../src/emulator/tls/server-certificates.js'

const skip =
  spawnSync('openssl', ['version']).error === undefined ? false : 'openssl is not installed'

const dayMs = 24 * 60 * 60 * 1000

/** Checks a certificate as strict clients do. Returns what OpenSSL complains about. */
function verify(t: Test, ca: string, leaf: string, ...args: string[]): string {
  const folder = t.testdir({ 'ca.pem': ca, 'leaf.pem': leaf })
  const { status, stderr } = spawnSync('openssl', [
    ...['verify', '-x509_strict', '-purpose', 'sslserver', ...args],
    ...['-CAfile', join(folder, 'ca.pem'), join(folder, 'leaf.pem')],
  ])
  return status === 0 ? '' : String(stderr)
}

t.test('certificates have what strict clients demand', { skip }, async (t) => {
  const certificates = new ServerCertificates({ now: Date.now, hosts: ['tao.example'] })
  const ca = await certificates.trusted()
  const byName = (name: string) => certificates.forName(name)
  const byAddress = (address: string) => certificates.forAddress(address)
  const loopback = 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1'
  const cases: [string, made: ReturnType<typeof byName>, names: string, check: string[]][] = [
    ['localhost', byName('localhost'), loopback, ['-verify_hostname', 'localhost']],
    [
      'a name below localhost',
      byName('a.b.localhost'),
      'DNS:a.b.localhost',
      ['-verify_hostname', 'a.b.localhost'],
    ],
    ['a name without a dot', byName('tao'), 'DNS:tao', ['-verify_hostname', 'tao']],
    [
      'a name that was chosen',
      byName('tao.example'),
      'DNS:tao.example',
      ['-verify_hostname', 'tao.example'],
    ],
    ['a loopback address', byAddress('127.0.0.1'), loopback, ['-verify_ip', '127.0.0.1']],
    ['IPv6', byAddress('::1'), loopback, ['-verify_ip', '::1']],
    [
      'a private address that is mapped into IPv6',
      byAddress('::ffff:172.17.0.2'),
      `${loopback}, IP Address:172.17.0.2`,
      ['-verify_ip', '172.17.0.2'],
    ],
    [
      'an address of one link',
      byAddress('fe80::1%eth0'),
      `${loopback}, IP Address:FE80:0:0:0:0:0:0:1`,
      ['-verify_ip', 'fe80::1'],
    ],
    ['an address of the Internet', byAddress('8.8.8.8'), loopback, []],
    ['no address', byAddress(''), loopback, []],
    ['a name of somebody else', byName('tao.test'), loopback, []],
  ]
  for (const [name, made, names, check] of cases) {
    t.test(name, async (t) => {
      const { cert } = await made
      t.equal(verify(t, ca, cert, ...check), '')
      const leaf = new X509Certificate(cert)
      t.equal(leaf.subjectAltName, names)
      t.strictSame(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'extended key usage: server')
      t.notOk(leaf.ca)
      t.ok(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom) <= 398 * dayMs)
      t.match(leaf.serialNumber, /^[4-7][\dA-F]{31}$/)
      const text = String(execFileSync('openssl', ['x509', '-noout', '-text'], { input: cert }))
      t.match(text, /X509v3 Key Usage: critical\s+Digital Signature\n/)
      t.match(text, /X509v3 Authority Key Identifier/)
      t.match(text, /X509v3 Subject Key Identifier/)
    })
  }
  t.test('no two have the same serial number', async (t) => {
    const made = await Promise.all([byName('a'), byName('a'), byName('b')])
    t.equal(new Set(made.map(({ cert }) => new X509Certificate(cert).serialNumber)).size, 3)
  })
})

t.test('the authority signs server certificates of local addresses only', { skip }, async (t) => {
  const folder = t.testdir()
  const authority = await loadAuthority(join(folder, 'ca.pem'), Date.now())
  const text = String(
    execFileSync('openssl', ['x509', '-noout', '-text'], { input: authority.pem }),
  )
  t.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/)
  t.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/)
  t.match(text, /Extended Key Usage:\s+TLS Web Server Authentication\n/)
  t.match(text, /Name Constraints: critical\s+Permitted:\s+IP:127.0.0.0/)
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signFor = (name: string) =>
    toPem(makeServerCertificate(authority, publicKey, [name], Date.now()))
  t.match(verify(t, authority.pem, signFor('8.8.8.8')), 'permitted subtree violation')
  t.equal(verify(t, authority.pem, signFor('10.0.0.1')), '')
  t.match(
    verify(t, authority.pem, signFor('10.0.0.1'), '-purpose', 'smimesign'),
    'unsuitable certificate purpose',
  )
})

t.test('a certificate ends with its authority', async (t) => {
  const end = Date.now() + 3650 * dayMs
  const folder = t.testdir()
  const path = join(folder, 'ca.pem')
  await loadAuthority(path, Date.now())
  const late = await ServerCertificates.load({ tlsCa: path }, () => end - 30 * dayMs)
  const { cert } = await late.forName('localhost')
  t.equal(new X509Certificate(cert).validTo, new X509Certificate(readFileSync(path)).validTo)
})

t.test('the file of an authority is made once, for its owner alone', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'ca.pem')
  const made = await Promise.all(Array.from({ length: 8 }, () => loadAuthority(path, Date.now())))
  t.equal(new Set(made.map(({ pem }) => pem)).size, 1, 'also by several processes at once')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['ca.pem'], 'and nothing is left behind')
  t.equal((await loadAuthority(path, Date.now())).pem, made[0]?.pem)
  const certificates = await ServerCertificates.load({ tlsCa: path }, Date.now)
  t.equal(await certificates.trusted(), made[0]?.pem)
})

t.test('authorities of other tools sign, too', { skip }, async (t) => {
  const cases: [string, key: string[], extensions: string[]][] = [
    ['RSA', ['rsa:2048'], []],
    ['EC on P-384', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], []],
    ['one without key identifiers', ['rsa:2048'], ['-addext', 'subjectKeyIdentifier=none']],
  ]
  for (const [name, key, extensions] of cases) {
    t.test(name, async (t) => {
      const folder = t.testdir()
      const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-nodes', '-days', '30', '-subj', '/O=Example/CN=Example CA'],
          ...['-newkey', ...key, '-keyout', keyPath, '-out', certPath],
          ...['-addext', 'keyUsage=critical,keyCertSign', ...extensions],
        ],
        { stdio: 'ignore' },
      )
      const path = join(folder, 'both.pem')
      writeFileSync(path, readFileSync(keyPath, 'utf8') + readFileSync(certPath, 'utf8'))
      const certificates = await ServerCertificates.load({ tlsCa: path }, Date.now)
      const { cert, key: leafKey } = await certificates.forName('localhost')
      const strict = name.startsWith('one without') ? [] : ['-x509_strict']
      const files = t.testdir({ 'ca.pem': await certificates.trusted(), 'leaf.pem': cert })
      const { status, stderr } = spawnSync('openssl', [
        ...['verify', ...strict, '-CAfile', join(files, 'ca.pem'), join(files, 'leaf.pem')],
      ])
      t.equal(status, 0, String(stderr))
      t.doesNotThrow(() => createSecureContext({ cert, key: leafKey }))
    })
  }
})

t.test('a damaged authority is refused, and nothing of it is shown', { skip }, async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'good.pem')
  await loadAuthority(path, Date.now())
  const text = readFileSync(path, 'utf8')
  const [cert = ''] = text.split(/(?=-----BEGIN PRIVATE)/)
  const other = join(folder, 'other.pem')
  await loadAuthority(other, Date.now())
  const otherKey = readFileSync(other, 'utf8').split(/(?=-----BEGIN PRIVATE)/)[1] ?? ''
  const ed25519 = ['-newkey', 'ed25519', '-keyout', '-', '-out', '-']
  const make = (...args: string[]) =>
    String(
      execFileSync('openssl', ['req', '-x509', '-nodes', '-subj', '/CN=x', ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
  const mend = 'Delete the file, and a new authority is made'
  const cases: [string, content: string, message: string, now?: number][] = [
    ['an empty file', '', `holds no certificate. ${mend}`],
    ['something else', 'hello', `holds no certificate. ${mend}`],
    ['a cut file', text.slice(0, 300), `holds no certificate. ${mend}`],
    [
      'a certificate alone',
      cert,
      `holds no unencrypted private key beside the certificate. ${mend}`,
    ],
    [
      'a key that is cut',
      text.replace(/(BEGIN PRIVATE KEY-----\n).*\n/, '$1'),
      `is damaged: the certificate or the private key cannot be decoded. ${mend}`,
    ],
    [
      'a certificate that is cut',
      text.replace(/(BEGIN CERTIFICATE-----\n).*\n/, '$1'),
      `is damaged: the certificate or the private key cannot be decoded. ${mend}`,
    ],
    [
      'the key of another one',
      cert + otherKey,
      `is damaged: the private key does not fit the certificate. ${mend}`,
    ],
    [
      'a certificate that may not sign',
      make('-newkey', 'rsa:2048', '-keyout', '-', '-addext', 'basicConstraints=critical,CA:FALSE'),
      'holds a certificate that may not sign others: use --tls-cert and --tls-key',
    ],
    [
      'a key that browsers do not know',
      make(...ed25519),
      `needs an RSA key, or an EC key on P-256 or P-384. ${mend}`,
    ],
    [
      'one that expired',
      text,
      `holds a certificate that expired on ${new X509Certificate(cert).validTo}. ${mend}`,
      Date.now() + 4000 * dayMs,
    ],
  ]
  for (const [name, content, message, now = Date.now()] of cases) {
    t.test(name, async (t) => {
      const file = join(folder, 'bad.pem')
      writeFileSync(file, content)
      await t.rejects(loadAuthority(file, now), {
        name: 'InputError',
        message: `${file}: --tls-ca: ${message}`,
      })
      t.equal(readFileSync(file, 'utf8'), content, 'the file stays as it was')
    })
  }
  await t.rejects(loadAuthority(folder, Date.now()), {
    message: '--tls-ca: cannot be read: EISDIR: illegal operation on a directory, read',
  })
  await t.rejects(loadAuthority(join(folder, 'no/ca.pem'), Date.now()), {
    message: /^--tls-ca: cannot be created: ENOENT: /,
  })
})

t.test('a certificate of your own takes the place of the authority', { skip }, async (t) => {
  const folder = t.testdir()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=tao.example'],
      ...['-addext', 'subjectAltName=DNS:tao.example', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  const certificates = await ServerCertificates.load({ tlsCert: cert, tlsKey: key }, Date.now)
  const own = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8').trim() }
  t.strictSame(await certificates.forName('anything.example'), own)
  t.strictSame(await certificates.forAddress('127.0.0.1'), own)
  t.equal(await certificates.trusted(), own.cert)
  t.ok(certificates.covers('anything.example'))

  const empty = join(folder, 'empty.pem')
  writeFileSync(empty, '')
  const other = join(folder, 'other.pem')
  await loadAuthority(other, Date.now())
  const broken = join(folder, 'broken.pem')
  writeFileSync(broken, own.cert.replace(/(BEGIN CERTIFICATE-----\n).*\n/, '$1'))
  const cases: [string, settings: object, message: string][] = [
    ['no key', { tlsCert: cert }, '--tls-cert: needs --tls-key beside it'],
    ['no certificate', { tlsKey: key }, '--tls-key: needs --tls-cert beside it'],
    [
      'an authority as well',
      { tlsCert: cert, tlsKey: key, tlsCa: other },
      '--tls-ca: cannot be used together with --tls-cert: choose one of them',
    ],
    [
      'a file that is missing',
      { tlsCert: `${cert}.no`, tlsKey: key },
      `--tls-cert: cannot be read: ENOENT: no such file or directory, open '${cert}.no'`,
    ],
    [
      'a file without a certificate',
      { tlsCert: empty, tlsKey: key },
      `${empty}: --tls-cert: holds no certificate in PEM`,
    ],
    [
      'a file without a key',
      { tlsCert: cert, tlsKey: empty },
      `${empty}: --tls-key: holds no unencrypted private key in PEM`,
    ],
    [
      'the key of another one',
      { tlsCert: cert, tlsKey: other },
      `${other}: --tls-key: is damaged, or does not fit the certificate of --tls-cert`,
    ],
    [
      'a damaged certificate',
      { tlsCert: broken, tlsKey: key },
      `${key}: --tls-key: is damaged, or does not fit the certificate of --tls-cert`,
    ],
  ]
  for (const [name, settings, message] of cases) {
    await t.rejects(ServerCertificates.load(settings, Date.now), { message }, name)
  }
})

t.test('names are compared as clients ask for them', async (t) => {
  const hosts = ['TAO.Example.', 'a.test:8080', '[::1]:4080', '192.168.0.1']
  const certificates = new ServerCertificates({ now: Date.now, hosts })
  const cases: [name: string, isCovered: boolean][] = [
    ['tao.example', true],
    ['a.test', true],
    ['b.a.test', false],
    ['example', true],
    ['x.localhost', true],
    ['host.docker.internal', true],
    ['emulator.ns.svc.cluster.local', true],
    ['localhost.example', false],
    ['', false],
  ]
  for (const [name, isCovered] of cases) t.equal(certificates.covers(name), isCovered, name)
})
