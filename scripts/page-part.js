import { readFileSync } from 'node:fs'

/** A page of docs/ whose part between `<!-- name -->` and `<!-- /name -->` is the text. */
export function withPart(page, name, text) {
  const written = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8')
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const from = written.indexOf(start)
  const to = written.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/${page} has no part between ${start}and ${end}`)
  return `${written.slice(0, from + start.length)}\n${text}\n${written.slice(to)}`
}
