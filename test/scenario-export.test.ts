import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { stringify } from 'yaml'
import { Emulator } from '../src/emulator/emulator.js'
import { exportScenario } from '../src/emulator/export/export-scenario.js'
import { secretsOf } from '../src/emulator/export/secret-variables.js'
import { escapePlaceholders } from '../src/emulator/fixtures/placeholders.js'
import { connectEmulator, type ScenarioFixture, startEmulator } from '../src/index.js'
import { runHere } from './cli-support.js'
import { buildApp, defaultScenario } from './support.js'

type Format = 'yaml' | 'json'

/** Exports a source, and starts from each export again. */
async function exportTwice(source: string | ScenarioFixture, folder: string, format: Format) {
  const first = await Emulator.create({ fixtures: [source] })
  const environment = secretsOf(first.main)
  const text = await exportScenario(first.main, { format })
  const file = join(folder, `export.${format}`)
  writeFileSync(file, text)
  const second = await Emulator.create({ fixtures: [file], environment })
  return { first, second, text, again: await exportScenario(second.main, { format }), environment }
}

/** Everything that a scenario defines. */
const definitionsOf = ({ main: { clients, imports, faults, uploads, service } }: Emulator) =>
  JSON.parse(
    JSON.stringify([
      clients.list(),
      imports.definitions(),
      faults.list(),
      uploads.list(),
      service.get(),
    ]),
  )

for (const format of ['yaml', 'json'] as const) {
  t.test(
    `the default scenario in ${format} is checked, loaded and exported as it was`,
    async (t) => {
      const folder = t.testdir()
      const { first, second, text, again, environment } = await exportTwice(
        defaultScenario,
        folder,
        format,
      )
      t.equal(again, text)
      t.strictSame(definitionsOf(second), definitionsOf(first))
      t.notMatch(text, 'demo-secret')
      const file = join(folder, `export.${format}`)
      t.match(await runHere(['check', file], environment), {
        code: 0,
        out: 'ok: 7 clients, 14 imports\n',
      })
      t.match(await runHere(['check', file]), {
        code: 2,
        err: /CLIENT_SECRET_demo_client is not set/,
      })
    },
  )
}

