import { readFileSync } from 'node:fs'

/** A page of docs/ with the texts in the parts that it marks: `<!-- name -->` begins one, `<!-- /name -->` ends it. */
export function withParts(page, texts) {
  const written = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8')
  return Object.entries(texts).reduce((text, [name, part]) => {
    const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
    const [from, to] = [text.indexOf(start), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`docs/${page} has no part "${name}"`)
    return `${text.slice(0, from + start.length)}\n${part.trim()}\n\n${text.slice(to)}`
  }, written)
}
