import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { formatMistake, type InputError } from '../../src/domain/errors.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import {
  environmentVariables,
  expandPlaceholders,
  mayHavePlaceholders,
  mayHold,
} from '../../src/emulator/fixtures/placeholders.js'
import { parseYaml } from '../../src/emulator/fixtures/yaml-text.js'
import { startEmulator } from '../../src/index.js'

const environment = {
  NAME: 'Ada',
  _2: 'two',
  EMPTY: '',
  NESTED: '${NAME}',
  LINES: '7',
  __proto__: 'none',
}

const expand = (value: unknown) => expandPlaceholders(value, environmentVariables(environment))

t.test('a placeholder is replaced in every text, and what is none stays', async (t) => {
  const cases: [name: string, written: unknown, expected: unknown][] = [
    ['a placeholder alone', '${NAME}', 'Ada'],
    ['two within a text', 'a${NAME}b${_2}', 'aAdabtwo'],
    ['an empty variable', '<${EMPTY}>', '<>'],
    ['a value with a placeholder is not read again', '${NESTED}', '${NAME}'],
    ['a number comes out as a text', '${LINES}', '7'],
    ['an escaped one', '$${NAME} and ${NAME}', '${NAME} and Ada'],
    ['an escape behind a dollar sign', '$$${NAME}', '$${NAME}'],
    ['names that no variable can have', '${} ${2} ${A-B} ${NAME', '${} ${2} ${A-B} ${NAME'],
    ['an escape of such a name', '$${2}', '${2}'],
    ['dollar signs', '$ $$ $NAME {NAME}', '$ $$ $NAME {NAME}'],
    [
      'lists, mappings and what is no text',
      [{ a: ['${NAME}'] }, null, 1, true],
      [{ a: ['Ada'] }, null, 1, true],
    ],
    ['the name of a field', { '${NAME}': '${NAME}' }, { '${NAME}': 'Ada' }],
    [
      'a field called __proto__',
      JSON.parse('{"__proto__":"${NAME}"}'),
      JSON.parse('{"__proto__":"Ada"}'),
    ],
  ]
  for (const [name, written, expected] of cases) {
    t.strictSame(expand(written), { value: expected, mistakes: [] }, name)
  }
})

t.test('a value without placeholders is the same value, and no value is changed', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value)
      const expanded = expand(value).value
      t.equal(JSON.stringify(value), before)
      if (!mayHavePlaceholders(before)) t.equal(expanded, value)
    }),
    { seed: 1 },
  )
  const written = { kept: {}, list: ['${NAME}'] }
  const { value } = expand(written) as { value: typeof written }
  t.strictSame(written.list, ['${NAME}'])
  t.equal(value.kept, written.kept)
})

t.test('a value that holds itself, or is nested very deeply, comes to an end', async (t) => {
  const circle: unknown[] = ['${NAME}']
  circle.push(circle)
  t.equal((expand(circle).value as unknown[])[0], 'Ada')
  let deep: unknown = '${NAME}'
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
  t.equal(expand(deep).value, deep)
  for (const value of [circle, deep]) t.ok(mayHold(value))
  const bush: Record<string, unknown> = { a: 1, b: null }
  Object.assign(bush, { left: bush, right: bush })
  t.ok(mayHold(bush))
  t.notOk(mayHold({ a: ['b', 1, null], c: { d: '$' } }))
})

const missing = (name: string) =>
  `The environment variable ${name} is not set: set it, or write $\${${name}} for the text itself`

t.test('a variable that is missing is a mistake at its place', async (t) => {
  const folder = t.testdir({
    'a.yaml': [
      'clients:',
      '  - clientId: a',
      '    clientSecret: ${DEMO_SECRET}',
      'imports:',
      '  - { referenceId: a, status: "${STATUS}", messages: ["no ${A}, no ${B}"] }',
      '  - { referenceId: b, status: pending, fileLine: "${LINES}" }',
    ].join('\n'),
    'b.json': '{\n  "imports": [{ "referenceId": "c", "error": "\\u0024{constructor}" }]\n}',
  })
  const object = { imports: [{ referenceId: 'd', error: '${C}' }] }
  const error = await loadFixtures([folder, object], environment).catch((it: InputError) => it)
  t.strictSame(
    (error as InputError).mistakes.map(formatMistake).map((it) => it.replace(`${folder}/`, '')),
    [
      `a.yaml:3:19: clients[0].clientSecret: ${missing('DEMO_SECRET')}`,
      `a.yaml:5:31: imports[0].status: ${missing('STATUS')}`,
      `a.yaml:5:55: imports[0].messages[0]: ${missing('A')}`,
      `a.yaml:5:55: imports[0].messages[0]: ${missing('B')}`,
      `a.yaml:6:50: imports[1].fileLine: must be a whole number from 0 to 1000000000`,
      `b.json:2:46: imports[0].error: ${missing('constructor')}`,
      `imports[0].error: ${missing('C')}`,
    ],
  )
})

t.test('values are checked once they are filled in', async (t) => {
  const folder = t.testdir({
    'a.yaml': [
      'clients: [{ clientId: "${ID}", clientSecret: "${SECRET}" }]',
      'imports:',
      '  - { referenceId: "${ID}-{n}", timeline: [{ status: "${S}" }, { after: "${WAIT}", error: "$${X}" }] }',
    ].join('\n'),
  })
  const right = { ID: 'a', SECRET: 'b', S: 'pending', WAIT: '{n}s' }
  const { clients, imports } = await loadFixtures([folder], right)
  t.match(clients, [{ clientId: 'a', clientSecret: 'b' }])
  t.strictSame(imports, [
    {
      referenceId: 'a-{n}',
      timeline: [{ status: 'pending' }, { after: '{n}s', error: '${X}' }],
    },
  ])
  const wrong = { ID: 'a', SECRET: '', S: 'pending', WAIT: 'soon' }
  const error = await loadFixtures([folder], wrong).catch((it: InputError) => it)
  t.strictSame(
    (error as InputError).mistakes.map(formatMistake).map((it) => it.replace(`${folder}/`, '')),
    [
      'a.yaml:1:46: clients[0].clientSecret: must have 1 to 255 printable ASCII characters',
      'a.yaml:3:73: imports[0].timeline[1].after: must be a duration with its unit, like 500ms, 5s, 2m or 1h',
    ],
  )
})

t.test('aliases of YAML take the same value', async (t) => {
  const { value } = parseYaml('a.yaml', 'a: &a { b: "${NAME}" }\nc: *a\nd: { <<: *a, e: 1 }\n')
  t.strictSame(expand(value).value, { a: { b: 'Ada' }, c: { b: 'Ada' }, d: { b: 'Ada', e: 1 } })
})

t.test('the library takes variables from its option, or from the process', async (t) => {
  const folder = t.testdir({
    'a.yaml':
      'clients: [{ clientId: a, clientSecret: "${TAO_TEST_SECRET}", scopes: [rostering] }]\n',
  })
  const fixtures = join(folder, 'a.yaml')
  const secretWith = async (options: object) => {
    const emulator = await startEmulator({ fixtures, listen: false, ...options })
    await emulator.close()
    return emulator.settings.clientSecret
  }
  t.equal(await secretWith({ environment: { TAO_TEST_SECRET: 'given' } }), 'given')
  process.env.TAO_TEST_SECRET = 'set'
  t.equal(await secretWith({}), 'set')
  delete process.env.TAO_TEST_SECRET
  await t.rejects(secretWith({}), { name: 'InputError', message: /TAO_TEST_SECRET is not set/ })
})
