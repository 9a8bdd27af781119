import { describeEntries, partsOf } from './report-parts.js'
import type { RunReport } from './run-report.js'

/** The width of a terminal. */
const width = 80

/** The most outcomes, findings and ids that are listed, so that a report fits on a screen. */
const maxListed = 8

/** Writes the report for a terminal: one screen of 80 columns. `coloured` uses its colours. */
export function toText(report: RunReport, coloured = false): string {
  const { title, met, notMet, unused } = partsOf(report)
  const paint = (colour: number, text: string) =>
    coloured ? `\u001B[${colour}m${text}\u001B[0m` : text
  const list = (label: string, items: readonly string[]) => {
    const shown = items.slice(0, maxListed * 3)
    const rest = items.length - shown.length
    const text = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
    return items.length === 0 ? [] : wrapped(`${label.padEnd(11)}${text}`, 13)
  }
  const findings = report.findings
    .slice(0, maxListed)
    .flatMap(({ finding, count, sentence }) => [
      paint(33, `  ${finding} ×${count}`),
      ...wrapped(`  ${sentence}`, 4),
    ])
  const unexpected = report.unexpected
    .slice(0, maxListed)
    .flatMap(({ kind, count, title: text, entries }) =>
      wrapped(
        [paint(31, `${kind} ×${count}`), text, describeEntries(entries)].filter(Boolean).join(', '),
        4,
      ),
    )
  const { published, decided } = report.basis
  return [
    `tao-upload-emulator: ${title}`,
    ...list(
      'met',
      met.map(({ outcome, count }) => `${outcome} ×${count}`),
    ),
    ...list(
      'not met',
      notMet.map(({ outcome }) => outcome),
    ),
    ...findings,
    ...(findings.length === 0 ? [] : ['  docs/client-manners.md explains these findings']),
    ...unexpected,
    ...list('unused', unused),
    ...(published + decided === 0
      ? []
      : [`  evidence   ${published} responses are published behaviour, ${decided} our choice`]),
    ...report.cut.flatMap((sentence) => wrapped(sentence, 4)),
    '',
  ].join('\n')
}

/** Breaks a text into lines between words. The lines begin with two blanks, those after the first with `indent`. */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = '  '
  for (const word of text.trimStart().split(/(?<= )/)) {
    const start = ' '.repeat(indent)
    if (visibleLength(line + word.trimEnd()) > width && line.trim() !== '') {
      lines.push(line.trimEnd())
      line = start
    }
    line += word
  }
  return [...lines, line.trimEnd()]
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room.
  return text.replace(/\u001B\[\d+m/g, '').length
}
