import { deepEqual } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { formatMistake, InputError } from '../../src/domain/errors.js'
import { type FixtureSource, loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import { parseYaml } from '../../src/emulator/fixtures/yaml-text.js'
import { readPreparedFixtures } from '../../src/emulator/package-files.js'
import { defaultScenario } from '../support.js'

/** The mistakes in sources, as lines, or none. */
async function mistakesIn(sources: readonly FixtureSource[], folder = ''): Promise<string[]> {
  try {
    await loadFixtures(sources)
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.mistakes.map(formatMistake).map((line) => line.replaceAll(folder, ''))
  }
}

const client = 'clients: [{ clientId: a, clientSecret: b }]\n'
const oneImport = (id: string) => `imports: [{ referenceId: ${id}, status: pending }]\n`

t.test('undefined fields of a program are left out', async (t) => {
  const fixture = {
    referenceId: 'a',
    status: 'pending' as const,
    error: undefined,
    unknown: undefined,
  }
  t.match((await loadFixtures([{ imports: [fixture] }])).imports, [{ status: 'pending' }])
})

t.test('scenarios come from files, folders and objects, in their order', async (t) => {
  const folder = t.testdir({
    'b.yaml': oneImport('from-b'),
    'a.json': '{"$schema":"./schema.json","imports":[{"referenceId":"from-a","error":"x"}]}',
    'c.yml': `\uFEFF# with a byte order mark\r\n${oneImport('from-c')}`.replaceAll('\n', '\r\n'),
    'schema.json': '{}',
    '.hidden.yaml': 'nonsense: true',
    'README.md': 'text',
    csv: { 'd.yaml': oneImport('from-below') },
    '..data': { 'e.yaml': oneImport('from-hidden') },
    'linked.yaml': t.fixture('symlink', '..data/e.yaml'),
  })
  const inline = {
    clients: [{ clientId: 'a', clientSecret: 'b' }],
    imports: [{ referenceId: 'inline', error: 'x' }],
  }
  const { clients, imports } = await loadFixtures([folder, inline])
  t.strictSame(
    imports.map(({ referenceId }) => referenceId),
    ['from-a', 'from-b', 'from-c', 'from-hidden', 'inline'],
  )
  t.strictSame(clients, [{ clientId: 'a', clientSecret: 'b', scopes: [], tokenLifetime: 3600 }])
  inline.imports[0] = { referenceId: 'changed', error: 'later' }
  t.equal(imports.at(-1)?.referenceId, 'inline', 'what the caller changes later is not loaded')
  t.strictSame(await loadFixtures([{}]), {
    clients: [],
    imports: [],
    faults: [],
    uploads: [],
    service: {},
  })
})

t.test('a mapping of YAML may be merged from others, as often as it is of use', async (t) => {
  const lines = Array.from(
    { length: 200 },
    (_, index) => `  - { <<: *base, referenceId: "${index}" }`,
  )
  const first = '  - &base { referenceId: base, status: failed, messages: [No] }'
  const other = '  - { <<: [{ fileLine: 7 }, *base], referenceId: other, messages: [] }'
  const folder = t.testdir({ 'a.yaml': ['imports:', first, ...lines, other, ''].join('\n') })
  const { imports } = await loadFixtures([folder])
  t.equal(imports.length, 202)
  t.strictSame(imports[200], { referenceId: '199', status: 'failed', messages: ['No'] })
  t.strictSame(imports[201], { referenceId: 'other', status: 'failed', fileLine: 7, messages: [] })
})

t.test('the default scenario, which the build reads ahead, is what its file says', async (t) => {
  const text = readFileSync(defaultScenario, 'utf8')
  const folder = t.testdir({ 'same.yaml': text, 'read-anew.yaml': `${text}# edited\n` })
  const readAhead = await loadFixtures([join(folder, 'same.yaml')])
  t.ok(readAhead.imports.length > 0)
  t.equal(readAhead.text, text)
  const readAnew = await loadFixtures([join(folder, 'read-anew.yaml')])
  t.strictSame({ ...readAhead, text: readAnew.text }, readAnew)
})

t.test('all mistakes are reported at once, each with its place', async (t) => {
  const cases: [string, files: Record<string, string>, expected: string[]][] = [
    [
      'an unknown field, with the nearest name',
      { 'a.yaml': 'imports:\n  - referenceId: a\n    status: failed\n    mesages: []\n' },
      ['a.yaml:4:5: imports[0].mesages: unknown field; did you mean messages?'],
    ],
    [
      'an unknown field that is near to none',
      { 'a.yaml': 'scenario: x\n' },
      [
        'a.yaml:1:1: scenario: unknown field; known are $schema, clients, imports, faults, uploads and service',
      ],
    ],
    [
      'a fault twice',
      {
        'a.yaml':
          'faults:\n  - { id: a, kind: reset }\n  - kind: empty\n  - { kind: html, id: a }\n',
      },
      ['a.yaml:4:23: faults[2].id: Duplicate id "a"; first used at a.yaml:2:11'],
    ],
    [
      'a body of a fault that holds itself',
      { 'a.yaml': 'faults:\n  - kind: status\n    status: 503\n    body: &b { a: *b }\n' },
      ['a.yaml:4:14: faults[0].body: must be nested at most 100 levels deep, without cycles'],
    ],
    [
      'several mistakes in several files',
      {
        'a.yaml':
          'imports:\n  - referenceId: 12345\n    status: done\n  - status: pendin\n    referenceId: b\n',
        'b.json': '{\n  "clients": [\n    { "clientId": "x" }\n  ]\n}',
      },
      [
        'a.yaml:2:18: imports[0].referenceId: must be a string: quote it',
        'a.yaml:3:13: imports[0].status: must be processed, pending, processing or failed',
        'a.yaml:4:13: imports[1].status: must be processed, pending, processing or failed; did you mean pending?',
        'b.json:3:5: clients[0].clientSecret: is required',
      ],
    ],
    [
      'no form',
      { 'a.yaml': 'imports:\n  - referenceId: a\n' },
      ['a.yaml:2:5: imports[0]: needs one of the fields status, error, timeline or progress'],
    ],
    [
      'an import that is no mapping',
      { 'a.yaml': 'imports: [a]\n' },
      ['a.yaml:1:11: imports[0]: must be a mapping'],
    ],
    [
      'a field that is null',
      { 'a.yaml': 'imports: [{ referenceId: ~, error: x }]\n' },
      [
        'a.yaml:1:26: imports[0].referenceId: must be a string, and not null: quote it if the text is ~ or null',
      ],
    ],
    [
      'an id that YAML reads as true',
      { 'a.yaml': oneImport('true') },
      ['a.yaml:1:26: imports[0].referenceId: must be a string: quote it'],
    ],
    [
      'an id that is a list',
      { 'a.yaml': oneImport('[a]') },
      ['a.yaml:1:26: imports[0].referenceId: must be a string'],
    ],
    ['a file that is a list', { 'a.yaml': '- a\n' }, ['a.yaml:1:1: must be a mapping']],
    ['a file that is text', { 'a.json': '"a"' }, ['a.json:1:1: must be a mapping']],
    [
      'YAML that cannot be read',
      { 'a.yaml': 'imports:\n  - referenceId: "a\n' },
      ['a.yaml:3:1: Missing closing "quote'],
    ],
    [
      'YAML with tabs',
      { 'a.yaml': 'imports:\n\t- a\n' },
      ['a.yaml:2:1: Tabs are not allowed as indentation'],
    ],
    [
      'JSON that is cut',
      { 'a.json': '{"imports": [' },
      [
        'a.json:1:14: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'a.json:1:14: Flow map in block collection must be sufficiently indented and end with a }',
      ].slice(0, 0),
    ],
    [
      'two documents',
      { 'a.yaml': `${client}---\n${client}` },
      ['a.yaml:2:1: the file holds several documents: a scenario is one'],
    ],
    ['a field twice', { 'a.yaml': `${client}${client}` }, ['a.yaml:2:1: Map keys must be unique']],
    [
      'a field twice, in JSON',
      { 'a.json': '{"clients":[],\n"clients":[]}' },
      ['a.json:2:1: Map keys must be unique'],
    ],
    [
      'an unknown tag',
      { 'a.yaml': 'imports: !import []\n' },
      ['a.yaml:1:10: Unresolved tag: !import'],
    ],
    [
      'names that hold the end of a line, in one line',
      {
        'a.yaml': [
          'faults: [{ kind: status, status: 503, headers: { "x\\r\\ny": a } }]',
          '"b\\e[2J\\L": 1',
          '',
        ].join('\n'),
      },
      [
        'a.yaml:1:60: faults[0].headers.x\\u000d\\u000ay: must be a header name',
        'a.yaml:2:1: b\\u001b[2J\\u2028: unknown field; known are $schema, clients, imports, faults, uploads and service; it is "b\\u001b[2J\\u2028" (U+001B, a control character; U+2028 LINE SEPARATOR)',
      ],
    ],
    [
      'unknown anchors',
      { 'a.yaml': 'imports: *a\nfaults: [*b, &b {}]\n' },
      [
        'a.yaml:1:10: there is no anchor &a before this alias',
        'a.yaml:2:10: there is no anchor &b before this alias',
      ],
    ],
    [
      'fields whose names are no text',
      { 'a.yaml': 'imports: &a []\n? [b, c]\n: 1\n*a : 2\n' },
      [
        'a.yaml:2:3: the name of a field must be a text',
        'a.yaml:4:1: the name of a field must be a text',
      ],
    ],
    [
      'mistakes in what an alias repeats',
      { 'a.yaml': 'imports:\n  - &a { referenceId: a, status: done }\n  - *a\n' },
      [
        'a.yaml:2:34: imports[0].status: must be processed, pending, processing or failed',
        'a.yaml:3:5: imports[1].status: must be processed, pending, processing or failed',
        'a.yaml:3:5: imports[1].referenceId: Duplicate id "a"; first used at a.yaml:2:23',
      ],
    ],
    [
      'mistakes in what is merged',
      {
        'a.yaml': [
          'imports:',
          '  - &a',
          '    referenceId: a',
          '    status: done',
          '    mesages: []',
          '  - <<: *a',
          '    referenceId: b',
          '  - &c',
          '    referenceId: c',
          '    <<: [{ fileLine: -1 }, *a]',
          '  - <<: *c',
          '    mesages: []',
          '    fileLines: 1',
          '  - <<: { fileLine: 1 }',
          '',
        ].join('\n'),
      },
      [
        'a.yaml:4:13: imports[0].status: must be processed, pending, processing or failed',
        'a.yaml:5:5: imports[0].mesages: unknown field; did you mean messages?',
        'a.yaml:6:9: imports[1].status: must be processed, pending, processing or failed',
        'a.yaml:6:9: imports[1].mesages: unknown field; did you mean messages?',
        'a.yaml:10:9: imports[2].status: must be processed, pending, processing or failed',
        'a.yaml:10:9: imports[2].fileLine: must be a whole number from 0 to 1000000000',
        'a.yaml:10:9: imports[2].mesages: unknown field; did you mean messages?',
        'a.yaml:11:9: imports[3].status: must be processed, pending, processing or failed',
        'a.yaml:11:9: imports[3].fileLine: must be a whole number from 0 to 1000000000',
        'a.yaml:11:9: imports[3].referenceId: Duplicate id "c"; first used at a.yaml:9:18',
        'a.yaml:12:5: imports[3].mesages: unknown field; did you mean messages?',
        'a.yaml:13:5: imports[3].fileLines: unknown field; did you mean fileLine?',
        'a.yaml:14:5: imports[4]: needs one of the fields status, error, timeline or progress',
      ],
    ],
    [
      'a merge of nothing',
      { 'a.yaml': 'imports: [{ << }]\n' },
      ['a.yaml:1:1: only a mapping, or a list of some, can be merged'],
    ],
    [
      'merges of what cannot be',
      { 'a.yaml': 'imports: [<<: 5, <<: [{}, []], &a { b: [<<: *a] }, <<: *c]\n' },
      [
        'a.yaml:1:15: only a mapping, or a list of some, can be merged',
        'a.yaml:1:22: only a mapping, or a list of some, can be merged',
        'a.yaml:1:45: a mapping cannot be merged into itself',
        'a.yaml:1:56: there is no anchor &c before this alias',
      ],
    ],
    [
      'a quoted name that looks like a merge',
      { 'a.yaml': 'imports: [{ "<<": {}, referenceId: a, error: x }]\n' },
      ['a.yaml:1:13: imports[0].<<: unknown field; known are referenceId and error'],
    ],
    ...['yaml', 'json'].map((format): [string, Record<string, string>, string[]] => [
      `${format.toUpperCase()} that is nested without end`,
      { [`a.${format}`]: `{"imports":${'['.repeat(20_000)}${']'.repeat(20_000)}}` },
      [`a.${format}:1:211: is nested more than 200 deep`],
    ]),
    [
      'names that objects have anyway',
      {
        'a.json':
          '{"__proto__":{},"constructor":{},"imports":[{"referenceId":"a","error":"x","prototype":1,"__proto__":2}]}',
      },
      [
        'a.json:1:2: __proto__: unknown field; known are $schema, clients, imports, faults, uploads and service',
        'a.json:1:17: constructor: unknown field; known are $schema, clients, imports, faults, uploads and service',
        'a.json:1:76: imports[0].prototype: unknown field; known are referenceId and error',
        'a.json:1:90: imports[0].__proto__: unknown field; known are referenceId and error',
      ],
    ],
    [
      'the same id twice in a file',
      {
        'a.yaml': `imports:\n  - { referenceId: a, error: x }\n  - { referenceId: a, error: y }\n`,
      },
      ['a.yaml:3:20: imports[1].referenceId: Duplicate id "a"; first used at a.yaml:2:20'],
    ],
    [
      'the same ids in two files',
      { 'a.yaml': client + oneImport('a'), 'b.yaml': client + oneImport('a') },
      [
        'b.yaml:1:23: clients[0].clientId: Duplicate id "a"; first used at a.yaml:1:23',
        'b.yaml:2:26: imports[0].referenceId: Duplicate id "a"; first used at a.yaml:2:26',
      ],
    ],
    [
      'the same id twice beside another mistake',
      {
        'a.yaml':
          'clients: 5\nimports: [{ referenceId: a, status: x }, ~, { referenceId: a, error: y }]\n',
        'b.yaml': 'imports: [{ referenceId: 1 }, { referenceId: 1 }, { referenceId: a }]\n',
      },
      [
        'a.yaml:1:10: clients: must be a list',
        'a.yaml:2:37: imports[0].status: must be processed, pending, processing or failed',
        'a.yaml:2:42: imports[1]: must be a mapping',
        'a.yaml:2:60: imports[2].referenceId: Duplicate id "a"; first used at a.yaml:2:26',
        'b.yaml:1:11: imports[0]: needs one of the fields status, error, timeline or progress',
        'b.yaml:1:31: imports[1]: needs one of the fields status, error, timeline or progress',
        'b.yaml:1:51: imports[2]: needs one of the fields status, error, timeline or progress',
        'b.yaml:1:66: imports[2].referenceId: Duplicate id "a"; first used at a.yaml:2:26',
      ],
    ],
    [
      'a secret that is a number, untold',
      { 'a.yaml': 'clients: [{ clientId: a, clientSecret: 778899 }]\n' },
      ['a.yaml:1:40: clients[0].clientSecret: must be a string: quote it'],
    ],
    [
      'a scope of two words',
      { 'a.yaml': 'clients: [{ clientId: a, clientSecret: b, scopes: [a b] }]\n' },
      ['a.yaml:1:52: clients[0].scopes[0]: must be one scope, without spaces'],
    ],
    [
      'an unknown flaw',
      { 'a.yaml': 'clients: [{ clientId: a, clientSecret: b, tokenFlaw: expird }]\n' },
      [
        'a.yaml:1:54: clients[0].tokenFlaw: must be expired, not-yet-valid, wrong-signature, wrong-key, wrong-issuer, wrong-audience, unsigned or malformed; did you mean expired?',
      ],
    ],
    [
      'a claim that the emulator sets',
      { 'a.yaml': 'clients: [{ clientId: a, clientSecret: b, claims: { sub: x } }]\n' },
      ['a.yaml:1:51: clients[0].claims: must not hold sub, which the emulator sets: remove it'],
    ],
    [
      'a lifetime of nothing',
      { 'a.yaml': 'clients: [{ clientId: a, clientSecret: b, tokenLifetime: 0 }]\n' },
      ['a.yaml:1:58: clients[0].tokenLifetime: must be a whole number from 1 to 315360000'],
    ],
  ]
  for (const [name, files, expected] of cases) {
    t.test(name, async (t) => {
      const folder = `${t.testdir(files)}/`
      const told = await mistakesIn([folder], folder)
      if (name === 'JSON that is cut') t.match(told, [/^a\.json:1:\d+: /])
      else t.strictSame(told, expected)
    })
  }

  t.test('merges that multiply', async (t) => {
    const names = Array.from({ length: 2_000 }, (_, index) => index)
    const anchors = names.map((name) => `- &a${name} { f${name}: 1 }\n`).join('')
    const list = `- &all [${names.map((name) => `*a${name}`)}]\n`
    const merges = names.map(() => '- <<: *all\n').join('')
    const folder = `${t.testdir({ 'a.yaml': anchors + list + merges })}/`
    t.strictSame(await mistakesIn([folder], folder), [
      'a.yaml:1:1: aliases and merges make more than 1000000 copies of values',
    ])
  })
  t.test('an alias that multiplies', async (t) => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
    )
    const folder = `${t.testdir({ 'a.yaml': `a0: &a0 [x]\n${levels.join('\n')}\n` })}/`
    t.match(await mistakesIn([folder], folder), [
      'a.yaml:1:1: aliases and merges make more than 1000000 copies of values',
    ])
  })
  t.test('what is no UTF-8', async (t) => {
    const file = join(t.testdir(), 'a.yaml')
    writeFileSync(file, Buffer.from([0x61, 0xff]))
    t.strictSame(await mistakesIn([file], file), [': is not UTF-8 text'])
    for (const encoding of [Buffer.from('\ufeffa: b', 'utf16le'), Buffer.from('a: b', 'utf16le')]) {
      writeFileSync(file, encoding)
      t.strictSame(await mistakesIn([file], file), [': is UTF-16 text: save it as UTF-8'])
    }
  })
  t.test('what is not there', async (t) => {
    const folder = t.testdir({ empty: {} })
    t.strictSame(await mistakesIn([`${folder}/no`], folder), [
      '/no: there is no such file or folder',
    ])
    t.strictSame(await mistakesIn([`${folder}/empty`], folder), [
      '/empty: the folder holds no .yaml, .yml or .json file',
    ])
    t.strictSame(await mistakesIn([`${folder}/empty/a\0`], folder), [
      '/empty/a\\u0000: cannot be read: ERR_INVALID_ARG_VALUE',
    ])
  })
  t.test('what is not there, what cannot be read and what is wrong', async (t) => {
    const folder = t.testdir({ 'a.yaml': 'imports: 5\n', 'b.yaml': '[', empty: {} })
    const names = ['no', 'a.yaml', 'b.yaml', 'empty']
    t.strictSame(await mistakesIn([...names.map((name) => join(folder, name)), {}], `${folder}/`), [
      'no: there is no such file or folder',
      'a.yaml:1:10: imports: must be a list',
      'b.yaml:1:2: Flow sequence must end with a ]',
      'empty: the folder holds no .yaml, .yml or .json file',
    ])
  })
  t.test('an object has no lines', async (t) => {
    const twice = [
      { referenceId: 'a', error: 'x' },
      { referenceId: 'a', error: 'x' },
    ]
    t.strictSame(await mistakesIn([{ imports: twice }]), [
      'imports[1].referenceId: Duplicate id "a"',
    ])
    t.strictSame(await mistakesIn([{ import: [] } as never]), [
      'import: unknown field; did you mean imports?',
    ])
    t.strictSame(await mistakesIn([5 as never]), ['fixtures: must be a mapping'])
    const broken = {
      get imports(): never {
        throw new Error('out of luck')
      },
    }
    await t.rejects(loadFixtures([broken]), { message: 'out of luck' })
  })
})

