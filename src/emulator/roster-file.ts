import { VendorError } from '../domain/errors.js'
import { type BadHeader, type Header, readHeader } from '../domain/roster/header.js'
import { createRowCheck, type RowCheck } from '../domain/roster/row-check.js'
import type { RosterKind } from '../domain/roster/templates.js'
import { blocksOf } from './blocks.js'
import { type CsvMistake, createCsvReader } from './csv-reader.js'
import { nextTurn } from './real-time.js'
import { RosterReport } from './roster-report.js'
import { createTextCheck, type TextMistake } from './text-check.js'

/** What importing a file comes to. It failed where there are messages. */
export interface RosterOutcome {
  /** The template of its columns, or null where the header could not be read. */
  readonly kind: RosterKind | null
  /** How many rows the file has below its header. */
  readonly rows: number
  /** How many of them went in. */
  readonly imported: number
  /** A message for each row that failed, at most 100; a last one counts the rest. */
  readonly messages: readonly string[]
  /** The import report, a CSV of `line,status,message`, in parts. */
  readonly report: readonly Buffer[]
  readonly reportBytes: number
}

export interface RosterLimits {
  /** About where the report is cut. @defaultValue 64 MiB */
  readonly maxReportBytes?: number
}

const defaultReportBytes = 64 * 2 ** 20

/**
 * Reads a rostering CSV from a stream, to the end whatever is in it, and in bounded memory.
 * Throws `upload-refused` for a file that is none.
 */
export async function readRoster(
  bytes: AsyncIterable<Uint8Array>,
  { maxReportBytes = defaultReportBytes }: RosterLimits = {},
): Promise<RosterOutcome> {
  const textMistakeIn = createTextCheck()
  const roster = new Roster(maxReportBytes)
  const csv = createCsvReader((values, line) => roster.add(values, line))
  let textMistake: TextMistake | undefined
  let csvMistake: CsvMistake | undefined
  for await (const block of blocksOf(bytes)) {
    // Whatever else the process does has its turn between two blocks.
    await nextTurn()
    textMistake ??= textMistakeIn(block)
    if (textMistake === undefined && roster.takesRows) csvMistake ??= await csv.write(block)
  }
  if (textMistake !== undefined) return outcomeOfText(textMistake)
  if (roster.takesRows) csvMistake ??= await csv.end()
  return roster.finish(csvMistake)
}

/** Of a file in another encoding, nothing goes in. */
function outcomeOfText(mistake: TextMistake): RosterOutcome {
  if ('notCsv' in mistake) throw refused(`The file is not CSV: ${mistake.notCsv}`)
  const report = new RosterReport(defaultReportBytes)
  report.addMistake(mistake.line, mistake.message)
  return { kind: null, ...report.finish() }
}

function refused(message: string): VendorError {
  return new VendorError('upload-refused', { code: 'upload-refused', message })
}

/** One file: its header, and then its rows. */
class Roster {
  readonly #report: RosterReport
  #header: Header | BadHeader | undefined
  #headerLine = 1
  #checkRow: RowCheck | undefined

  constructor(maxReportBytes: number) {
    this.#report = new RosterReport(maxReportBytes)
  }

  /** Below a header that will not do, nothing is looked at. */
  get takesRows(): boolean {
    return this.#header === undefined || this.#checkRow !== undefined
  }

  add(values: readonly string[], line: number): void {
    if (this.#checkRow !== undefined) this.#report.addRow(line, this.#checkRow(values, line))
    else if (this.#header === undefined) this.#addHeader(readHeader(values), line)
  }

  #addHeader(header: Header | BadHeader, line: number): void {
    this.#header = header
    this.#headerLine = line
    if ('columns' in header) this.#checkRow = createRowCheck(header)
    else for (const mistake of header.mistakes) this.#report.addMistake(line, mistake)
  }

  finish(mistake: CsvMistake | undefined): RosterOutcome {
    const header = this.#header
    if (header === undefined && mistake === undefined) throw refused('The file is empty')
    if (header?.kind === null) {
      throw refused(`The file is not a rostering CSV: ${header.mistakes.join()}`)
    }
    if (mistake !== undefined) this.#addUnread(mistake)
    else if (this.#checkRow !== undefined && this.#report.rows === 0) {
      this.#report.addMistake(this.#headerLine, 'there is no row below the header')
    }
    return { kind: header?.kind ?? null, ...this.#report.finish() }
  }

  #addUnread({ line, message }: CsvMistake): void {
    if (this.#checkRow === undefined) this.#report.addMistake(line, message)
    else this.#report.addRow(line, { errors: [message], warnings: [] })
  }
}
