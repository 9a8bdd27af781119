import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import t from 'tap'
import { optionSpecs } from '../src/option-specs.js'

const root = new URL('..', import.meta.url).pathname
const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${root}docs`).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

const read = (page: string) => readFileSync(root + page, 'utf8')

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

t.test('links between pages lead somewhere', async (t) => {
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : resolve(root, dirname(page), path).slice(root.length)
      t.ok(existsSync(root + file), `${page}: ${target}`)
      if (anchor !== undefined) t.ok(anchorsOf(file).includes(anchor), `${page}: ${target}`)
    }
  }
})

t.test('flags that a page names are flags of the command', async (t) => {
  const ours = Object.values(optionSpecs).map(({ flag }) => flag)
  const security = read('docs/security.md')
  const named = [...security.matchAll(/`(--[a-z-]+)/g)].map(([, flag = '']) => flag)
  t.ok(named.length > 8)
  for (const flag of named.filter((it) => it !== '--disable-coverage'))
    t.ok(ours.includes(flag), flag)
})