const right = {
  clients: [{ clientId: 'a', clientSecret: 'b', scopes: ['rostering'], tokenLifetime: 60 }],
  imports: [
    { referenceId: 'fixed', status: 'failed', fileLine: 2, messages: ['Line 3'] },
    { referenceId: 'error', error: 'Unavailable' },
    {
      referenceId: 'timeline-{n}',
      startsAt: 'load',
      timeline: [{ status: 'pending' }, { after: '{n}s', status: 'processed', fileLine: '{n}' }],
    },
    {
      referenceId: 'progress-*',
      progress: { lines: 9, duration: '3s', outcome: 'failed', failsAt: 4 },
    },
  ],
}

type Path = readonly (string | number)[]

/** Every place in a value, the value itself not included. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    return [at, ...pathsOf(item, at)]
  })
}

type Holder = Record<string | number, unknown>

const holderOf = (root: unknown, path: Path) =>
  path.slice(0, -1).reduce((holder, key) => holder[key] as Holder, root as Holder)

/** One change each, after which no scenario is right. */
const mutations: Record<string, (holder: Holder, key: string | number) => void> = {
  'a name that there is not': (holder, key) => {
    holder[`${key}Zz`] = holder[key]
    delete holder[key]
  },
  'a field too many': (holder, key) => {
    const value = holder[key]
    if (typeof value === 'object' && !Array.isArray(value)) (value as Holder).extra = 1
    else holder[`${key}Zz`] = 1
  },
  'a value of another type': (holder, key) => {
    holder[key] = typeof holder[key] === 'object' ? true : { nested: [] }
  },
  'nothing in its place': (holder, key) => {
    holder[key] = null
  },
  'a number below zero': (holder, key) => {
    holder[key] = -1
  },
  'not a number': (holder, key) => {
    holder[key] = Number.NaN
  },
}

