import type { Verification } from './verify.js'

/** Writes the result as JUnit XML: a test case for each check. */
export function toJunit({ url, checks }: Verification): string {
  const count = (wanted: string) => checks.filter(({ result }) => result === wanted).length
  const cases = checks.map(({ check, basis, title, result, difference, reason }) => {
    const open = `<testcase classname="${basis}" name="${escaped(`${check}: ${title}`)}"`
    if (result === 'holds') return `    ${open}/>`
    if (difference === undefined) {
      return `    ${open}><skipped message="${escaped(reason as string)}"/></testcase>`
    }
    const { part, expected, received } = difference
    const text = escaped(`${part}\nexpected ${expected}\nreceived ${received}`)
    return `    ${open}><failure message="${escaped(part)}">${text}</failure></testcase>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${escaped(url)}" tests="${checks.length}" failures="${count('differs')}" skipped="${count('not tried')}">
${cases.join('\n')}
  </testsuite>
</testsuites>
`
}

/** XML has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
