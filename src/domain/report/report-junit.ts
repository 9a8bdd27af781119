import { escapeXml } from '../xml-text.js'
import type { JudgedRequirement } from './requirements.js'
import type { RunReport } from './run-report.js'

/**
 * Writes the report as JUnit XML: a test case for each requirement, and one for each outcome, which is skipped if no request
 * met it.
 */
export function toJunit(report: RunReport, requirements: readonly JudgedRequirement[]): string {
  const required = requirements.map(({ requirement, broken }) =>
    testCase('requirements', requirement, broken && `<failure message="${escapeXml(broken)}"/>`),
  )
  const outcomes = report.outcomes.map(({ outcome, title, count }) =>
    testCase('outcomes', `${outcome}: ${title}`, count === 0 && '<skipped/>'),
  )
  const findings = report.findings.map(({ finding, sentence }) => `${finding}: ${sentence}`)
  const broken = requirements.filter((it) => it.broken !== undefined).length
  const notMet = report.outcomes.filter(({ count }) => count === 0).length
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="tao-upload-emulator" tests="${required.length + outcomes.length}" failures="${broken}" skipped="${notMet}">
${[...required, ...outcomes].join('\n')}
    <system-out>${escapeXml(findings.join('\n'))}</system-out>
  </testsuite>
</testsuites>
`
}

function testCase(group: string, name: string, content: string | false | undefined): string {
  const open = `    <testcase classname="${group}" name="${escapeXml(name)}"`
  return content ? `${open}>${content}</testcase>` : `${open}/>`
}
