import { FirstLines } from './first-lines.js'
import { isTrue, quoted } from './values.js'

/** The value of a column in the row that is looked at; empty without that column. */
export type Row = (column: string) => string

/** Returns the mistakes of a row that concern more than one value. */
export type RowRule = (row: Row, line: number) => string | undefined

/** A rule for one file: some remember the lines before. */
export type CreateRowRule = () => RowRule

/** No two rows of a file have the same values in these columns. */
export function unique(...columns: readonly string[]): CreateRowRule {
  return () => {
    const lines = new FirstLines()
    return (row, line) => {
      const values = columns.map(row)
      if (values.includes('')) return undefined
      const first = lines.seenOn(values.join('\0'), line)
      const what = columns.map((column, index) => `${column} ${quoted(values[index] as string)}`)
      return first === undefined ? undefined : `${what.join(', ')} is on line ${first} already`
    }
  }
}

export function exactlyOneOf(one: string, other: string): CreateRowRule {
  return () => (row) => {
    const filled = [one, other].filter((column) => row(column) !== '')
    if (filled.length === 1) return undefined
    return filled.length === 0
      ? `${one} or ${other} is mandatory`
      : `only one of ${one} and ${other} can be filled in`
  }
}

/** Makes further columns mandatory in rows where one column is true. */
export function demands(column: string, others: readonly string[]): CreateRowRule {
  return () => (row) => {
    if (!isTrue(row(column))) return undefined
    const empty = others.find((other) => row(other) === '')
    return empty === undefined ? undefined : `${empty} is mandatory where ${column} is true`
  }
}

const maxParents = 15

/** A unit has at most 15 levels of parents, and is not its own; the parents are those of the lines before. */
export function hierarchy(id: string, parent: string): CreateRowRule {
  return () => {
    const parents = new Map<string, string>()
    return (row) => {
      const own = row(id)
      const levels = []
      let next: string | undefined = row(parent)
      while (next && next !== own && levels.length <= maxParents) {
        levels.push(next)
        next = parents.get(next)
      }
      if (own !== '' && next === own) return `${parent} makes ${quoted(own)} a parent of itself`
      if (own !== '' && !parents.has(own)) parents.set(own, row(parent))
      if (levels.length > maxParents)
        return `${parent} gives more than ${maxParents} levels of parents`
      return undefined
    }
  }
}
