import { isUtf8 } from 'node:buffer'

/** Why bytes are not the text of a CSV file: not text at all, or from this line on in another encoding. */
export type TextMistake =
  | { readonly notCsv: string }
  | { readonly line: number; readonly message: string }

const signatures: readonly [start: string, what: string][] = [
  ['PK\x03\x04', 'a ZIP archive, as .xlsx and .ods files are'],
  ['\xD0\xCF\x11\xE0', 'an .xls spreadsheet'],
  ['%PDF', 'a PDF document'],
  ['\x89PNG', 'a PNG image'],
  ['\xFF\xD8\xFF', 'a JPEG image'],
  ['\x1F\x8B', 'compressed with gzip'],
]

const utf16Marks = ['\xFF\xFE', '\xFE\xFF']

/** Checks a file block by block; no block ends within a character. */
export function createTextCheck(): (block: Buffer) => TextMistake | undefined {
  let isFirst = true
  const lines = createLineCount()
  return (block) => {
    if (isFirst) {
      const start = block.toString('latin1', 0, 4)
      const [, what] = signatures.find(([signature]) => start.startsWith(signature)) ?? []
      if (what !== undefined) return { notCsv: `it is ${what}` }
      if (utf16Marks.some((mark) => start.startsWith(mark))) {
        return { line: 1, message: 'the text is in UTF-16, and must be in UTF-8' }
      }
    }
    isFirst = false
    if (block.includes(0)) return { notCsv: 'it holds binary data' }
    if (!isUtf8(block)) {
      lines.add(block.subarray(0, goodBytes(block)))
      return { line: lines.count(), message: 'the text is not UTF-8' }
    }
    lines.add(block)
    return undefined
  }
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

/** How many bytes stand before the first that is not UTF-8: found by halving. */
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
