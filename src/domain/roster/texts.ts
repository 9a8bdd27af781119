/*
 * The texts of a roster. `domain` knows no Buffer, and a test environment such as jsdom has no TextEncoder.
 */

/** The start of a text, without the half of a character at its end. */
export function startOf(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}

/** The number of bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/**
 * A text without the ASCII white space at both ends. A no-break space stays: a person typed or copied it without
 * seeing it, so a message has to name it.
 */
export function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (start < end && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}
