import type { Header } from './header.js'
import type { Row } from './rules.js'
import { type ColumnRule, columnRule, templates } from './templates.js'
import { isJsonObject } from './values.js'

/** What is to be said of a row: with an error it does not go in. */
export interface RowFindings {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

const maxValueLength = 65_536

export type RowCheck = (values: readonly string[], line: number) => RowFindings

/** Checks the rows of one file, in their order: it remembers what may be there once only. */
export function createRowCheck(header: Header): RowCheck {
  const { kind, columns } = header
  const checked = columns.map((column) => ({ column, ...(columnRule(kind, column) as ColumnRule) }))
  const rules = templates[kind].rules.map((create) => create())
  const places = new Map(columns.map((column, index) => [column, index]))
  let values: readonly string[] = []
  const row: Row = (column) => values[places.get(column) ?? -1] ?? ''

  return (given, line) => {
    values = align(given, header)
    if (values.length !== columns.length) {
      return { errors: [countMistake(given, columns)], warnings: [] }
    }
    const errors: string[] = []
    const warnings: string[] = []
    for (const [index, { column, presence, check }] of checked.entries()) {
      const value = values[index] as string
      if (value.trim() === '') {
        if (presence !== 'optional') errors.push(`${column} is mandatory`)
      } else if (value.length > maxValueLength) {
        errors.push(`${column} has more than ${maxValueLength} characters`)
      } else {
        const verdict = check(value)
        if (verdict === undefined) continue
        if ('error' in verdict) errors.push(`${column} ${verdict.error}`)
        else warnings.push(`${column} ${verdict.warning}`)
      }
    }
    for (const rule of rules) {
      const mistake = rule(row, line)
      if (mistake !== undefined) errors.push(mistake)
    }
    return { errors, warnings }
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
