import { escapeXml } from '../domain/xml-text.js'
import type { Verification } from './verify.js'

/** Writes the result as JUnit XML: a test case for each check. */
export function toJunit({ url, checks }: Verification): string {
  const count = (wanted: string) => checks.filter(({ result }) => result === wanted).length
  const cases = checks.map(({ check, basis, title, result, difference, reason }) => {
    const open = `<testcase classname="${basis}" name="${escapeXml(`${check}: ${title}`)}"`
    if (result === 'holds') return `    ${open}/>`
    if (difference === undefined) {
      return `    ${open}><skipped message="${escapeXml(reason as string)}"/></testcase>`
    }
    const { part, expected, received } = difference
    const text = escapeXml(`${part}\nexpected ${expected}\nreceived ${received}`)
    return `    ${open}><failure message="${escapeXml(part)}">${text}</failure></testcase>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${escapeXml(url)}" tests="${checks.length}" failures="${count('differs')}" skipped="${count('not tried')}">
${cases.join('\n')}
  </testsuite>
</testsuites>
`
}
