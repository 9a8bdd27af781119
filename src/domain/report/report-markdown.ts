import { describeEntries, partsOf } from './report-parts.js'
import type { RunReport } from './run-report.js'

/** Writes the report as Markdown, for the summary of a job or a comment. */
export function toMarkdown(report: RunReport): string {
  const { title, met, notMet, unused } = partsOf(report)
  const table = (head: string, rows: readonly string[]) => {
    const columns = head.split('|').length - 2
    return rows.length === 0
      ? []
      : ['', head, `|${' --- |'.repeat(columns)}`, ...rows.map((row) => `| ${row} |`)]
  }
  const { documented, standard, published, decided } = report.basis
  return [
    '## TAO upload emulator: run report',
    '',
    `${title}. Responses by their evidence: ${documented} documented, ${standard} standard, ${published} published, ${decided} decided.`,
    ...table(
      '| Outcome | | Count |',
      met.map(({ outcome, title: text, count }) => `\`${outcome}\` | ${text} | ${count}`),
    ),
    ...table(
      '| Finding | | Count |',
      report.findings.map(
        ({ finding, sentence, count }) => `\`${finding}\` | ${cell(sentence)} | ${count}`,
      ),
    ),
    ...table(
      '| Unexpected | | Count |',
      report.unexpected.map(
        ({ kind, title: text, count, entries }) =>
          `\`${kind}\` | ${[text, describeEntries(entries)].filter(Boolean).join(', ')} | ${count}`,
      ),
    ),
    '',
    `<details><summary>${notMet.length} outcomes were not met</summary>`,
    '',
    notMet.map(({ outcome }) => `\`${outcome}\``).join(', '),
    '',
    '</details>',
    ...unused.map((text) => `\nUnused ${cell(text)}.`),
    ...report.cut.map((text) => `\n${cell(text)}`),
    '',
  ].join('\n')
}

/** Ids and names come from requests: they must not end a cell, or become a link or HTML. */
function cell(text: string): string {
  return text.replace(/[|\\<[\]`*_]/g, '\\$&').replace(/\s+/g, ' ')
}
