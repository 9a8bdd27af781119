/*
 * The result file of an upload as a table: the rows as they were uploaded, and the mistakes in them.
 */

/** A mistake in one value of a row. */
export interface RowMistake {
  /** The line of the file. Null where the messages of the import do not name it. */
  readonly line: number | null
  /** The number of the row below the header, from 1. */
  readonly row: number
  /** Null for a mistake of the whole row. */
  readonly column: string | null
  /** Passwords are masked. */
  readonly value: string
  readonly mistake: string
}

export interface ResultTable {
  /** The uploaded columns. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly mistakes: readonly RowMistake[]
}

const resultColumns = ['status', 'errorType', 'errorCode', 'errorMessage']

/** @param messages - the messages of the import, which name the lines of the first refused rows */
export function resultTable(csv: string, messages: readonly string[]): ResultTable {
  const [header = [], ...rows] = parseCsv(csv)
  const columns = header.filter((it) => !resultColumns.includes(it))
  const lines = messages.flatMap((message) => /^Line (\d+): /.exec(message)?.[1] ?? [])
  const at = { status: header.indexOf('status'), message: header.indexOf('errorMessage') }
  const mistakes = rows.flatMap((cells, index) => {
    if (cells[at.status] === 'processed') return []
    const line = Number(lines.shift() ?? 0) || null
    return splitMistakes(cells[at.message] ?? '', columns).map(({ column, mistake }) => ({
      line,
      row: index + 1,
      column,
      value: column === null ? '' : shownValue(column, cells[header.indexOf(column)] ?? ''),
      mistake,
    }))
  })
  const places = columns.map((column) => header.indexOf(column))
  return {
    columns,
    rows: rows.map((cells) =>
      places.map((place, index) => shownValue(columns[index] as string, cells[place] ?? '')),
    ),
    mistakes,
  }
}

/** A sentence begins with its column. One that does not belongs to the one before. */
function splitMistakes(
  text: string,
  columns: readonly string[],
): { column: string | null; mistake: string }[] {
  const found: { column: string | null; mistake: string }[] = []
  for (const part of text.split('; ')) {
    const column = columns.find((it) => part.startsWith(`${it} `)) ?? null
    const last = found.at(-1)
    if (column === null && last !== undefined) last.mistake += `; ${part}`
    else found.push({ column, mistake: column === null ? part : part.slice(column.length + 1) })
  }
  return found
}

const shownValue = (column: string, value: string) =>
  /password/i.test(column) && value !== '' ? '••••' : value

/** CSV as the emulator writes it (RFC 4180): a value with a comma, a quote or a line break is quoted. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g,
  )) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
