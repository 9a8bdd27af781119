import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { parsePattern, patternMistake } from '../../src/domain/reference-id.js'

/** The same by a regular expression, which tries every way to share out an id. */
function matchByRegExp(pattern: string, id: string): Record<string, number> | undefined {
  const names: string[] = []
  const source = pattern.replace(/\*|\{(\w+)\}|[^*{]+|\{/g, (part, name?: string) => {
    if (part === '*') return '.*'
    if (name === undefined) return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    names.push(name)
    return '(\\d{1,15})'
  })
  const found = new RegExp(`^${source}$`, 's').exec(id)
  return (
    (found && Object.fromEntries(names.map((name, at) => [name, Number(found[at + 1])]))) ||
    undefined
  )
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', '-'), maxLength: 12 })
const patterns = fc
  .array(fc.tuple(letters, fc.constantFrom('*', '{n}', '{m}')), { minLength: 1, maxLength: 3 })
  .chain((parts) => letters.map((end) => parts.flat().join('') + end))
  .filter((pattern) => patternMistake(pattern) === undefined)

t.test(
  'a pattern matches what its regular expression would match, with the same numbers',
  async (t) => {
    const sameAsRegExp = fc.property(patterns, letters, letters, (pattern, id, other) => {
      const ids = [
        id,
        pattern.replace(/\*|\{\w\}/g, () => id),
        pattern.replace(/\*|\{\w\}/g, () => `1${other}`),
      ]
      for (const it of ids) deepEqual(parsePattern(pattern).match(it), matchByRegExp(pattern, it))
    })
    t.doesNotThrow(() => fc.assert(sameAsRegExp, { numRuns: 2_000, seed: 1 }))
  },
)

t.test('a pattern matches', async (t) => {
  const cases: [pattern: string, id: string, numbers: Record<string, number> | undefined][] = [
    ['*', '', {}],
    ['*a*b', 'xaab', {}],
    ['school-*', 'school-', {}],
    ['school-*', 'School-1', undefined],
    ['a{n}', 'a', undefined],
    ['a{n}', 'a007', { n: 7 }],
    ['{n}-{m}', '1-2', { n: 1, m: 2 }],
    ['{n}', '1234567890123456', undefined],
    ['*-{n}*', 'a-12b', { n: 12 }],
    ['a.c', 'abc', undefined],
    ['a*a', 'a', undefined],
  ]
  for (const [pattern, id, numbers] of cases) {
    t.strictSame(parsePattern(pattern).match(id), numbers, `${pattern} ${id}`)
  }
})

t.test('an id that nearly matches costs no more than its length', async (t) => {
  // A regular expression takes some hours for it.
  const id = 'a'.repeat(16_000)
  t.equal(parsePattern('*a*a*b').match(id), undefined)
  t.strictSame(parsePattern('*a*a*').match(id), {})
})
