import t from 'tap'
import { InputError } from '../../src/domain/errors.js'
import { findingCodes } from '../../src/domain/report/findings.js'
import { defaultThresholds } from '../../src/domain/report/thresholds.js'
import { listed } from '../../src/domain/schema.js'
import type { ResolvedOptions } from '../../src/emulator-options.js'
import { optionSpecs } from '../../src/option-specs.js'
import { readOptions, resolveOptions } from '../../src/options.js'

t.test('a variable that is empty or blank is not set', async (t) => {
  for (const nothing of ['', ' ', '\r', '\t \r\n', '""', "''"]) {
    const { controlToken: _, ...specs } = optionSpecs
    const empty = Object.values(specs).map(({ environment }) => [environment, nothing])
    t.strictSame(readOptions({}, Object.fromEntries(empty)), readOptions({}, {}))
  }
})

t.test('several hosts may stand in one text', async (t) => {
  const hosts = (flags: Record<string, string[]>, variable?: string) =>
    readOptions(flags, { TAO_EMULATOR_ALLOWED_HOSTS: variable }).allowedHosts
  for (const variable of [
    'a.test,b.test:8080',
    ' a.test, b.test:8080,\n',
    'a.test\tb.test:8080 ',
  ]) {
    t.strictSame(hosts({}, variable), ['a.test', 'b.test:8080'], JSON.stringify(variable))
  }
  t.strictSame(hosts({}, ' ,\n'), [], 'or none')
  t.strictSame(hosts({ '--allowed-host': ['a.test,b.test', '[::1]'] }, 'c.test'), [
    'a.test',
    'b.test',
    '[::1]',
  ])
})

t.test('values are taken as environment files have them', async (t) => {
  const cases: [name: string, variable: string, value: string, option: Partial<ResolvedOptions>][] =
    [
      ['a level in capitals', 'LOG_LEVEL', 'INFO', { logLevel: 'info' }],
      ['a level in mixed case', 'LOG_LEVEL', 'Debug', { logLevel: 'debug' }],
      ['a level with a carriage return', 'LOG_LEVEL', 'warn\r', { logLevel: 'warn' }],
      ['a level in quotes', 'LOG_LEVEL', '"warn"', { logLevel: 'warn' }],
      ['a level behind a byte order mark', 'LOG_LEVEL', '\ufeffwarn', { logLevel: 'warn' }],
      ['a port with a blank', 'PORT', '5000 ', { port: 5000 }],
      ['a port with a carriage return', 'PORT', '5000\r\n', { port: 5000 }],
      ['a port in quotes', 'PORT', "'5000'", { port: 5000 }],
      ['a host with a no-break space', 'HOST', '0.0.0.0\u00a0', { host: '0.0.0.0' }],
      ['an address of IPv6', 'HOST', '::1', { host: '::1' }],
      ['an address of IPv6 in brackets', 'HOST', '[::1]', { host: '::1' }],
      ['a host name', 'HOST', 'my_host-1.example', { host: 'my_host-1.example' }],
      ['a switch in capitals', 'TAO_EMULATOR_WATCH', 'TRUE', { watch: true }],
      ['a switch that is off, in mixed case', 'TAO_EMULATOR_WATCH', 'False\r', { watch: false }],
      ['a size', 'TAO_EMULATOR_MAX_UPLOAD_SIZE', ' 1MIB\r', { maxUploadSize: 1024 ** 2 }],
      ['a path', 'TAO_EMULATOR_READY_FILE', '/a b\r', { readyFile: '/a b' }],
      ['a path in quotes', 'TAO_EMULATOR_READY_FILE', '"/a b"', { readyFile: '/a b' }],
      [
        'a control token with a carriage return',
        'TAO_EMULATOR_CONTROL_TOKEN',
        'a\r',
        { controlToken: 'a' },
      ],
      [
        'a control token with quotes of its own',
        'TAO_EMULATOR_CONTROL_TOKEN',
        '"a b"',
        { controlToken: '"a b"' },
      ],
    ]
  for (const [name, variable, value, option] of cases) {
    t.match(readOptions({}, { [variable]: value }), option, name)
  }
  t.equal(readOptions({ '--log-level': ['INFO '] }, {}).logLevel, 'info', 'so are flags')
})