/** A text that is hard to write: a number, a sign of YAML, a placeholder, any character. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 80 }),
  fc.constantFrom('', '12', '0x1f', '1e3', 'null', '~', 'yes', '- a', 'a: b', '# a', 'a #b', '<<'),
  fc.constantFrom('${A}', '$${A}', '$$${A}', '${', 'a\nb', 'a\n', '\n\na ', ' a', 'a\r\nb', '\t'),
  fc.constantFrom('x'.repeat(200), `${'long words '.repeat(20)}\nend`, '%YAML', '---', '...', '*a'),
)
const credential = fc.string({ minLength: 1, maxLength: 12 })
const line = fc.nat(1000)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const state = fc.record(
  {
    status: fc.constantFrom('pending' as const, 'processed' as const, 'failed' as const),
    fileLine: line,
    messages: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: ['status'] },
)
const form = fc.oneof(
  state,
  fc.record({ error: text }),
  fc.record({
    timeline: fc.tuple(
      fc.record({ status: fc.constant('pending' as const) }),
      fc.record({ after: fc.constantFrom('5s' as const, 7), error: text }),
    ),
    startsAt: fc.constantFrom('load' as const, 'first-poll' as const),
  }),
  fc.record({
    progress: fc.record({
      lines: line,
      duration: fc.constant('9s' as const),
      outcome: fc.constant('failed' as const),
      messages: optional(fc.array(text, { maxLength: 2 })),
    }),
  }),
)
const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }).filter((it) => !/[*{}]/.test(it)),
  fc.constantFrom('12345', 'é', 'null', 'a: b'),
)
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)))
const scenario = fc.record(
  {
    clients: fc.uniqueArray(
      fc.record(
        {
          clientId: credential,
          clientSecret: credential,
          scopes: fc.array(fc.constantFrom('rostering', 'other'), { maxLength: 2 }),
          tokenLifetime: fc.constantFrom(5, 3600),
          claims: fc.dictionary(
            text.filter((name) => !['iss', 'sub', 'aud'].includes(name)),
            json,
            { maxKeys: 3, noNullPrototype: true },
          ),
        },
        { requiredKeys: ['clientId', 'clientSecret'] },
      ),
      { selector: ({ clientId }) => clientId, maxLength: 4 },
    ),
    imports: fc.uniqueArray(
      fc.tuple(id, form).map(([referenceId, it]) => ({ referenceId, ...it })),
      { selector: ({ referenceId }) => referenceId, maxLength: 4 },
    ),
    faults: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('reset' as const), times: optional(fc.constant(2)) }),
        fc.record({
          kind: fc.constant('status' as const),
          status: fc.constant(503),
          body: json,
          probability: fc.constantFrom(0.5, 1e-9),
        }),
      ),
      { maxLength: 3 },
    ),
    uploads: fc
      .array(fc.tuple(optional(fc.constant('a*.csv')), state), { maxLength: 2 })
      .map((all) => all.map(([fileName, it]) => ({ ...(fileName && { fileName }), ...it }))),
    service: fc.record(
      {
        rowErrors: fc.constantFrom('fail' as const, 'report' as const),
        maxRecords: fc.constantFrom(null, 5),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ScenarioFixture>

t.test('an export is loaded and exported as it was, whatever the scenario', async (t) => {
  const folder = t.testdir()
  const agrees = fc.asyncProperty(
    scenario,
    fc.constantFrom<Format>('yaml', 'json'),
    async (source, format) => {
      const literal = escapePlaceholders(source) as ScenarioFixture
      const { first, second, text, again } = await exportTwice(literal, folder, format)
      if (again !== text) throw new Error(`${again}\nis not\n${text}`)
      t.strictSame(definitionsOf(second), definitionsOf(first))
    },
  )
  await fc.assert(agrees, { numRuns: 200, seed: 1 })
})

t.test('a text with comments is loaded and exported as it was', async (t) => {
  const folder = t.testdir()
  const comments = fc.array(
    fc.tuple(fc.nat(), fc.constantFrom('# a', '', '    # b', '#', '#\ttab ')),
    {
      maxLength: 6,
    },
  )
  // Without quotes it would merge.
  const named = scenario.filter((it) => !JSON.stringify(it).includes('"<<":'))
  const agrees = fc.asyncProperty(named, comments, fc.boolean(), async (source, places, isFlow) => {
    const literal = escapePlaceholders(JSON.parse(JSON.stringify(source)))
    const lines = stringify(literal, {
      collectionStyle: isFlow ? 'flow' : 'any',
      defaultKeyType: 'PLAIN',
      defaultStringType: 'QUOTE_DOUBLE',
      doubleQuotedMinMultiLineLength: 1e9,
      lineWidth: 0,
    }).split('\n')
    for (const [place, comment] of places) lines.splice(place % lines.length, 0, comment)
    const file = join(folder, 'commented.yaml')
    writeFileSync(file, lines.join(places.length % 2 === 0 ? '\n' : '\r\n'))
    const { first, second, text, again } = await exportTwice(file, folder, 'yaml')
    if (again !== text) throw new Error(`${again}\nis not\n${text}`)
    t.strictSame(definitionsOf(second), definitionsOf(first))
  })
  await fc.assert(agrees, { numRuns: 200, seed: 1 })
})

const commented = `# yaml-language-server: $schema=./schema.json
# Of our team.

clients:
  # The client of the pipeline.
  - clientId: ci
    clientSecret: "\${CI_SECRET}" # set by the pipeline
    scopes: [rostering]
  - { clientId: plain, clientSecret: s3cret }

imports:
  # Ends well.
  - referenceId: a
    status: processed # at once

  # Fails.
  - referenceId: b
    error: No space on \${HOST}
  - { referenceId: c, status: pending } # waits

faults:
  - kind: reset # without an id
    times: 1
  - { id: slow, kind: delay, delay: 1s }

service: { rowErrors: fail } # the default
`

t.test('of a YAML file, what did not change keeps its comments and placeholders', async (t) => {
  const folder = t.testdir({ 'scenario.yaml': commented })
  const emulator = await startEmulator({
    fixtures: join(folder, 'scenario.yaml'),
    environment: { CI_SECRET: 'hush', HOST: 'host-1' },
    listen: false,
  })
  const secret = 'clientSecret: s3cret'
  const hidden = 'clientSecret: "${CLIENT_SECRET_plain}"'
  const shown = commented.replace(secret, hidden)
  t.equal(await emulator.scenario.export(), shown)
  t.equal(
    await emulator.scenario.export({ secrets: true }),
    commented.replace('"${CI_SECRET}"', '"hush"'),
  )

  type Edit = [
    name: string,
    edit: () => Promise<unknown>,
    changed: [before: string, after: string][],
  ]
  const edits: Edit[] = [
    [
      'an import that is put as it was',
      () => emulator.imports.put('a', { status: 'processed' }),
      [],
    ],
    [
      'an import that is put',
      () => emulator.imports.put('b', { status: 'failed', messages: ['a ${b}'] }),
      [['    error: No space on ${HOST}\n', '    status: failed\n    messages: ["a $${b}"]\n']],
    ],
    [
      'an import that is deleted, and one that is new',
      async () => {
        await emulator.imports.delete('a')
        await emulator.imports.put('new', {
          progress: { lines: 9, duration: '5s', outcome: 'failed' },
        })
      },
      [
        ['  # Ends well.\n  - referenceId: a\n    status: processed # at once\n\n', ''],
        [
          ' # waits\n',
          ' # waits\n  - referenceId: new\n    progress: { lines: 9, duration: 5s, outcome: failed }\n',
        ],
      ],
    ],
    [
      'clients that are put: a secret that did not change keeps its variable',
      async () => {
        const ci = { clientSecret: 'hush', scopes: ['rostering'], tokenLifetime: 60 }
        await emulator.clients.put('ci', ci)
        await emulator.clients.put('pl_ain', { clientSecret: 'x' })
        await emulator.clients.put('pl-ain', { clientSecret: 'y' })
        await emulator.clients.put('pl ain', { clientSecret: 'z' })
      },
      [
        [
          '    clientSecret: "${CI_SECRET}" # set by the pipeline\n    scopes: [rostering]\n',
          '    clientSecret: ${CI_SECRET}\n    scopes: [rostering]\n    tokenLifetime: 60\n',
        ],
        [
          `${hidden} }\n`,
          `${hidden} }\n${['', '_2', '_3'].map((suffix, index) => `  - clientId: ${['pl_ain', 'pl-ain', 'pl ain'][index]}\n    clientSecret: \${CLIENT_SECRET_pl_ain${suffix}}\n`).join('')}`,
        ],
      ],
    ],
    [
      'a secret that changed has another variable',
      () => emulator.clients.put('ci', { clientSecret: 'new', scopes: ['rostering'] }),
      [
        [
          '    clientSecret: "${CI_SECRET}" # set by the pipeline\n',
          '    clientSecret: ${CLIENT_SECRET_ci}\n',
        ],
      ],
    ],
    [
      'faults and planned uploads',
      async () => {
        await emulator.faults.disarm('slow')
        await emulator.faults.arm({ id: 'slow', kind: 'delay', delay: '2s' })
        await emulator.faults.arm({ kind: 'reset', times: 1 })
        await emulator.uploads.arm({ status: 'failed' })
      },
      [
        [
          '  - { id: slow, kind: delay, delay: 1s }\n',
          '  - kind: delay\n    id: slow\n    delay: 2s\n  - kind: reset\n    times: 1\n',
        ],
        [' # the default\n', ' # the default\n\nuploads:\n  - status: failed\n'],
      ],
    ],
    [
      'everything of a kind deleted',
      async () => {
        await emulator.faults.clear()
        await emulator.service.set({ rowErrors: 'report' })
      },
      [
        [commented.slice(commented.indexOf('faults:'), commented.indexOf('service:')), ''],
        ['service: { rowErrors: fail } # the default\n', 'service:\n  rowErrors: report\n'],
      ],
    ],
  ]
  for (const [name, edit, changes] of edits) {
    await t.test(name, async (t) => {
      await edit()
      let expected = shown
      for (const [before, after] of changes) {
        t.ok(expected.includes(before), before)
        expected = expected.replace(before, () => after)
      }
      t.equal(await emulator.scenario.export(), expected)
      await emulator.reset()
    })
  }
  await emulator.close()
})

t.test('what an upload began is not exported, and a pattern is', async (t) => {
  const emulator = await startEmulator({
    fixtures: { imports: [{ referenceId: 'a-{n}', status: 'pending' }] },
    listen: false,
  })
  await emulator.inject('/api/v1/upload/api/v1/status/a-7')
  t.equal(
    await emulator.scenario.export(),
    '# yaml-language-server: $schema=./node_modules/tao-upload-emulator/fixtures/schema.json\n' +
      'imports:\n  - referenceId: a-{n}\n    status: pending\n',
  )
  await emulator.close()
})

t.test('a scenario of many imports has a line for each', async (t) => {
  const imports = Array.from({ length: 20_000 }, (_, index) => ({
    referenceId: `import-${index}`,
    error: 'No ${space}',
  }))
  const source = escapePlaceholders({ imports, service: { maxRecords: 7 } }) as ScenarioFixture
  const { first, second, text, again } = await exportTwice(source, t.testdir(), 'yaml')
  t.equal(again, text)
  t.ok(text.includes('\n  - {"referenceId":"import-7","error":"No $${space}"}\n'))
  t.strictSame(definitionsOf(second), definitionsOf(first))
})

t.test('a text that cannot be changed in its place is written anew', async (t) => {
  const anew =
    '# yaml-language-server: $schema=./node_modules/tao-upload-emulator/fixtures/schema.json\n' +
    'imports:\n  - referenceId: a\n    status: pending\n  - referenceId: b\n    status: pending\n'
  const cases: [name: string, files: Record<string, string>, expected: string][] = [
    [
      'an alias',
      {
        'a.yaml':
          'imports: # c\n  - { referenceId: a, status: &s pending }\n  - { referenceId: b, status: *s }\n',
      },
      anew,
    ],
    [
      'a merge',
      {
        'a.yaml':
          'imports: # c\n  - { referenceId: a, status: pending }\n  - { <<: { referenceId: b }, status: pending }\n',
      },
      anew,
    ],
    [
      'two files',
      {
        'a.yaml': '# c\nimports: [{ referenceId: a, status: pending }]\n',
        'b.yaml': '# c\nimports: [{ referenceId: b, status: pending }]\n',
      },
      anew,
    ],
    [
      'a JSON file',
      {
        'a.json':
          '{"imports":[{"referenceId":"a","status":"pending"},{"referenceId":"b","status":"pending"}]}',
      },
      anew,
    ],
    [
      'a text that a program made',
      {
        'a.yaml': `imports: [{ referenceId: a, status: pending }, { referenceId: b, status: pending }]\n# ${'c'.repeat(1024 ** 2)}\n`,
      },
      anew,
    ],
    [
      'an empty document beside the scenario goes',
      { 'a.yaml': '---\n# c\n---\n# d\nimports: [] # none\n' },
      '# yaml-language-server: $schema=./node_modules/tao-upload-emulator/fixtures/schema.json\n' +
        '---\n# d\nimports: [] # none\n',
    ],
  ]
  for (const [name, files, expected] of cases) {
    await t.test(name, async (t) => {
      const emulator = await startEmulator({ fixtures: t.testdir(files), listen: false })
      t.equal(await emulator.scenario.export(), expected)
      await emulator.close()
    })
  }
})

t.test('a scenario that was merged keeps the comments of the first', async (t) => {
  const folder = t.testdir({
    'a.yaml':
      'imports:\n  # One.\n  - { referenceId: a, status: pending }\n  # Two.\n  - { referenceId: b, status: pending }\n',
  })
  const emulator = await startEmulator({ fixtures: folder, listen: false })
  const source = { imports: [{ referenceId: 'b', error: 'x' }] }
  await emulator.scenario.load(source, { mode: 'merge' })
  t.match(
    await emulator.scenario.export(),
    /^#.*\nimports:\n {2}# One.\n {2}- \{ referenceId: a, status: pending \}\n {2}# Two.\n {2}- referenceId: b\n {4}error: x\n$/,
  )
  await emulator.scenario.load('# Mine.\nimports:\n  - { referenceId: c, status: pending }\n')
  t.match(await emulator.scenario.export(), /^#.*\n# Mine.\nimports:\n {2}- \{ referenceId: c/)
  await emulator.close()
})

t.test('over HTTP the response is the file, and the library returns its text', async (t) => {
  const { app } = await buildApp(t)
  for (const [query, type] of [
    ['', 'application/yaml'],
    ['?format=yaml&secrets=false', 'application/yaml'],
    ['?format=json&secrets=true', 'application/json'],
  ]) {
    const response = await app.inject(`/__control/scenario${query}`)
    t.equal(response.statusCode, 200)
    t.equal(response.headers['content-type'], type)
    t.equal(response.headers['cache-control'], 'no-store')
    t.equal(response.body.includes('"demo-secret"'), query?.includes('true'))
  }
  const refused = await app.inject('/__control/scenario?format=xml&secrets=1')
  t.strictSame(refused.json(), {
    error: 'invalid_input',
    message: 'must be yaml or json; did you mean yaml?; secrets: must be true or false',
    path: 'format',
  })

  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const remote = connectEmulator(emulator.url)
  for (const options of [undefined, { format: 'json' }, { secrets: true }] as const) {
    t.equal(await remote.scenario.export(options), await emulator.scenario.export(options))
  }
  const own = remote.workspace('own')
  await own.scenario.load(await remote.scenario.export())
  t.equal(await own.scenario.export(), await remote.scenario.export())
  await t.rejects(
    connectEmulator(`${emulator.url}/__docs`).scenario.export(),
    /is not an emulator: 404/,
  )
})
