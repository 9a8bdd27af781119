import type { CheckResult, Verification } from './verify.js'

/** The width of a terminal. */
const width = 80

const colours = { holds: 32, differs: 31, 'not tried': 90 } as const

/** Writes the result for people. `coloured` is for a terminal. */
export function toText(
  { url, requests, checks, service, holds }: Verification,
  coloured: boolean,
): string {
  const paint = (result: CheckResult['result'], text: string) =>
    coloured ? `\u001B[${colours[result]}m${text}\u001B[0m` : text
  const lines = checks.flatMap((check) => {
    const { result, basis, title, request, difference, reason } = check
    const head = `${paint(result, result.padEnd(9))}  ${basis.padEnd(10)}  ${title}`
    if (result === 'holds') return [head]
    if (difference === undefined) return [head, `             ${reason}`]
    const { part, expected, received } = difference
    return [
      head,
      `             ${check.check}: ${shortened(request, width - 15 - check.check.length)}`,
      `             ${part}`,
      ...compared(expected, received).map((line) => `               ${line}`),
    ]
  })
  const count = (wanted: CheckResult['result']) =>
    checks.filter(({ result }) => result === wanted).length
  const switches = Object.entries(service).map(([name, value]) => `${name}: ${value}`)
  return [
    `${url}: ${requests} requests`,
    '',
    ...lines,
    '',
    `${count('holds')} hold, ${count('differs')} differ, ${count('not tried')} not tried`,
    ...(switches.length === 0 ? [] : [`switches seen: ${switches.join(', ')}`]),
    holds
      ? 'Everything holds that is documented or published.'
      : 'Something differs that is documented or published.',
    '',
  ].join('\n')
}

/** Two texts, one above the other, with a caret at the first character that differs. */
export function compared(expected: string, received: string): string[] {
  const room = width - 26
  const at = firstDifference(expected, received)
  // The place of the difference stays in sight.
  const from = Math.max(0, at - Math.floor(room / 2))
  const cut = (text: string) => {
    const [start, end] = [from > 0 ? '…' : '', text.length > from + room ? '…' : '']
    return start + text.slice(from, from + room) + end
  }
  const caret = ' '.repeat(at - from + (from > 0 ? 1 : 0))
  return [
    `expected ${visible(cut(expected))}`,
    `received ${visible(cut(received))}`,
    `         ${caret}^`,
  ]
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at += 1
  return at
}

/** Characters that a terminal would obey are replaced one by one, so that the caret keeps its place. */
function visible(text: string): string {
  return text.replace(/\p{C}/gu, '\u00B7')
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
