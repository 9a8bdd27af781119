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

export function readHeader(all: readonly string[]): Header | BadHeader {
  // One more shows that there are too many.
  const names = all.slice(0, maxColumns + 1)
  const trimmed = names.map((name) => name.trim())
  const surplus = misprint(trimmed)
  const columns = trimmed.filter((_, index) => index !== surplus)
  const kind = detectKind(columns)
  if (kind === undefined) return { kind: null, mistakes: [noColumn(columns)] }
  if (columns.length > maxColumns) {
    return { kind, mistakes: [`the file has more than ${maxColumns} columns`] }
  }
  const mistakes = [...repeatedColumns(columns), ...missingColumns(kind, columns)]
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
  const [first = ''] = columns
  if (/^sep=/i.test(first)) {
    return `its first line is ${quoted(columns.join())}, which is for Excel alone: take it away`
  }
  const separator = [';', '\t', '|'].find((it) => columns.length === 1 && first.includes(it))
  if (separator !== undefined) {
    return `its values are separated by ${quoted(separator)}, and must be by commas`
  }
  for (const column of columns.slice(0, maxColumns)) {
    const nearest = nearestName(column, knownColumns)
    if (nearest !== undefined) {
      return `none of its columns is known: ${quoted(column)} is not ${nearest}`
    }
  }
  return 'none of its columns is known'
}

/** A column that no template knows may be there as often as it likes: nobody looks at its values. */
function repeatedColumns(columns: readonly string[]): string[] {
  const seen = new Set<string>()
  return columns.filter(isKnown).flatMap((column) => {
    const isRepeated = seen.has(column)
    seen.add(column)
    return isRepeated ? [`column ${quoted(column)} is there twice`] : []
  })
}

function missingColumns(kind: RosterKind, columns: readonly string[]): string[] {
  const strangers = columns.filter((column) => !isKnown(column))
  return Object.entries(templates[kind].columns).flatMap(([column, { presence }]) => {
    if (presence !== 'mandatory' || columns.includes(column)) return []
    const meant = strangers.find((stranger) => nearestName(stranger, [column]) !== undefined)
    const hint = meant === undefined ? '' : `; ${quoted(meant)} is not that name`
    return [`mandatory column ${column} is missing${hint}`]
  })
}

/** The columns that no template knows, of many the first. */
export function unknownOf({ kind, columns }: Header): readonly string[] {
  return columns.filter((column) => columnRule(kind, column) === undefined).slice(0, maxUnknown)
}

const maxUnknown = 5

const isKnown = (column: string) => kinds.some((kind) => columnRule(kind, column) !== undefined)

const knownColumns = [...new Set(kinds.flatMap((kind) => Object.keys(templates[kind].columns)))]
