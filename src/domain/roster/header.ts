import { nearestName } from '../schema.js'
import { columnRule, type RosterKind, templates } from './templates.js'
import { trimmed } from './texts.js'
import { quoted } from './values.js'

/** The columns of a file, in its order. */
export interface Header {
  readonly kind: RosterKind
  readonly columns: readonly string[]
  /** The positions at which a row may have a value without a column. */
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

/** Returns the template of a file by its known columns, in any order; undefined without a known column. */
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
  // One more than there may be shows that there are too many.
  const all = names.slice(0, maxColumns + 2).map(trimmed)
  const surplus = misprint(all)
  const columns = all.filter((_, index) => index !== surplus)
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

/** Of a file without a known column, so many of its columns are compared with those that are known. */
const maxCompared = 100

const separators = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
] as const

function noColumn(columns: readonly string[]): string {
  const [first = ''] = columns
  if (/^sep=/i.test(first)) {
    return `its first line is ${quoted(columns.join())}, which is for Excel alone: remove it`
  }
  const shown = columns.slice(0, maxCompared)
  const separator = separators.find(([it]) => shown.some((text) => startsWithColumn(text, it)))
  if (separator !== undefined) {
    return `its values are separated by ${separator[1]}: save it with commas between the values`
  }
  for (const column of shown) {
    const nearest = nearestName(column, knownColumns)
    if (nearest !== undefined) {
      return `none of its columns is known: write ${nearest} in place of ${quoted(column)}`
    }
  }
  return 'none of its columns is known'
}

/** Returns whether a column holds several: its text up to the separator looks like the name of a column. */
function startsWithColumn(text: string, separator: string): boolean {
  const end = text.indexOf(separator)
  return (
    end >= 0 &&
    nearestName(trimmed(text.slice(0, end).replaceAll('"', '')), knownColumns) !== undefined
  )
}

/** A column that no template knows may be there as often as it likes: nobody looks at its values. */
function repeatedColumns(columns: readonly string[]): string[] {
  const seen = new Set<string>()
  return columns.filter(isKnown).flatMap((column) => {
    const isRepeated = seen.has(column)
    seen.add(column)
    return isRepeated ? [`column ${quoted(column)} is repeated`] : []
  })
}

function missingColumns(kind: RosterKind, columns: readonly string[]): string[] {
  const strangers = columns.filter((column) => !isKnown(column))
  return Object.entries(templates[kind].columns).flatMap(([column, { presence }]) => {
    if (presence !== 'mandatory' || columns.includes(column)) return []
    const meant = strangers.find((stranger) => nearestName(stranger, [column]) !== undefined)
    const hint =
      meant === undefined ? '' : `; did you mean ${column} where the header has ${quoted(meant)}?`
    return [`mandatory column ${column} is missing${hint}`]
  })
}

/** The number of columns that a description names. */
const maxDescribed = 5

/** Describes the columns that no rule checks, and the name that each may have been meant for. */
export function describeUnchecked({ kind, columns }: Header): string | undefined {
  const unchecked = columns.filter((column) => columnRule(kind, column) === undefined)
  if (unchecked.length === 0) return undefined
  const names = unchecked.slice(0, maxDescribed).map((column) => {
    const nearest = isKnown(column) ? undefined : nearestName(column, knownColumns)
    return nearest === undefined ? quoted(column) : `${quoted(column)}, did you mean ${nearest}?`
  })
  const more = unchecked.length - names.length
  return `not checked: ${names.join('; ')}${more === 0 ? '' : `; and ${more} more`}`
}

const isKnown = (column: string) => kinds.some((kind) => columnRule(kind, column) !== undefined)

const knownColumns = [...new Set(kinds.flatMap((kind) => Object.keys(templates[kind].columns)))]
