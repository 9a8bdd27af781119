import { createResultLayout, type ResultLayout } from '../../domain/result-file.js'
import { startOf } from '../../domain/roster/texts.js'

/** The most messages of an import. The others are counted. */
const maxMessages = 100

/** The longest message, in characters: a row can have a mistake in each column. */
const maxMessageLength = 1000

const bufferSize = 65_536

/**
 * The result of an import as it grows: its result file, and messages for the rows that failed. Both are bounded,
 * whatever the uploaded file holds.
 */
export class RosterResult {
  rows = 0
  refused = 0
  readonly #maxBytes: number
  readonly #messages: string[] = []
  readonly #parts: Buffer[] = []
  #layout: ResultLayout | undefined
  #bytes = 0
  #text = ''

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  start(columns: readonly string[]): void {
    this.#layout = createResultLayout(columns)
    this.#append(this.#layout.header)
  }

  addRow(line: number, values: readonly string[], mistake: string | undefined): void {
    this.rows += 1
    if (mistake !== undefined) {
      this.refused += 1
      this.#addMessage(line, mistake)
    }
    if (this.#layout !== undefined) this.#append(this.#layout.row(values, mistake))
  }

  /** The messages: of many, the first ones, and how many more there are. */
  get messages(): readonly string[] {
    const rest = this.refused - this.#messages.length
    return rest === 0 ? this.#messages : [...this.#messages, `… and ${rest} more`]
  }

  /** The result file, one copy for all who read it; undefined where it is larger than it may be. Nothing is added after. */
  takeFile(): Buffer | undefined {
    this.#flush()
    if (this.#layout === undefined) return undefined
    const file = Buffer.allocUnsafeSlow(this.#bytes)
    let at = 0
    // Each part is let go as soon as it was copied.
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) {
      at += part.copy(file, at)
    }
    return file
  }

  #addMessage(line: number, mistake: string): void {
    if (this.#messages.length === maxMessages) return
    const message = `Line ${line}: ${mistake}`
    const start = startOf(message, maxMessageLength)
    // A copy: the parts of a message may keep the whole row in memory.
    this.#messages.push(Buffer.from(start === message ? message : `${start}…`).toString())
  }

  #append(line: string): void {
    this.#text += line
    if (this.#text.length >= bufferSize) this.#flush()
  }

  #flush(): void {
    const part = Buffer.from(this.#text)
    this.#text = ''
    this.#bytes += part.length
    this.#parts.push(part)
    if (this.#bytes <= this.#maxBytes) return
    // Too large to be kept: no row of it is worth memory.
    this.#layout = undefined
    this.#parts.length = 0
  }
}