t.test('a wrong value is quoted with its invisible characters, and a secret is not', async (t) => {
  const level = 'must be trace, debug, info, warn, error, fatal or silent'
  const cases: [name: string, variable: string, value: string, message: string][] = [
    [
      'a level',
      'LOG_LEVEL',
      'de\u200bbug',
      `"de\\u200bbug" (U+200B ZERO WIDTH SPACE) ${level}; did you mean debug?`,
    ],
    [
      'a port of a Kubernetes service',
      'PORT',
      'tcp://10.0.0.1:4080',
      '"tcp://10.0.0.1:4080" must be a whole number from 0 to 65535. Kubernetes sets such addresses for services: set enableServiceLinks: false in the pod, or use --port',
    ],
    ['a port', 'PORT', '0x50', '"0x50" must be a whole number from 0 to 65535'],
    [
      'a host with a scheme',
      'HOST',
      'http://localhost',
      '"http://localhost" must be an address or a host name, such as 127.0.0.1, without scheme and port',
    ],
    [
      'a host with a port',
      'HOST',
      '0.0.0.0:4080',
      '"0.0.0.0:4080" must be an address or a host name, such as 127.0.0.1, without scheme and port',
    ],
    [
      'a host with an invisible character',
      'HOST',
      'local\u200bhost',
      '"local\\u200bhost" (U+200B ZERO WIDTH SPACE) must be an address or a host name, such as 127.0.0.1, without scheme and port',
    ],
    [
      'a control token',
      'TAO_EMULATOR_CONTROL_TOKEN',
      'hu\u200bsh',
      'must hold only characters that a header can hold, but it holds U+200B ZERO WIDTH SPACE',
    ],
  ]
  for (const [name, variable, value, message] of cases) {
    t.throws(
      () => readOptions({}, { [variable]: value }),
      new InputError({ path: variable, message }),
      name,
    )
  }
})

t.test('HOST as conda sets it is ignored, and a note says so', async (t) => {
  for (const value of [
    'x86_64-conda-linux-gnu',
    'x86_64-conda_cos6-linux-gnu',
    'arm64-apple-darwin20.0.0',
    'x86_64-apple-darwin13.4.0\r',
    'aarch64-conda-linux-gnu',
    'x86_64-w64-mingw32',
  ]) {
    const notes: string[] = []
    const options = readOptions({}, { HOST: value }, {}, (note) => notes.push(note))
    t.equal(options.host, '127.0.0.1', value)
    t.strictSame(notes, [
      `HOST: "${value.trim()}" is ignored: conda sets it to the target of its compiler`,
    ])
  }
  t.equal(readOptions({}, { HOST: 'x86_64-conda-linux-gnu' }).host, '127.0.0.1')
  t.equal(readOptions({}, { HOST: 'arm64-builder-1' }).host, 'arm64-builder-1')
  t.equal(readOptions({ '--host': ['x86_64-conda-linux-gnu'] }, {}).host, 'x86_64-conda-linux-gnu')
})

t.test('thresholds of findings are read from texts and objects', async (t) => {
  const flag = (...texts: string[]) => readOptions({ '--manners': texts }, {}).manners
  t.match(flag('polls-too-fast=2s,token-per-request=9', 'gives-up-early=off'), {
    'polls-too-fast': 2000,
    'token-per-request': 9,
    'gives-up-early': Number.POSITIVE_INFINITY,
    'secret-in-url': 1,
  })
  t.match(resolveOptions({ manners: { 'polls-too-fast': '1m', 'secret-in-url': 'off' } }).manners, {
    'polls-too-fast': 60_000,
    'secret-in-url': Number.POSITIVE_INFINITY,
  })
  t.strictSame(resolveOptions({ manners: undefined }).manners, defaultThresholds)
  const refused: [name: string, read: () => unknown, mistake: string][] = [
    [
      'a wrong name',
      () => flag('poll-too-fast=2s'),
      '--manners: "poll-too-fast=2s" names no finding; did you mean polls-too-fast?',
    ],
    [
      'a name like no other',
      () => flag('x=2s'),
      `--manners: "x=2s" names no finding; known are ${listed(findingCodes, 'and')}`,
    ],
    [
      'no threshold',
      () => flag('polls-too-fast'),
      '--manners: "polls-too-fast" must be a finding and its threshold, such as polls-too-fast=500ms',
    ],
    [
      'a number for a duration',
      () => flag('polls-too-fast=fast'),
      '--manners: "polls-too-fast=fast" must be a duration with its unit, such as 500ms, or off',
    ],
    [
      'a duration for a number',
      () => flag('secret-in-url=2s'),
      '--manners: "secret-in-url=2s" must be a number of requests from 1 to 1000000, or off',
    ],
    [
      'a wrong name in the library',
      () => resolveOptions({ manners: { 'poll-too-fast': '2s' } as object }),
      'manners.poll-too-fast: unknown field; did you mean polls-too-fast?',
    ],
    [
      'a wrong threshold in the library',
      () => resolveOptions({ manners: { 'secret-in-url': 0 } }),
      'manners.secret-in-url: must be a whole number from 1 to 1000000',
    ],
    [
      'no thresholds at all',
      () => resolveOptions({ manners: 7 as never }),
      'manners: must be a mapping',
    ],
  ]
  for (const [name, read, message] of refused) t.throws(read, { message }, name)
})
