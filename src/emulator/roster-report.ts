import { csvValue, reportHeader } from '../domain/import-report.js'
import type { RowFindings } from '../domain/roster/row-check.js'

const maxMessages = 100
const bufferSize = 65_536
const cutNote = ',,the rows from here on are left out of this report\n'

/**
 * The report of an import as it grows: a CSV with a line for each row, and messages for the rows that
 * failed. Both are bounded, whatever the file holds.
 */
export class RosterReport {
  rows = 0
  #imported = 0
  #bytes = 0
  readonly #maxBytes: number
  readonly #messages: string[] = []
  #messageCount = 0
  readonly #buffers: Buffer[] = []
  #text = ''
  #isCut = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#append(reportHeader)
  }

  addRow(line: number, { errors, warnings }: RowFindings): void {
    this.rows += 1
    const notes = [...errors, ...warnings.map((warning) => `warning: ${warning}`)].join('; ')
    if (errors.length === 0) {
      this.#imported += 1
      this.#append(`${line},imported,${csvValue(notes)}\n`)
    } else {
      this.#addMessage(line, errors.join('; '))
      this.#append(`${line},failed,${csvValue(notes)}\n`)
    }
  }

  /** A mistake that is of the file, and not of a row. */
  addMistake(line: number, message: string): void {
    this.#addMessage(line, message)
    this.#append(`${line},failed,${csvValue(message)}\n`)
  }

  /** The whole of it; nothing is added after. */
  finish() {
    this.#flush()
    const rest = this.#messageCount - this.#messages.length
    return {
      rows: this.rows,
      imported: this.#imported,
      messages: rest === 0 ? this.#messages : [...this.#messages, `… and ${rest} more`],
      report: this.#buffers,
      reportBytes: this.#bytes,
    }
  }

  #addMessage(line: number, message: string): void {
    this.#messageCount += 1
    if (this.#messages.length < maxMessages) this.#messages.push(`Line ${line}: ${message}`)
  }

  #append(line: string): void {
    if (this.#isCut) return
    this.#isCut = this.#bytes + Buffer.byteLength(line) + cutNote.length > this.#maxBytes
    const text = this.#isCut ? cutNote : line
    this.#bytes += Buffer.byteLength(text)
    this.#text += text
    if (this.#text.length >= bufferSize) this.#flush()
  }

  #flush(): void {
    this.#buffers.push(Buffer.from(this.#text))
    this.#text = ''
  }
}
