import type { Header } from './header.js'
import type { Row } from './rules.js'
import { columnRule, templates } from './templates.js'
import { trimmed } from './texts.js'
import { isJsonObject } from './values.js'

/** A row whose values are trimmed, and stand below their columns. */
export interface CheckedRow {
  readonly values: readonly string[]
  /** The mistake of the row; undefined for a correct row. */
  readonly mistake: string | undefined
  /** The row has too few values, or too many. */
  readonly isRagged: boolean
}

const maxValueLength = 65_536

export type RowCheck = (values: readonly string[], line: number) => CheckedRow

/** Checks the rows of one file, in their order: it remembers what may be there once only. */
export function createRowCheck(header: Header): RowCheck {
  const { kind, columns } = header
  const checked = columns.map((column) => ({ column, rule: columnRule(kind, column) }))
  const rules = templates[kind].rules.map((create) => create())
  const places = new Map(columns.map((column, index) => [column, index]))
  let values: readonly string[] = []
  const row: Row = (column) => values[places.get(column) ?? -1] ?? ''

  return (given, line) => {
    values = align(given, header).map(trimmed)
    if (values.length !== columns.length) {
      const mistake = countMistake(given, columns)
      return { values: values.slice(0, columns.length), mistake, isRagged: true }
    }
    const mistakes: string[] = []
    for (const [index, { column, rule }] of checked.entries()) {
      const value = values[index] as string
      // A column that no template knows is handed through.
      if (rule === undefined) continue
      if (value.trim() === '') {
        if (rule.presence !== 'optional') mistakes.push(`${column} is mandatory`)
      } else if (value.length > maxValueLength) {
        mistakes.push(`${column} has more than ${maxValueLength} characters`)
      } else {
        const mistake = rule.check(value)
        if (mistake !== undefined) mistakes.push(`${column} ${mistake}`)
      }
    }
    for (const rule of rules) {
      const mistake = rule(row, line)
      if (mistake !== undefined) mistakes.push(mistake)
    }
    const mistake = mistakes.length === 0 ? undefined : mistakes.join('; ')
    return { values, mistake, isRagged: false }
  }
}

/** The values by their columns, where the documentation's samples need help for it. */
function align(values: readonly string[], { columns, surplus }: Header): readonly string[] {
  const tooMany = values.length - columns.length
  if (tooMany <= 0) return values
  if (surplus !== undefined && tooMany === 1) return values.toSpliced(surplus, 1)
  // The sample of user_externalId is JSON without quotes around it, so that its commas separate.
  const place = columns.indexOf('user_externalId')
  const json = values.slice(place, place + tooMany + 1).join(',')
  return place >= 0 && isJsonObject(json) ? values.toSpliced(place, tooMany + 1, json) : values
}

function countMistake({ length }: readonly string[], columns: readonly string[]): string {
  return `has ${plural(length, 'value')} where the header has ${plural(columns.length, 'column')}`
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
