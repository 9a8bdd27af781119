import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import GithubSlugger from 'github-slugger'
import { Marked } from 'marked'

const root = new URL('..', import.meta.url)

/** The pages of the site, by the paths of their sources, each with its name. */
export const names = new Map([
  ['README.md', 'index'],
  ...readdirSync(new URL('docs/', root))
    .filter((file) => file.endsWith('.md'))
    .map((file) => [`docs/${file}`, file.replace('.md', '')]),
  ['CHANGELOG.md', 'changelog'],
  ['SECURITY.md', 'security-policy'],
])

/** The groups of pages, as the table of the README has them: a column is a group, its links are the pages. */
export function readGroups() {
  const table = new Marked()
    .lexer(readFileSync(new URL('README.md', root), 'utf8'))
    .find(({ type, header }) => type === 'table' && header[0].text === 'To start')
  return table.header.map(({ text }, column) => ({
    text,
    pages: table.rows.flatMap((cells) =>
      cells[column].tokens.filter(({ type }) => type === 'link'),
    ),
  }))
}

/** Reads a page: its title, its headings, its HTML, and its sections for the search. */
export function readPage(path) {
  const tokens = new Marked().lexer(readFileSync(new URL(path, root), 'utf8'))
  const marked = rendererFor(path)
  const html = marked.parser(tokens)
  const headings = headingsOf(tokens)
  const [title] = headings
  return {
    name: names.get(path),
    title: title.text,
    html,
    headings,
    sections: sectionsOf(tokens, title.text, `${names.get(path)}.html`),
  }
}

function rendererFor(path) {
  const slugger = new GithubSlugger()
  return new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const text = this.parser.parseInline(tokens)
        const id = slugger.slug(plainText(tokens))
        const inner = depth === 1 || text.includes('<a ') ? text : `<a href="#${id}">${text}</a>`
        return `<h${depth} id="${id}">${inner}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const target = targetOf(href, path)
        const text = this.parser.parseInline(tokens)
        return target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`
      },
      image: ({ href, text }) =>
        `<img src="${posix.basename(href)}" alt="${escapeHtml(text)}" loading="lazy">`,
      // Whoever scrolls by the keyboard needs the focus there.
      code: ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
      table(token) {
        const row = (cells, tag) =>
          `<tr>${cells.map((it) => `<${tag}>${this.parser.parseInline(it.tokens)}</${tag}>`).join('')}</tr>`
        const rows = token.rows.map((cells) => row(cells, 'td')).join('\n')
        return `<div class="table" tabindex="0"><table><thead>${row(token.header, 'th')}</thead>\n<tbody>${rows}</tbody></table></div>\n`
      },
      html: ({ text }) => (text.startsWith('<!--') ? '' : text),
    },
  })
}

/** The address of a link in the site. Files that are not part of it have none. */
function targetOf(href, path) {
  if (/^(?:https?:|#)/.test(href)) return href
  const [file, anchor] = href.split('#')
  const source = posix.join(posix.dirname(path), file)
  if (source === 'docs/') return 'index.html'
  const name = names.get(source)
  return name && `${name}.html${anchor === undefined ? '' : `#${anchor}`}`
}

/** The headings of a page, each with its anchor. */
function headingsOf(tokens) {
  const slugger = new GithubSlugger()
  return tokens
    .filter(({ type }) => type === 'heading')
    .map(({ depth, tokens }) => {
      const text = plainText(tokens)
      return { depth, text, id: slugger.slug(text) }
    })
}

/** One section for each heading, and one for each row of a table that has an anchor. */
function sectionsOf(tokens, page, url) {
  const slugger = new GithubSlugger()
  const sections = []
  for (const token of tokens) {
    if (token.type === 'heading') {
      const title = plainText(token.tokens)
      sections.push({ page, title, url: `${url}#${slugger.slug(title)}`, text: '' })
      continue
    }
    const rows = token.type === 'table' ? token.rows : []
    const anchored = rows.flatMap((cells) => rowSection(cells, page, url) ?? [])
    if (anchored.length > 0) sections.splice(-1, 0, ...anchored)
    else sections.at(-1).text += `${blockText(token)} `
  }
  return sections.map(({ text, ...section }) => ({ ...section, text: text.trim() }))
}

function rowSection([first, ...cells], page, url) {
  const id = /<a id="([^"]+)">/.exec(first.text)?.[1]
  if (id === undefined) return undefined
  return { page, title: id, url: `${url}#${id}`, text: cells.map(cellText).join(' ') }
}

const cellText = ({ tokens }) => plainText(tokens)

function blockText(token) {
  if (token.type === 'table') return [token.header, ...token.rows].flat().map(cellText).join(' ')
  if (token.type === 'list')
    return token.items.flatMap(({ tokens }) => tokens.map(blockText)).join(' ')
  if (token.type === 'code') return token.text
  return token.tokens ? plainText(token.tokens) : ''
}

/** The text of inline tokens, without their marks. */
function plainText(tokens) {
  return tokens
    .map((token) => {
      if (token.type === 'html') return ''
      return token.tokens ? plainText(token.tokens) : (token.text ?? '')
    })
    .join('')
}

export function escapeHtml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
