import { readdirSync, readFileSync, statSync } from 'node:fs'
import t from 'tap'
import { createSearch, type Section } from '../site/find-sections.js'
import { buildApp } from './support.js'

const root = new URL('..', import.meta.url).pathname
const site = `${root}dist/docs/`
const pages = readdirSync(site).filter((name) => name.endsWith('.html'))
const read = (name: string) => readFileSync(site + name, 'utf8')

/** The first heading of the source of each page, by the name of the page. */
const sources: [source: string, page: string][] = [
  ['README.md', 'index'],
  ['CHANGELOG.md', 'changelog'],
  ['SECURITY.md', 'security-policy'],
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name): [string, string] => [`docs/${name}`, name.replace('.md', '')]),
]

t.test('the emulator serves each page with its title', async (t) => {
  const { app } = await buildApp(t)
  t.equal(pages.length, sources.length)
  for (const [source, page] of sources) {
    const [, title = ''] = /^# (.*)$/m.exec(readFileSync(root + source, 'utf8')) ?? []
    const { statusCode, body } = await app.inject(`/__docs/${page}`)
    t.equal(statusCode, 200, page)
    const shown = page === 'index' ? 'Documentation' : title
    t.ok(body.includes(`<title>${shown} · tao-upload-emulator</title>`), `${page}: ${shown}`)
    t.ok(body.includes(`>${title}</h1>`), `${page}: ${title}`)
  }
  const workspace = await app.inject('/w/team/__docs/faults')
  t.equal(workspace.body, read('faults.html'))
})

t.test('links, anchors and files of the site exist', async (t) => {
  const anchors = new Map(
    pages.map((name) => [name, [...read(name).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)]),
  )
  for (const name of pages) {
    const ids = anchors.get(name) ?? []
    t.equal(new Set(ids).size, ids.length, `${name}: each anchor is unique`)
    for (const [, href = ''] of read(name).matchAll(/ (?:href|src)="([^"]+)"/g)) {
      if (/^(?:https?|data):/.test(href)) continue
      const [file = '', anchor] = href.split('#')
      const target = file === '' ? name : file
      t.ok(statSync(site + target, { throwIfNoEntry: false }), `${name}: ${href}`)
      if (anchor !== undefined) t.ok(anchors.get(target)?.includes(anchor), `${name}: ${href}`)
    }
  }
})

t.test('each page of docs/ is in the list of pages', async (t) => {
  const [, list = ''] = /<nav class="pages"[^>]*>([\s\S]*?)<\/nav>/.exec(read('index.html')) ?? []
  const listed = [...list.matchAll(/href="([\w-]+)\.html"/g)].map(([, name]) => name)
  const expected = sources.flatMap(([source, page]) => (source.startsWith('docs/') ? page : []))
  t.strictSame(listed.sort(), expected.sort())
})

t.test('no page has an inline script or style, which the policy refuses', async (t) => {
  for (const name of [...pages, 'missing.template']) {
    t.notMatch(read(name), /<script(?![^>]* src=)|<style| style="| on\w+="/, name)
  }
})

t.test('the site is small', async (t) => {
  const sizes = readdirSync(site).map((name) => statSync(site + name).size)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  t.ok(total < 2_000_000, `${total} bytes`)
})

const sections: Section[] = JSON.parse(read('search.json'))
const search = createSearch(sections)

t.test('the search finds each reason code first', async (t) => {
  const codes = [...read('troubleshooting.html').matchAll(/<a id="([a-z-]+)">/g)]
  t.ok(codes.length > 30)
  for (const [, code = ''] of codes) {
    t.equal(search(code)[0]?.url, `troubleshooting.html#${code}`, code)
  }
})

t.test('the search finds sections by the words of a reader', async (t) => {
  const queries: [query: string, url: string][] = [
    ['rate limit', 'faults.html#rate-limits'],
    ['patterns', 'scenarios.html#patterns'],
    ['docker', 'docker-and-ci.html#docker-and-ci'],
    ['workspac', 'control-api.html#workspaces'],
    ['token expird', 'troubleshooting.html#token-expired'],
  ]
  for (const [query, url] of queries) {
    t.ok(
      search(query).some((section) => section.url === url),
      `${query}: ${search(query).map((section) => section.url)}`,
    )
  }
  t.strictSame(search('xyzzy'), [])
  t.ok(search('import').length === 12, 'a short list')
})
