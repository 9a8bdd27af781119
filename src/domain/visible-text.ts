/*
 * Texts of clients and of files, as a message can quote them: a reader sees every character that matters, no text
 * steers a terminal, and none makes a line of its own.
 */

/** Characters that show nothing, look like a plain space, or steer a terminal or the direction of text. */
const invisible =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/** Accents and other marks that belong to the letter before them. */
const mark = /\p{M}/gu

/** Pairs of a character and the ASCII character that it looks like; what Unicode's NFKC form finds is not listed. */
const pairs =
  ' аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw кk АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ' +
  'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa γy ιi κk νv οo ρp υu χx ɑa ɡg ıi օo սu հh ոn ' +
  '‐- ‑- ‒- –- —- ―- −- ‘\' ’\' ‛\' ′\' “" ”" „" ‟" ″" «" »" ‚, ⁄/ ∕/ ∶: ٭* ∗*'

const names: Readonly<Record<string, string>> = {
  '\u00a0': 'NO-BREAK SPACE',
  '\u00ad': 'SOFT HYPHEN',
  '\u061c': 'ARABIC LETTER MARK',
  '\u180e': 'MONGOLIAN VOWEL SEPARATOR',
  '\u200b': 'ZERO WIDTH SPACE',
  '\u200c': 'ZERO WIDTH NON-JOINER',
  '\u200d': 'ZERO WIDTH JOINER',
  '\u200e': 'LEFT-TO-RIGHT MARK',
  '\u200f': 'RIGHT-TO-LEFT MARK',
  '\u2028': 'LINE SEPARATOR',
  '\u2029': 'PARAGRAPH SEPARATOR',
  '\u202a': 'LEFT-TO-RIGHT EMBEDDING',
  '\u202b': 'RIGHT-TO-LEFT EMBEDDING',
  '\u202c': 'POP DIRECTIONAL FORMATTING',
  '\u202d': 'LEFT-TO-RIGHT OVERRIDE',
  '\u202e': 'RIGHT-TO-LEFT OVERRIDE',
  '\u202f': 'NARROW NO-BREAK SPACE',
  '\u2060': 'WORD JOINER',
  '\u2066': 'LEFT-TO-RIGHT ISOLATE',
  '\u2067': 'RIGHT-TO-LEFT ISOLATE',
  '\u2068': 'FIRST STRONG ISOLATE',
  '\u2069': 'POP DIRECTIONAL ISOLATE',
  '\u3000': 'IDEOGRAPHIC SPACE',
  '\ufe0f': 'VARIATION SELECTOR-16',
  '\ufeff': 'ZERO WIDTH NO-BREAK SPACE, a byte order mark',
}

/** Names for the characters that are not listed one by one. The first pattern that matches counts. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}/u, 'a control character'],
  [/\p{Zs}/u, 'an unusual space'],
  [/\p{Cs}/u, 'half of a character'],
  [/\p{Co}/u, 'a character of private use'],
  [/\p{Cn}/u, 'no character'],
  [/\p{M}/u, 'a combining accent'],
]

const scripts: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Cyrillic}/u, 'a Cyrillic letter that'],
  [/\p{Script=Greek}/u, 'a Greek letter that'],
  [/\p{Script=Armenian}/u, 'an Armenian letter that'],
]

const printableAscii = /^[\x20-\x7e]*$/

/** The length of the text that a message quotes, in UTF-16 code units. */
const maxQuoted = 200

/** The number of characters of one text that a message names. */
const maxNamed = 3

/** Escapes what cannot be seen: the text neither steers a terminal nor makes a line of its own. */
export function escapeInvisible(text: string): string {
  return isAscii(text) ? text : text.replace(invisible, escaped)
}

/**
 * A text in double quotes, as in JSON. Its invisible characters, and those that only look like ASCII, are escaped, and the
 * first of them named: `"TRUE\u200b" (U+200B ZERO WIDTH SPACE)`. A long text is cut.
 */
