import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { escapeHtml, names, readGroups, readPage } from './docs-pages.js'

/*
 * Builds the documentation into static files, `dist/docs`: pages without inline scripts, one style sheet, and a search that
 * needs no server.
 */

const folder = new URL('../dist/docs/', import.meta.url)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const pages = [...names.keys()].map(readPage)
const groups = readGroups().map(({ text, pages }) => ({
  text,
  pages: pages.map(({ href, text }) => ({ name: names.get(href), text: capitalized(text) })),
}))
for (const page of pages) writeFileSync(new URL(`${page.name}.html`, folder), pageHtml(page))
writeFileSync(
  new URL('missing.template', folder),
  pageHtml({
    title: 'No such page',
    headings: [],
    html: '<h1>No such page</h1>\n<p>The documentation has no page with this address. Choose one of the list, or search.</p>',
    up: '{up}',
  }),
)
const sections = pages.flatMap((page) => page.sections).map((section, id) => ({ id, ...section }))
writeFileSync(new URL('search.json', folder), JSON.stringify(sections))
const docs = new URL('../docs/', import.meta.url)
for (const name of readdirSync(docs).filter((name) => name.endsWith('.png')))
  copyFileSync(new URL(name, docs), new URL(name, folder))

/** The result of the bundler for the search, whose packages need their licences. */
export const search = await build({
  entryPoints: ['site/search.ts', 'site/site.css'],
  outdir: 'dist/docs',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  metafile: true,
  logLevel: 'warning',
})

function capitalized(text) {
  return text[0].toUpperCase() + text.slice(1)
}

function pageHtml({ name, title, headings, html, up = '' }) {
  const link = (page) => {
    const current = page.name === name ? ' aria-current="page"' : ''
    return `<li><a href="${up}${page.name}.html"${current}>${escapeHtml(page.text)}</a></li>`
  }
  const lists = groups.map(
    ({ text, pages }) => `<h2>${text}</h2>\n<ul>\n${pages.map(link).join('\n')}\n</ul>`,
  )
  const sections = headings
    .filter(({ depth }) => depth === 2)
    .map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`)
  const contents =
    sections.length < 2
      ? ''
      : `<nav class="contents" aria-label="On this page">\n<h2>On this page</h2>\n<ul>\n${sections.join('\n')}\n</ul>\n</nav>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(name === 'index' ? 'Documentation' : title)} · tao-upload-emulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}site.css">
<script type="module" src="${up}search.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a href="${up}index.html">TAO upload emulator</a>
<form class="search" role="search" hidden>
<input type="search" aria-label="Search the documentation" placeholder="Search (press /)" autocomplete="off">
<span role="status"></span>
<ul hidden></ul>
</form>
</header>
<div class="columns">
<nav class="pages" aria-label="Pages">
${lists.join('\n')}
</nav>
<main id="content" tabindex="-1">
${html}</main>
${contents}
</div>
</body>
</html>
`
}