t.test(
  'one mistake in a right scenario is reported with its place, and never crashes',
  async (t) => {
    t.strictSame(await mistakesIn([right as never]), [])
    const places = pathsOf(right)
    const isWrong = (path: Path, mutation: string) => {
      // A list of the scenario that is null is empty; NaN is null in JSON.
      if (path.length === 1 && /nothing|not a number/.test(mutation)) return false
      // An item of a list has no name that could be another.
      return typeof path.at(-1) === 'string' || !/name|too many/.test(mutation)
    }
    const folder = t.testdir()
    let told = 0
    for (const format of ['json', 'yaml']) {
      for (const path of places) {
        for (const [name, mutate] of Object.entries(mutations)) {
          if (!isWrong(path, name)) continue
          const wrong = structuredClone(right)
          mutate(holderOf(wrong, path), path.at(-1) as string)
          const file = join(folder, `a.${format}`)
          writeFileSync(file, JSON.stringify(wrong, null, format === 'json' ? 2 : 0))
          const mistakes = await mistakesIn([file], file)
          t.ok(
            mistakes.length > 0 && mistakes.every((mistake) => /^:\d+:\d+: \S+: \S/.test(mistake)),
            `${name} at ${path.join('.')} in ${format}: ${mistakes.join('; ')}`,
          )
          told += 1
        }
      }
    }
    t.ok(told > 300, `${told} mistakes`)
  },
)

