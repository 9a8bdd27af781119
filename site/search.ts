import { createSearch, type Section } from './find-sections.js'

/*
 * The search of the documentation. It needs no server: the sections are one file, which is loaded on the first use.
 */

/** An address of the site, from pages at any depth. */
const siteUrl = (path: string) => new URL(path, import.meta.url).href

let loading: Promise<(query: string) => Section[]> | undefined

async function load(): Promise<(query: string) => Section[]> {
  const response = await fetch(siteUrl('search.json'))
  return createSearch(await response.json())
}

const form = document.querySelector('.search') as HTMLFormElement
const input = form.querySelector('input') as HTMLInputElement
const results = form.querySelector('ul') as HTMLUListElement
const count = form.querySelector('[role=status]') as HTMLElement

function show(found: readonly Section[]): void {
  const isAsked = input.value.trim() !== ''
  results.hidden = found.length === 0
  results.replaceChildren(...found.map(resultOf))
  const noun = found.length === 1 ? 'result' : 'results'
  count.textContent = isAsked ? `${found.length || 'No'} ${noun}` : ''
}

function resultOf({ title, page, url, text }: Section): HTMLLIElement {
  const item = document.createElement('li')
  const link = document.createElement('a')
  link.href = siteUrl(url)
  const strong = document.createElement('strong')
  strong.textContent = title
  const where = document.createElement('small')
  where.textContent = title === page ? '' : page
  const start = document.createElement('span')
  start.textContent = text.slice(0, 120)
  link.append(strong, ' ', where, start)
  item.append(link)
  return item
}

form.hidden = false
input.addEventListener('input', async () => {
  loading ??= load()
  const search = await loading
  show(search(input.value))
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  results.querySelector('a')?.click()
})
form.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  input.value = ''
  show([])
})
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  input.focus()
})
// A link within the page leaves the results open otherwise.
results.addEventListener('click', () => show([]))
