import t from 'tap'
import { literalOf, nameOf, scriptQuote, templateQuote } from '../../sandbox/literals.js'

t.test('values are written as a person writes them in JavaScript', async (t) => {
  const cases: [value: unknown, literal: string][] = [
    ['a', "'a'"],
    [`it's "so"\n`, `'it\\'s "so"\\n'`],
    [5, '5'],
    [true, 'true'],
    [null, 'null'],
    [[], '[]'],
    [['a', 1], "['a', 1]"],
    [{}, '{}'],
    [{ a: 1, 'b-c': { d: [] } }, "{ a: 1, 'b-c': { d: [] } }"],
  ]
  for (const [value, literal] of cases) t.equal(literalOf(value), literal)
})

t.test('a name is quoted where JavaScript needs it', async (t) => {
  for (const name of ['a', '_a1', 'grant_type']) t.equal(nameOf(name), name)
  for (const name of ['', '1a', 'a-b', 'a b']) t.equal(nameOf(name), `'${name}'`)
})

t.test('quoted texts are read as they were', async (t) => {
  for (const text of ['', "'", '"', '\\', '`', '${a}', '\u2028', '\u0000', "\\'", '💥']) {
    const read = (code: string) => new Function(`return ${code}`)()
    t.equal(read(scriptQuote(text)), text)
    t.equal(read(`\`${templateQuote(text)}\``), text)
  }
})
