import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { hardSentences } from '../scripts/plain-english.js'

const root = new URL('..', import.meta.url).pathname
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'examples/README.md',
  ...readdirSync(`${root}docs`).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

for (const page of pages) {
  t.test(`${page} has no sentence that is hard to read`, async (t) => {
    t.strictSame(hardSentences(readFileSync(root + page, 'utf8')), [])
  })
}

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')

const texts: [name: string, markdown: string, found: string[]][] = [
  ['a sentence of 28 words', `${words(28)}.`, []],
  ['a sentence of 29 words', `${words(29)}.`, [`has 29 words: ${words(29)}.`]],
  ['two sentences of 20 words', `${words(19)} end. And ${words(19)}.`, []],
  ['a long sentence over two lines', `${words(15)}\n${words(14)}`, [`has 29 words: ${words(29)}`]],
  ['a long code block', `\`\`\`sh\n${words(40)}\n\`\`\``, []],
  ['a long inline code', `Run \`${words(40)}\`.`, []],
  ['a long item of a list', `- ${words(29)}`, [`has 29 words: ${words(29)}`]],
  ['a long quotation', `> ${words(29)}`, [`has 29 words: ${words(29)}`]],
  [
    'a long sentence with HTML in it',
    `${words(27)} <br> word  \nword`,
    [`has 29 words: ${words(29)}`],
  ],
  ['a horizontal line', '---', []],
  ['a long cell of a table', `| a |\n| --- |\n| ${words(29)} |`, [`has 29 words: ${words(29)}`]],
  ['"is told"', 'The client is told.', ['is passive where someone acts: The client is told.']],
  [
    '"there is no … that"',
    'There is no import that has it.',
    ['turns "there is no … that" around: There is no import that has it.'],
  ],
  ['a heading that is a clause', '# What it does', ['begins with a noun clause: What it does']],
  ['a heading that is a question', '# What does it do?', []],
  ['a heading that begins like one', '# Whatever', []],
]

t.test('hard sentences are found in every part of a page', async (t) => {
  for (const [name, markdown, found] of texts) t.strictSame(hardSentences(markdown), found, name)
})