export function quoted(text: string): string {
  const oddity = oddityOf(text)
  return oddity === undefined ? inQuotes(text) : `${oddity.text} (${oddity.names})`
}

/**
 * Returns a text in double quotes with its invisible characters escaped, and the names of the first odd
 * characters. Undefined where everything can be seen.
 */
export function oddityOf(text: string): { text: string; names: string } | undefined {
  if (isAscii(text)) return undefined
  const start = startOf(text)
  const odd = new Set(start.match(invisible)?.filter((it) => !'\t\n\r'.includes(it)))
  // Only where the whole text would pass for ASCII: a name in Greek is no mistake.
  if (isAscii(asciiOf(start))) {
    for (const character of start) if (looksLike(character) !== undefined) odd.add(character)
  }
  if (start !== start.normalize('NFC')) for (const it of start.match(mark) ?? []) odd.add(it)
  if (odd.size === 0) return undefined
  const names = [...odd].slice(0, maxNamed).map(nameOf)
  if (odd.size > maxNamed) names.push(`${odd.size - maxNamed} more`)
  const shown = [...inQuotes(text)].map((it) => (odd.has(it) ? escaped(it) : it)).join('')
  return { text: shown, names: names.join('; ') }
}

function inQuotes(text: string): string {
  const start = startOf(text)
  const json = JSON.stringify(start).slice(1, -1).replace(invisible, escaped)
  return `"${json}${start === text ? '' : '…'}"`
}

/** Returns the mistake of a text in typographic quotes, which YAML reads as part of the text. */
export function quotesMistake(text: string): string | undefined {
  const inside = /^[“”„‟«»‘’‚‹›](.*)[“”‟«»‘’‹›]$/su.exec(text)?.[1]
  return inside === undefined
    ? undefined
    : `is in typographic quotes: write ${quoted(inside)} with straight ones`
}

/** As much of a text as is quoted. */
function startOf(text: string): string {
  return text.length > maxQuoted ? text.slice(0, maxQuoted).replace(/[\ud800-\udbff]$/, '') : text
}

/** A text without its invisible characters; as ASCII, where the rest only looks like it. */
export function asciiOf(text: string): string {
  if (isAscii(text)) return text
  const seen = text.replace(invisible, (it) => (/\p{Zs}/u.test(it) ? ' ' : ''))
  const ascii = [...seen].map((character) => looksLike(character) ?? character).join('')
  return isAscii(ascii) ? ascii : seen
}

/** The ASCII that a character looks like; undefined for ASCII itself, and for what looks like none. */
function looksLike(character: string): string | undefined {
  if (isAscii(character)) return undefined
  const at = pairs.indexOf(` ${character}`)
  const compatible = at < 0 ? character.normalize('NFKC') : pairs.charAt(at + 2)
  return compatible.length === 1 && isAscii(compatible) ? compatible : undefined
}

function isAscii(text: string): boolean {
  return printableAscii.test(text)
}

function escaped(character: string): string {
  const code = character.codePointAt(0) as number
  const hex = code.toString(16)
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

function nameOf(character: string): string {
  const hex = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
  const name = names[character]
  if (name !== undefined) return `U+${hex} ${name}`
  const ascii = looksLike(character)
  const find = (list: typeof kinds) => list.find(([pattern]) => pattern.test(character))?.[1]
  if (ascii !== undefined && !/\p{Zs}/u.test(character)) {
    return `U+${hex}, ${find(scripts) ?? 'which'} looks like ${ascii === '"' ? `'"'` : `"${ascii}"`}`
  }
  return `U+${hex}, ${find(kinds) ?? 'an invisible character'}`
}

/** JSON text in one line, its invisible characters escaped as JSON has it: it stays the same value. */
export function escapeJson(json: string): string {
  if (isAscii(json)) return json
  return json.replace(invisible, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