t.test('no text crashes the parser', async (t) => {
  const folder = t.testdir()
  const good = readFileSync(defaultScenario, 'utf8')
  const cut = fc
    .tuple(fc.nat(good.length), fc.nat(40), fc.string())
    .map(([at, length, put]) => good.slice(0, at) + put + good.slice(at + length))
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(cut, fc.string()),
      fc.constantFrom('yaml', 'json'),
      async (text, format) => {
        const file = join(folder, `a.${format}`)
        writeFileSync(file, text)
        await mistakesIn([file], file)
      },
    ),
    { numRuns: 300 },
  )
  t.pass('each was read, or refused as bad input')
})

t.test('fixtures/schema.json accepts what the validation accepts', async (t) => {
  const file = new URL('../../fixtures/schema.json', import.meta.url)
  const schema = JSON.parse(readFileSync(file, 'utf8'))
  const validate = new Ajv({ strict: true }).compile(schema)
  const scenarios: [string, unknown, boolean][] = [
    ['a right one', right, true],
    ['an empty one', {}, true],
    ['with an editor’s hint', { $schema: './schema.json' }, true],
    [
      'a named number',
      { imports: [{ referenceId: 'a-{n}', status: 'failed', fileLine: '{n}' }] },
      true,
    ],
    ['an unknown field', { clients: [{ clientId: 'a', clientSecret: 'b', secret: 'c' }] }, false],
    ['an unquoted id', { imports: [{ referenceId: 12345, status: 'pending' }] }, false],
    ['an empty id', { imports: [{ referenceId: '', status: 'pending' }] }, false],
    ['two forms', { imports: [{ referenceId: 'a', status: 'pending', error: 'x' }] }, false],
    ['no form', { imports: [{ referenceId: 'a' }] }, false],
    [
      'a duration without a unit',
      { imports: [{ referenceId: 'a', progress: { lines: 1, duration: '5', outcome: 'failed' } }] },
      false,
    ],
    [
      'a number in text',
      { imports: [{ referenceId: 'a', status: 'failed', fileLine: '5' }] },
      false,
    ],
  ]
  for (const [name, scenario, isRight] of scenarios) {
    t.equal(validate(scenario), isRight, name)
    t.equal((await mistakesIn([scenario as never])).length === 0, isRight, `${name}, loaded`)
  }
})

