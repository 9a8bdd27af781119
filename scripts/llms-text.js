import { readFileSync } from 'node:fs'
import { readGroups } from './docs-pages.js'

const root = new URL('..', import.meta.url)

/**
 * The text of llms.txt, by the convention of llmstxt.org: what the package is, and the pages of its documentation, each
 * with its purpose. A coding agent reads it in the installed package.
 */
export function llmsText() {
  const { description } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const sections = readGroups().map(
    ({ text, pages }) => `## ${text}\n\n${pages.map(({ href }) => lineOf(href)).join('\n')}\n`,
  )
  const head = `# tao-upload-emulator\n\n> ${description}\n\nRead README.md first. A running emulator serves these pages at /__docs/. The command \`tao-upload-emulator mcp\` gives a coding agent tools: docs/agents.md.\n`
  return [head, ...sections].join('\n')
}

function lineOf(href) {
  const page = readFileSync(new URL(href, root), 'utf8')
  const [, title] = /^# (.*)$/m.exec(page)
  const [, purpose] = /^This page is for you (if .*?)[.:](?:\s|$)/ms.exec(page)
  return `- [${title}](${href}): ${purpose.replace(/\s+/g, ' ')}.`
}
