import type { ImportResult } from './import-definition.js'

/** The first line of an import report. */
export const reportHeader = 'line,status,message\n'

/** How many lines a report has at the most that is made from a result alone. */
const maxLines = 10_000

/** The import report of an import that no file was uploaded for: what its result tells, as CSV. */
export function importReport({ fileLine, messages }: ImportResult): string {
  const lines = Array.from(
    { length: Math.min(fileLine, maxLines) },
    // The header is line 1.
    (_, index) => `${index + 2},imported,\n`,
  )
  if (fileLine > maxLines) lines.push(`,imported,… and ${fileLine - maxLines} more\n`)
  const failures = messages.map((message) => `,failed,${csvValue(message)}\n`)
  return [reportHeader, ...lines, ...failures].join('')
}

/** A value as CSV has it: in quotes where it holds what CSV itself uses (RFC 4180 §2). */
export function csvValue(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
