import { nearestName } from '../schema.js'
import { columnRule, type RosterKind, templates } from './templates.js'
import { quoted } from './values.js'

/** The columns of a file, in its order. */
export interface Header {
  readonly kind: RosterKind
  readonly columns: readonly string[]
  /** Where a value may stand that belongs to no column. */
  readonly surplus: number | undefined
}

/** A header that will not do, and the sentences why; without a kind it is of no rostering file at all. */
export interface BadHeader {
  readonly kind: RosterKind | null
  readonly mistakes: readonly string[]
}

const kinds = Object.keys(templates) as RosterKind[]

/** A file brings in what its columns begin with; of the templates for it, the one that fits best. */
const kindsByPrefixes: readonly [prefixes: readonly string[], kinds: readonly RosterKind[]][] = [
  [
    ['session_'],
    ['sessions-with-delivery-in-existing-groups', 'sessions-with-delivery-in-new-groups'],
  ],
  [['hierarchy_'], ['organizations']],
  [
    ['user_', 'group_'],
    ['link-existing-user-to-groups', 'link-new-user-to-groups'],
  ],
  [['user_'], ['users']],
  [['group_'], ['groups']],
]

/** Which template a file has, from its known columns in any order; none without a known column. */
export function detectKind(columns: readonly string[]): RosterKind | undefined {
  const known = columns.filter(isKnown)
  const has = (prefix: string) => known.some((column) => column.startsWith(prefix))
  const strangers = (kind: RosterKind) =>
    known.filter((column) => columnRule(kind, column) === undefined).length
  const candidates = kindsByPrefixes.find(([prefixes]) => prefixes.every(has))?.[1] ?? []
  return candidates.toSorted((a, b) => strangers(a) - strangers(b))[0]
}

const maxColumns = 1000

export function readHeader(names: readonly string[]): Header | BadHeader {
  const trimmed = names.map((name) => name.trim())
  const surplus = misprint(trimmed)
  const columns = trimmed.filter((_, index) => index !== surplus)
  const kind = detectKind(columns)
  if (kind === undefined) return { kind: null, mistakes: [noColumn(columns)] }
  if (columns.length > maxColumns) {
    return { kind, mistakes: [`the file has more than ${maxColumns} columns`] }
  }
  const mistakes = findMistakes(kind, columns)
  return mistakes.length > 0 ? { kind, mistakes } : { kind, columns, surplus }
}

/**
 * The template for sessions in existing groups prints `session_waitingPageDate` twice, and rows with one
 * value for both. So the second is no column, and a value may be there or not.
 */
function misprint(columns: readonly string[]): number | undefined {
  const first = columns.indexOf('session_waitingPageDate')
  const second = columns.indexOf('session_waitingPageDate', first + 1)
  return second > 0 ? second : undefined
}

function noColumn(columns: readonly string[]): string {
  const hint =
    columns.length === 1 && /[;\t]/.test(columns.join()) ? '; the separator is a comma' : ''
  return `none of its columns is known${hint}`
}

function findMistakes(kind: RosterKind, columns: readonly string[]): string[] {
  const mistakes: string[] = []
  const seen = new Set<string>()
  for (const [index, column] of columns.entries()) {
    if (column === '') mistakes.push(`column ${index + 1} has no name`)
    else if (seen.has(column)) mistakes.push(`column ${shown(column)} is there twice`)
    else if (!isKnown(column)) {
      const nearest = nearestColumn(column)
      const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`
      mistakes.push(`unknown column ${shown(column)}${meant}`)
      // A misspelt column is not missing, too.
      if (nearest !== undefined) seen.add(nearest)
    } else if (columnRule(kind, column) === undefined) {
      mistakes.push(`${shown(column)} is not a column of ${kind}`)
    }
    seen.add(column)
  }
  for (const [column, { presence }] of Object.entries(templates[kind].columns)) {
    if (presence === 'mandatory' && !seen.has(column)) {
      mistakes.push(`mandatory column ${column} is missing`)
    }
  }
  return mistakes
}

const isKnown = (column: string) => kinds.some((kind) => columnRule(kind, column) !== undefined)

const knownColumns = [...new Set(kinds.flatMap((kind) => Object.keys(templates[kind].columns)))]

function nearestColumn(name: string): string | undefined {
  const sameLetters = knownColumns.find((column) => column.toLowerCase() === name.toLowerCase())
  return sameLetters ?? nearestName(name.slice(0, 80), knownColumns)
}

/** A plain name as it is; any other in quotes, and cut. */
const shown = (column: string) => (/^[\w<>-]{1,80}$/.test(column) ? column : quoted(column))
