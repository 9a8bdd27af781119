import t from 'tap'
import { asciiOf, escapeInvisible, escapeJson, quoted } from '../../src/domain/visible-text.js'

t.test(
  'a quoted text shows and names each character that cannot be seen, or passes for another',
  async (t) => {
    const cases: [name: string, text: string, shown: string][] = [
      ['plain', 'TRUE', '"TRUE"'],
      ['a quote and a backslash, as in JSON', 'a"\\b', '"a\\"\\\\b"'],
      ['a line and a tab', 'a\n\tb', '"a\\n\\tb"'],
      ['other letters are letters', 'Иван Ångström 文字 🎒', '"Иван Ångström 文字 🎒"'],
      ['zero width space', 'TRUE\u200b', '"TRUE\\u200b" (U+200B ZERO WIDTH SPACE)'],
      ['escape', 'a\u001b[31m', '"a\\u001b[31m" (U+001B, a control character)'],
      ['right to left', 'a\u202eb', '"a\\u202eb" (U+202E RIGHT-TO-LEFT OVERRIDE)'],
      ['no-break space', 'a\u00a0b', '"a\\u00a0b" (U+00A0 NO-BREAK SPACE)'],
      ['thin space', 'a\u2009b', '"a\\u2009b" (U+2009, an unusual space)'],
      ['Hangul filler', 'a\u3164', '"a\\u3164" (U+3164, an invisible character)'],
      ['a tag character', 'a\u{e0041}', '"a\\u{e0041}" (U+E0041, an invisible character)'],
      ['private use', 'a\ue000', '"a\\ue000" (U+E000, a character of private use)'],
      ['unassigned', 'a\u0378', '"a\\u0378" (U+0378, no character)'],
      ['half a surrogate pair', 'a\ud83c', '"a\\ud83c" (U+D83C, half of a character)'],
      [
        'Cyrillic',
        'group_n\u0430me',
        '"group_n\\u0430me" (U+0430, a Cyrillic letter that looks like "a")',
      ],
      ['Greek', '\u0391dmin', '"\\u0391dmin" (U+0391, a Greek letter that looks like "A")'],
      [
        'full width',
        '\uff11\uff12',
        '"\\uff11\\uff12" (U+FF11, which looks like "1"; U+FF12, which looks like "2")',
      ],
      ['mathematical', '\u{1d41a}', '"\\u{1d41a}" (U+1D41A, which looks like "a")'],
      [
        'typographic quotes',
        '\u201c1\u201d',
        `"\\u201c1\\u201d" (U+201C, which looks like '"'; U+201D, which looks like '"')`,
      ],
      ['a dash', 'a\u2013b', '"a\\u2013b" (U+2013, which looks like "-")'],
      ['a combining accent', 'cafe\u0301', '"cafe\\u0301" (U+0301, a combining accent)'],
      [
        'many',
        'a\u200b\u200c\u200d\u200e\u200f',
        '"a\\u200b\\u200c\\u200d\\u200e\\u200f" (U+200B ZERO WIDTH SPACE; U+200C ZERO WIDTH NON-JOINER; U+200D ZERO WIDTH JOINER; 2 more)',
      ],
      ['an end that would cut a character', `${'x'.repeat(199)}🎒!`, `"${'x'.repeat(199)}…"`],
      ['long', 'x'.repeat(1000), `"${'x'.repeat(200)}…"`],
    ]
    for (const [name, text, shown] of cases) t.equal(quoted(text), shown, name)
  },
)

t.test('an escaped text neither steers a terminal nor makes a line', async (t) => {
  const cases: [text: string, shown: string][] = [
    ['plain', 'plain'],
    ['a\r\nb', 'a\\u000d\\u000ab'],
    ['\u001b[2J', '\\u001b[2J'],
    ['a\u0085b\u2028c\u2029d', 'a\\u0085b\\u2028c\\u2029d'],
    ['\u202eabc\u2066', '\\u202eabc\\u2066'],
    ['Łódź 文', 'Łódź 文'],
  ]
  for (const [text, shown] of cases) t.equal(escapeInvisible(text), shown)
})

t.test('an escaped JSON text stays the same value', async (t) => {
  const value = { 'a\u009b\u2028': ['\u202e', '\u{e0041}', 'Łódź', '\n'] }
  const json = escapeJson(JSON.stringify(value))
  t.equal(json, '{"a\\u009b\\u2028":["\\u202e","\\udb40\\udc41","Łódź","\\n"]}')
  t.strictSame(JSON.parse(json), value)
  t.equal(escapeJson('{}'), '{}')
})

t.test('the ASCII that was likely meant', async (t) => {
  t.equal(asciiOf('TRUE\u200b'), 'TRUE')
  t.equal(asciiOf('gr\u043eup\u00a0name'), 'group name')
  t.equal(asciiOf('\u201c12345\u201d'), '"12345"')
  t.equal(asciiOf('Иван'), 'Иван')
})
