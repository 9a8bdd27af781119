import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'

const signatures: readonly [start: string, what: string][] = [
  [
    'PK\x03\x04',
    'a ZIP archive, as .xlsx and .ods files are: export the sheet as CSV, or name the archive .zip',
  ],
  ['\xD0\xCF\x11\xE0', 'an .xls spreadsheet: export the sheet as CSV'],
  ['%PDF', 'a PDF document'],
  ['\x89PNG', 'a PNG image'],
  ['\xFF\xD8\xFF', 'a JPEG image'],
  ['\x1F\x8B', 'compressed with gzip'],
]

const utf16Marks = ['\xFF\xFE', '\xFE\xFF']

/** Finds why bytes are not the text of a CSV file, block by block; no block ends within a character. */
export function createTextCheck(): (block: Buffer) => string | undefined {
  let isFirst = true
  const lines = createLineCount()
  return (block) => {
    if (isFirst) {
      const start = block.toString('latin1', 0, 4)
      const [, what] = signatures.find(([signature]) => start.startsWith(signature)) ?? []
      if (what !== undefined) return `it is ${what}`
      if (utf16Marks.some((mark) => start.startsWith(mark)) || looksLikeUtf16(block)) {
        return 'the text is in UTF-16, and must be in UTF-8: save it as "CSV UTF-8"'
      }
    }
    isFirst = false
    if (block.includes(0)) return 'it holds binary data'
    if (!isUtf8(block)) {
      lines.add(block.subarray(0, goodBytes(block)))
      return `the text is not UTF-8, on line ${lines.count()}`
    }
    lines.add(block)
    return undefined
  }
}

/** Latin letters in UTF-16 have a zero in every other byte. */
function looksLikeUtf16(block: Buffer): boolean {
  const start = block.subarray(0, 100)
  const zeros = [0, 1].map((parity) => start.filter((byte, at) => at % 2 === parity && byte === 0))
  return (
    zeros.some(({ length }) => length * 4 > start.length) && zeros.some((it) => it.length === 0)
  )
}

/** On which line the text added so far ends: lines end with \n, \r\n or \r. */
function createLineCount() {
  const lf = 10
  const cr = 13
  let line = 1
  let before = 0
  return {
    add(block: Buffer) {
      for (let index = 0; index < block.length; index++) {
        const byte = block[index] as number
        if (byte === cr || (byte === lf && before !== cr)) line += 1
        before = byte
      }
    },
    count: () => line,
  }
}

/** Returns the number of bytes before the first that is not UTF-8, by bisection. */
function goodBytes(block: Buffer): number {
  let good = 0
  let bad = block.length
  while (good < bad) {
    const middle = (good + bad + 1) >> 1
    if (mayGoOnAsUtf8(block.subarray(0, middle))) good = middle
    else bad = middle - 1
  }
  return good
}

function mayGoOnAsUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
