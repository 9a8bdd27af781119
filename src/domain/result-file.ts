import type { ImportResult } from './imports/import-state.js'

/*
 * The result file of an import, as the vendor's open-source implementation writes it: the uploaded columns, and behind
 * them what became of each row.
 */

const resultColumns = ['status', 'errorType', 'errorCode', 'errorMessage'] as const

const goodRow = ['processed', '', '', '']

function refusedRow(sentence: string): readonly string[] {
  return ['400', 'error', 'validation.fieldError', sentence]
}

/** Writes the lines of one result file. */
export interface ResultLayout {
  readonly header: string
  /** A row with its trimmed values, and what is wrong with it; undefined for a good one. */
  row(values: readonly string[], mistake: string | undefined): string
}

/** The layout for the columns of a file. One that is named like a column of the result is used, not repeated. */
export function createResultLayout(columns: readonly string[]): ResultLayout {
  const added = resultColumns.filter((column) => !columns.includes(column))
  const all = [...columns, ...added]
  const places = resultColumns.map((column) => all.indexOf(column))
  return {
    header: csvLine(all),
    row(values, mistake) {
      const result = mistake === undefined ? goodRow : refusedRow(mistake)
      const cells = all.map((_, index) => values[index] ?? '')
      for (const [index, place] of places.entries()) cells[place] = result[index] as string
      return csvLine(cells)
    },
  }
}

/** The most rows of a result file that is made from a result alone. */
const maxRows = 10_000

/**
 * The result file of an import without an uploaded file: a row for each line that its result counts, and one for
 * each message; of each at most 10,000.
 */
export function resultFileOf({ fileLine, messages }: ImportResult): string {
  const { header, row } = createResultLayout([])
  const good = Math.min(Math.max(0, fileLine - messages.length), maxRows)
  const refused = messages.slice(0, maxRows).map((message) => row([], message))
  return header + row([], undefined).repeat(good) + refused.join('')
}

function csvLine(values: readonly string[]): string {
  return `${values.map(csvValue).join(',')}\n`
}

/** A value as CSV has it: in quotes where it holds what CSV itself uses (RFC 4180 §2). */
function csvValue(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
