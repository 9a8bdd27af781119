import { type CsvError, Parser } from 'csv-parse'

export interface CsvReader {
  /** Resolves to why the file cannot be read further; undefined where it can. */
  write(block: Buffer): Promise<string | undefined>
  end(): Promise<string | undefined>
}

const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a value begins with a quote that is not closed',
  CSV_MAX_RECORD_SIZE: 'the row is longer than 1 MiB; is a quote not closed?',
}

type OnRow = (values: readonly string[], line: number) => void

/** Gives its rows away as it meets them: `on_record` takes a third longer, with a copy of all counts a row. */
class RowParser extends Parser {
  readonly #onRow: OnRow
  #nextLine = 1
  #countedTwice = 0

  constructor(onRow: OnRow) {
    super({
      bom: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: 2 ** 20,
    })
    this.#onRow = onRow
  }

  /** The line after the last row. */
  get nextLine(): number {
    return this.#nextLine
  }

  override push(values: readonly string[] | null): boolean {
    if (values === null) return super.push(null)
    // The parser has the line where a row ends, and takes \r\n within quotes for two lines.
    const end = this.info.lines - this.#countedTwice
    const text = end === this.#nextLine ? '' : values.join()
    const twice = occurrences(text, /\r\n/g)
    this.#onRow(values, end - occurrences(text, /[\r\n]/g))
    this.#countedTwice += twice
    this.#nextLine = end - twice + 1
    // Or it takes the length of the first row for all, and builds a costly error for each other row.
    Object.assign(this.info, { records: 0 })
    return true
  }
}

/**
 * Reads CSV as people write it: lines end with \n, \r\n or \r, blank ones are skipped, and quotes within a
 * value are taken as they are. `onRow` has each row with the line on which it starts, the header too.
 */
export function createCsvReader(onRow: OnRow): CsvReader {
  const parser = new RowParser(onRow)
  // Each failure comes with the call that met it.
  parser.on('error', () => undefined)

  const failure = async (call: (done: (error?: Error | null) => void) => void) => {
    const error = await new Promise<Error | null | undefined>((resolve) => call(resolve))
    if (!error) return undefined
    const { code } = error as CsvError
    return `line ${parser.nextLine}: ${reasons[code]}`
  }
  return {
    write: (block) => failure((done) => parser.write(block, done)),
    end: () => failure((done) => parser.end(done)),
  }
}

function occurrences(text: string, pattern: RegExp): number {
  return text === '' ? 0 : (text.match(pattern)?.length ?? 0)
}
