import type { BehaviourId } from '../../domain/behaviours.js'
import { VendorError } from '../../domain/errors.js'
import {
  type BadHeader,
  describeUnchecked,
  type Header,
  readHeader,
} from '../../domain/roster/header.js'
import { createRowCheck, type RowCheck } from '../../domain/roster/row-check.js'
import type { RosterKind } from '../../domain/roster/templates.js'
import { defaultService, type Service } from '../../domain/service.js'
import { nextTurn } from '../real-time.js'
import { createCsvReader } from './csv-reader.js'
import { RosterResult } from './roster-result.js'
import { createTextCheck } from './text-check.js'
import { blocksOf, withoutDosEnd } from './utf8-chunks.js'

/** The outcome of importing a file. */
export interface RosterOutcome {
  /** The template of its columns. */
  readonly kind: RosterKind
  /** Describes the columns that no rule checks; undefined where there are none. */
  readonly unchecked: string | undefined
  /** The number of rows below the header, without blank rows. */
  readonly rows: number
  /** The number of rows with a mistake. */
  readonly refused: number
  /** Its header has a mistake, or there is no row: nothing of the file goes in. */
  readonly isWholeFileRefused: boolean
  /** A message for each mistake, at most 100; a last one counts the rest. */
  readonly messages: readonly string[]
  /** The result file; undefined where the whole file is refused, and for one that is too large to be kept. */
  readonly file: Buffer | undefined
}

export interface RosterLimits {
  /** The largest result file that is kept, in bytes. @defaultValue 64 MiB */
  readonly maxResultBytes?: number
  readonly service?: Service
}

/**
 * Reads a rostering CSV from a stream, to the end whatever is in it, and in bounded memory.
 * Throws `upload-refused` for a file that is none, or that the service does not take.
 */
export async function readRoster(
  bytes: AsyncIterable<Uint8Array>,
  { maxResultBytes = 64 * 2 ** 20, service = defaultService }: RosterLimits = {},
): Promise<RosterOutcome> {
  const textMistakeIn = createTextCheck()
  const roster = new Roster(maxResultBytes, service)
  const csv = createCsvReader((values, line) => roster.add(values, line))
  let mistake: string | undefined
  for await (const block of withoutDosEnd(blocksOf(bytes))) {
    // Whatever else the process does has its turn between two blocks.
    await nextTurn()
    mistake ??= textMistakeIn(block)
    if (mistake === undefined && roster.takesRows) mistake = await csv.write(block)
  }
  if (mistake === undefined && roster.takesRows) mistake = await csv.end()
  if (mistake !== undefined) throw refused(`The file is not CSV: ${mistake}`)
  return roster.finish()
}

function refused(message: string, restsOn?: BehaviourId): VendorError {
  return new VendorError(
    'upload-refused',
    { code: 'upload-refused', message },
    { restsOn: restsOn && [restsOn] },
  )
}

/** One file: its header, and then its rows. */
class Roster {
  readonly #result: RosterResult
  readonly #service: Service
  #header: Header | BadHeader | undefined
  #headerLine = 1
  #checkRow: RowCheck | undefined
  #refusal: VendorError | undefined

  constructor(maxResultBytes: number, service: Service) {
    this.#result = new RosterResult(maxResultBytes)
    this.#service = service
  }

  /** Below a header that will not do, nothing is looked at. */
  get takesRows(): boolean {
    return (
      this.#refusal === undefined && (this.#header === undefined || this.#checkRow !== undefined)
    )
  }

  add(values: readonly string[], line: number): void {
    if (!this.takesRows || values.every(isBlank)) return
    if (this.#checkRow === undefined) this.#addHeader(readHeader(values), line)
    else this.#addRow(this.#checkRow, values, line)
  }

  #addHeader(header: Header | BadHeader, line: number): void {
    this.#header = header
    this.#headerLine = line
    if (!('columns' in header)) return
    this.#checkRow = createRowCheck(header)
    this.#result.start(header.columns)
  }

  #addRow(check: RowCheck, given: readonly string[], line: number): void {
    const { maxRecords, raggedRows } = this.#service
    const { values, mistake, isRagged } = check(given, line)
    if (isRagged && raggedRows === 'refuse')
      this.#refusal = refused(`Line ${line} ${mistake}`, 'ragged-rows-refuse')
    else if (this.#result.rows === maxRecords) {
      this.#refusal = refused(`The file has more than ${maxRecords} records`, 'max-records')
    } else this.#result.addRow(line, values, mistake)
  }

  finish(): RosterOutcome {
    const header = this.#header
    if (header === undefined) throw refused('The file is empty')
    if (header.kind === null) {
      throw refused(
        `The file is not a rostering CSV: ${header.mistakes.join()}`,
        'upload-refused-decided',
      )
    }
    if (this.#refusal !== undefined) throw this.#refusal
    const { rows, refused: refusedRows } = this.#result
    const unchecked = 'columns' in header ? describeUnchecked(header) : undefined
    const whole = { kind: header.kind, unchecked, rows, refused: refusedRows }
    const mistakes = 'mistakes' in header ? header.mistakes : noRows(rows)
    if (mistakes.length === 0) {
      const { messages } = this.#result
      return { ...whole, isWholeFileRefused: false, messages, file: this.#result.takeFile() }
    }
    const messages = mistakes.map((mistake) => `Line ${this.#headerLine}: ${mistake}`)
    return { ...whole, isWholeFileRefused: true, messages, file: undefined }
  }
}

function noRows(rows: number): readonly string[] {
  return rows === 0 ? ['there is no row below the header'] : []
}

function isBlank(value: string): boolean {
  return value.trim() === ''
}
