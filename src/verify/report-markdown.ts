import type { Verification } from './verify.js'

/** Writes the result as Markdown: a table of what does not hold, and the counts. */
export function toMarkdown({ url, requests, checks, service, holds }: Verification): string {
  const others = checks.filter(({ result }) => result !== 'holds')
  const rows = others.map(({ check, basis, title, result, reason, difference }) => {
    const detail =
      difference === undefined
        ? cell(reason as string)
        : `${cell(difference.part)}: expected ${code(difference.expected)}, received ${code(difference.received)}`
    return `| ${check} | ${basis} | ${title} | ${result} | ${detail} |\n`
  })
  const table =
    rows.length === 0
      ? ''
      : `| Check | Basis | | Result | |\n| --- | --- | --- | --- | --- |\n${rows.join('')}\n`
  const switches = Object.entries(service).map(([name, value]) => `\`${name}: ${value}\``)
  const seen = switches.length === 0 ? '' : `\nSwitches seen: ${switches.join(', ')}.\n`
  return `# ${url}

${holds ? 'Everything holds' : 'Something differs'} that is documented or published.
${checks.length - others.length} of ${checks.length} checks hold, by ${requests} requests.

${table}${seen}`
}

function cell(text: string): string {
  return text.replace(/[|\\]/g, '\\$&').replace(/\s+/g, ' ')
}

function code(text: string): string {
  return `\`${cell(text).replaceAll('`', "'")}\``
}