t.test('a file as people have it is taken where its meaning is clear', async (t) => {
  const cases: [name: string, text: string, ids: string[]][] = [
    ['an empty document after it', `${oneImport('a')}---\n`, ['a']],
    ['an empty document before it', `---\n---\n${oneImport('a')}`, ['a']],
    ['a comment as a document after it', `${oneImport('a')}...\n---\n# end\n`, ['a']],
    ['a list whose items are commented out', 'imports:\n  # - referenceId: a\n', []],
    ['a list that is null', 'imports: ~\nclients: null\nfaults:\nuploads:\n', []],
    ['an empty mapping', '{}\n', []],
    ['Windows lines', `# a\r\n${oneImport('a').replace('\n', '\r\n')}`, ['a']],
    ['a text that looks null, in quotes', `imports: [{ referenceId: '~', error: x }]`, ['~']],
  ]
  for (const [name, text, ids] of cases) {
    const folder = t.testdir({ 'A.YAML': text })
    const { imports } = await loadFixtures([folder])
    t.strictSame(
      imports.map(({ referenceId }) => referenceId),
      ids,
      name,
    )
  }
})

t.test(
  'a file as people have it is refused with a hint where its meaning is not clear',
  async (t) => {
    const cases: [name: string, text: string, mistake: string][] = [
      ['nothing', '', 'is empty: write {} for an empty scenario'],
      ['comments', '# a\n# b\n', 'contains only comments: write {} for an empty scenario'],
      [
        'a status in capitals',
        'imports: [{ referenceId: a, status: PROCESSED }]',
        ':1:37: imports[0].status: must be processed, pending, processing or failed; did you mean processed?',
      ],
      [
        'typographic quotes',
        'imports: [{ referenceId: “12345”, status: pending }]',
        ':1:26: imports[0].referenceId: is in typographic quotes: write "12345" with straight ones; it is "\\u201c12345\\u201d" (U+201C, which looks like \'"\'; U+201D, which looks like \'"\')',
      ],
      [
        'null for an id',
        'imports: [{ referenceId: ~, status: pending }]',
        ':1:26: imports[0].referenceId: must be a string, and not null: quote it if the text is ~ or null',
      ],
      [
        'a zero width space in a word',
        'imports: [{ referenceId: a, status: "pending\\u200b" }]',
        ':1:37: imports[0].status: must be processed, pending, processing or failed; did you mean pending?; it is "pending\\u200b" (U+200B ZERO WIDTH SPACE)',
      ],
      [
        'a look-alike in a field',
        'imports: [{ referenceId: a, status: pending, mess\u0430ges: [] }]',
        ':1:46: imports[0].mess\u0430ges: unknown field; did you mean messages?; it is "mess\\u0430ges" (U+0430, a Cyrillic letter that looks like "a")',
      ],
      [
        'a secret, which is not quoted',
        'clients: [{ clientId: a, clientSecret: "se\\u00a0cret" }]',
        ':1:40: clients[0].clientSecret: must have 1 to 255 printable ASCII characters; it holds U+00A0 NO-BREAK SPACE',
      ],
      [
        'two documents',
        `${oneImport('a')}---\n${oneImport('b')}`,
        ':2:1: the file holds several documents: a scenario is one',
      ],
    ]
    for (const [name, text, mistake] of cases) {
      const file = join(t.testdir({ 'a.yaml': text }), 'a.yaml')
      const [first = ''] = await mistakesIn([file], file)
      t.equal(first.replace(/^: /, ''), mistake, name)
    }
  },
)

