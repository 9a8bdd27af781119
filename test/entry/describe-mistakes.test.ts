import { join } from 'node:path'
import t from 'tap'
import { describeMistakes } from '../../src/describe-mistakes.js'
import { InputError } from '../../src/domain/errors.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'

t.test('a mistake is followed by its line, with a caret below its place', async (t) => {
  const cases: [name: string, text: string, excerpt: string][] = [
    [
      'a value',
      'imports:\n  - { referenceId: a, status: done }\n',
      '  2 |   - { referenceId: a, status: done }\n    |                               ^',
    ],
    ['a field', 'imports: []\nzzz: 1', '  2 | zzz: 1\n    | ^'],
    ['CRLF and a byte order mark', '\ufeffzzz: 1\r\n', '  1 | zzz: 1\n    | ^'],
    ['a tab', '{ "imports":\t3 }', '  1 | { "imports": 3 }\n    |              ^'],
    ['an invisible character', '"z\u200bz": 1', '  1 | "z\\u200bz": 1\n    | ^'],
    [
      'a place far in a long line',
      `{ imports: [${'{ referenceId: "*", status: pending },'.repeat(2)}{ status: done }, ${' '.repeat(60)}] }`,
      `  1 | …: pending },{ referenceId: "*", status: pending },{ status: done },${' '.repeat(33)}…\n    | ${' '.repeat(61)}^`,
    ],
    [
      'secrets in the line',
      'clients: [{ clientSecret: hush, scops: [] }, { "clientSecret": "hu\\"sh", a: 1 }]',
      '  1 | clients: [{ clientSecret: ****, scops: [] }, { "clientSecret": ********, a: 1 }]\n    |                                              ^',
    ],
    ['a secret of a block', 'clients:\n  - clientSecret: a,hush} "hush" # x\n  - x\n', ''],
    ['a secret that is wrong', 'clients:\n  - clientId: a\n    clientSecret:\n      4711\n', ''],
  ]
  for (const [name, text, excerpt] of cases) {
    t.test(name, async (t) => {
      const file = join(t.testdir({ 'a.yaml': text }), 'a.yaml')
      const error = await loadFixtures([file]).catch((error: InputError) => error)
      const shown = await describeMistakes((error as InputError).mistakes)
      t.comment(shown)
      if (excerpt !== '') t.ok(`${shown}\n`.includes(`\n${excerpt}\n`))
      t.notMatch(shown, /hush|hu\\|4711/)
    })
  }
})

t.test('a mistake without a line in a file stands alone', async (t) => {
  const message = 'is wrong'
  const folder = t.testdir({ 'a.yaml': 'a\n' })
  const cases: [name: string, location: string | undefined][] = [
    ['no place', undefined],
    ['a file that is gone', join(folder, 'b.yaml:1:1')],
    ['a pipe', '/dev/null:1:1'],
    ['a line behind the end', join(folder, 'a.yaml:9:1')],
    ['no line', 'a.yaml'],
  ]
  for (const [name, location] of cases) {
    const mistake = { location, path: 'x', message }
    t.equal(await describeMistakes([mistake]), new InputError(mistake).message, name)
  }
})
