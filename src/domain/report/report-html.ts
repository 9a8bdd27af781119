import { escapeXml } from '../xml-text.js'
import { describeEntries, partsOf } from './report-parts.js'
import type { JudgedRequirement } from './requirements.js'
import type { RunReport } from './run-report.js'

const style = `
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d5dae0;vertical-align:top}
td:last-child,th:last-child{text-align:right;font-variant-numeric:tabular-nums}
code{font:13px ui-monospace,monospace}
.broken{color:#a4262c}.not{color:#57606a}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
@media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}.broken{color:#ff8a80}.not{color:#9aa4af}}
`

/** Writes the report as a page that needs no other file, and can be printed. */
export function toHtml(report: RunReport, requirements: readonly JudgedRequirement[]): string {
  const { title, unused } = partsOf(report)
  const { documented, standard, published, decided } = report.basis
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Run report: TAO upload emulator</title>
<style>${style}</style>
</head>
<body>
<h1>Run report</h1>
<p>${escapeXml(title)}, counted since ${escapeXml(report.since)}. Responses by their evidence: ${documented} documented, ${standard} standard, ${published} published, ${decided} decided.</p>
${section(
  'Requirements',
  ['Requirement', 'Result'],
  requirements.map(({ requirement, broken }) => [
    escapeXml(requirement),
    broken === undefined ? 'met' : `<span class="broken">${escapeXml(broken)}</span>`,
  ]),
)}${section(
  'Findings',
  ['Finding', '', 'Count'],
  report.findings.map(({ finding, sentence, entries, count }) => [
    `<code>${finding}</code>`,
    escapeXml([sentence, describeEntries(entries)].filter(Boolean).join('; ')),
    String(count),
  ]),
)}${section(
  'Unexpected requests',
  ['Kind', '', 'Count'],
  report.unexpected.map(({ kind, title: text, entries, count }) => [
    `<code>${kind}</code>`,
    escapeXml([text, describeEntries(entries)].filter(Boolean).join('; ')),
    String(count),
  ]),
)}${section(
  'Outcomes',
  ['Outcome', '', 'Evidence', 'Count'],
  report.outcomes.map(({ outcome, title: text, basis, count }) =>
    [`<code>${outcome}</code>`, text, basis, String(count)].map((cell) =>
      count === 0 ? `<span class="not">${cell}</span>` : cell,
    ),
  ),
)}${list('Unused', unused)}${list('Left out', report.cut)}</body>
</html>
`
}

function section(title: string, head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return ''
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>\n`
  return `<h2>${title}</h2>
<table>
<thead>${row(head, 'th')}</thead>
<tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody>
</table>
`
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return ''
  return `<h2>${title}</h2>\n<ul>${items.map((it) => `<li>${escapeXml(it)}</li>`).join('')}</ul>\n`
}
