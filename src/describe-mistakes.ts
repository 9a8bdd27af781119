import { readFile, stat } from 'node:fs/promises'
import { formatMistake, type Mistake } from './domain/errors.js'
import { escapeInvisible } from './domain/visible-text.js'

/** The part of a long line that is shown before and after the mistake, in characters. */
const shownBefore = 60
const shownBehind = 40

/** Returns each mistake in a line, followed by the line of the file that it is in, with a caret below its place. */
export async function describeMistakes(mistakes: readonly Mistake[]): Promise<string> {
  const files = new Map<string, Promise<readonly string[]>>()
  const texts: string[] = []
  for (const mistake of mistakes) {
    texts.push(formatMistake(mistake))
    const [, file, line, column] = /^(.+):(\d+):(\d+)$/s.exec(mistake.location ?? '') ?? []
    // The value of a secret may stand in the line.
    if (file === undefined || /secret/i.test(mistake.path)) continue
    if (!files.has(file)) files.set(file, linesOf(file))
    const text = (await files.get(file))?.[Number(line) - 1]
    if (text !== undefined) texts.push(excerpt(text, Number(line), Number(column)))
  }
  return texts.join('\n')
}

/** A pipe can be read only once. */
async function linesOf(file: string): Promise<readonly string[]> {
  const isFile = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  )
  if (!isFile) return []
  return (await readFile(file, 'utf8')).replace(/^\ufeff/, '').split(/\r?\n/)
}

function excerpt(text: string, line: number, column: number): string {
  const at = column - 1
  const start = Math.max(0, at - shownBefore)
  const masked = maskSecrets(text)
  const before = (start > 0 ? '…' : '') + show(masked.slice(start, at))
  const behind =
    show(masked.slice(at, at + shownBehind)) + (text.length > at + shownBehind ? '…' : '')
  const number = String(line)
  return `  ${number} | ${before}${behind}\n  ${' '.repeat(number.length)} | ${' '.repeat(before.length)}^`
}

/**
 * A secret may stand beside the mistake. Its place stays, so that the caret does. Without quotes it ends where a flow
 * mapping goes on, and elsewhere with the line.
 */
function maskSecrets(text: string): string {
  return text.replace(
    /(\{.*?secret["']?\s*:\s*|secret["']?\s*:\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|\S.*)/gi,
    maskValue,
  )
}

function maskValue(_: string, name: string, value: string): string {
  const isPlain = !/^["']/.test(value)
  const end = isPlain && name.startsWith('{') ? value.search(/[,\]}]|$/) : value.length
  return name + '*'.repeat(end) + maskSecrets(value.slice(end))
}

function show(text: string): string {
  return escapeInvisible(text.replaceAll('\t', ' '))
}