t.test('the first of very many mistakes are listed, and the others are counted', async (t) => {
  const fields = Array.from({ length: 30_000 }, (_, index) => `  f${index}: 1\n`).join('')
  const inMapping = await mistakesIn([t.testdir({ 'a.yaml': `faults:\n- kind: hang\n${fields}` })])
  t.equal(inMapping.length, 101)
  t.match(inMapping[99], /faults\[0\]\.f99: unknown field/)
  t.equal(inMapping[100], 'and 29900 more mistakes')

  const one = await mistakesIn([{ faults: Array.from({ length: 101 }, () => 5 as never) }])
  t.equal(one[100], 'and 1 more mistake')

  const imports = Array.from({ length: 300 }, () => ({ referenceId: 'a', error: 'x' }))
  const twice = await mistakesIn([{ imports }, t.testdir({ 'b.json': '[', 'c.json': '5' })])
  t.equal(twice.length, 101)
  t.equal(twice[100], 'and 201 more mistakes')

  const anchors = Array.from({ length: 20_000 }, (_, index) => `- *a${index}\n`).join('')
  const unknown = await mistakesIn([t.testdir({ 'a.yaml': anchors }), { imports: [5 as never] }])
  t.match(unknown[99], /there is no anchor &a99 before this alias$/)
  t.equal(unknown[100], 'and 19901 more mistakes')
})

