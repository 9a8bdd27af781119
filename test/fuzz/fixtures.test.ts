import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { formatMistake, InputError } from '../../src/domain/errors.js'
import { loadFixtures } from '../../src/emulator/fixtures/load-fixtures.js'
import { defaultScenario } from '../support.js'
import { fuzzRuns } from './runs.js'

const piece = fc.constantFrom(
  'imports:\n',
  'clients:\n',
  'faults: [\n',
  'uploads: []\n',
  '  - referenceId: a\n',
  '    status: processed\n',
  '    timeline:\n',
  '      - { after: 1s, status: pending }\n',
  '    progress: { lines: "{n}", duration: 1s, outcome: failed, failsAt: 1 }\n',
  '  - { kind: delay, delay: { min: 1s, max: 2s } }\n',
  '  - &a { kind: status, status: 503 }\n',
  '  - <<: *a\n',
  '  - *a\n',
  '? [a]\n',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\t- x\n',
  '!!binary abc\n',
  '"\\u202e"\n',
  '{ "imports": [ { "referenceId": "a", "error": "x" } ] }',
  '[',
  '{',
  '}',
  ']',
  '&a ',
  '*a ',
  '# comment\n',
  '|\n',
  '~\n',
  '.inf\n',
  '1e999\n',
  'null\n',
)

const edit = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  fc.nat({ max: 30 }),
  fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 6 })),
)

/** Edits at random places: of the package's own scenario, or of a text that was thrown together. */
const source = fc.record({
  isOwn: fc.boolean(),
  pieces: fc.array(piece, { maxLength: 8 }),
  edits: fc.array(edit, { maxLength: 3 }),
  ending: fc.constantFrom('.yaml', '.yaml', '.json'),
})

t.test('whatever a fixture file holds, it is a scenario or a list of mistakes', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-fixtures-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const own = await readFile(defaultScenario, 'utf8')

  await fc.assert(
    fc.asyncProperty(source, async ({ isOwn, pieces, edits, ending }) => {
      const text = edits.reduce(
        (before, [at, length, added]) => {
          const index = Math.floor(at * before.length)
          return before.slice(0, index) + added + before.slice(index + length)
        },
        isOwn ? own : pieces.join(''),
      )
      const path = join(folder, `scenario${ending}`)
      await writeFile(path, text)
      try {
        const scenario = await loadFixtures([path])
        if (!Array.isArray(scenario.imports)) throw new Error('a scenario without imports')
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        for (const mistake of error.mistakes) requireOneLine(formatMistake(mistake))
      }
    }),
    fuzzRuns(1500),
  )
  t.pass('every file was read')
})

function requireOneLine(text: string): void {
  if (text === '' || /[\p{Cc}\u2028\u2029]/u.test(text)) throw new Error(JSON.stringify(text))
}