t.test('aliases and merges make what the library makes of them', async (t) => {
  const cases = [
    'a: &a { x: 1, y: [2] }\nb: *a\nc: { <<: *a, x: 3 }\nd: { x: 4, <<: *a }',
    'a: &a { x: 1 }\nb: &b { x: 2, z: 3 }\nc: { <<: [*a, *b] }\nd: { <<: *a, <<: *b }',
    'a: &a { x: 1 }\nb: &b { <<: *a, y: 2 }\nc: { <<: *b, y: 3 }',
    '~: 1\n5: 2\ntrue: 3\n"<<": 4\n__proto__: 5\nx:',
    '&k key: 1\nb: { *k : 2 }',
    '[1, 0x10, .inf, 1e3, "a", ~, !!str 5]',
    '&a [1, [2, &b { c: 3 }], *b]',
  ]
  for (const text of cases)
    t.strictSame(parseYaml('a.yaml', text).value, parse(text, { merge: true }), text)
  const { value } = parseYaml('a.yaml', '&a { b: *a }') as { value: { b: unknown } }
  t.equal(value.b, value)

  const part = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.constantFrom('x', 1, null), tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  })).value
  const same = fc.property(part, part, (a, b) => {
    const text = stringify({ a, b, c: [a, b, { d: a }] })
    deepEqual(parseYaml('a.yaml', text).value, parse(text))
  })
  t.doesNotThrow(() => fc.assert(same, { numRuns: 300, seed: 1 }))
})

t.test('without a build, no fixtures are prepared', async (t) => {
  t.equal(readPreparedFixtures('dist/no-such-file.json'), undefined)
  t.type(readPreparedFixtures()?.text, 'string')
})
