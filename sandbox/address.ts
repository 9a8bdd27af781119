import type { ImportKind } from '../src/domain/control/vocabulary.js'
import { type Operation, operations } from '../src/domain/operations.js'
import { kindWords } from './kinds.js'

/*
 * The part of the page's address after `#`: `#imports?kind=failed&id=slow`.
 */

export const views = ['imports', 'call', 'journal', 'faults', 'report', 'reference'] as const

export type View = (typeof views)[number]

export interface Address {
  readonly view: View
  readonly search: string
  readonly kind?: ImportKind | undefined
  /** The number of the page of imports, from 0. */
  readonly page: number
  /** The import that is open. */
  readonly id?: string | undefined
  readonly operation?: Operation | undefined
  /** The first digit of the status. */
  readonly status?: string | undefined
  /** The journal entry that is open. */
  readonly entry?: number | undefined
}

/** Reads an address. A part that is unknown has no effect. */
export function parseAddress(hash: string): Address {
  const [name = '', query] = hash.slice(1).split('?')
  const fields = new URLSearchParams(query)
  const oneOf = <T extends string>(field: string, words: readonly T[]) =>
    words.find((it) => it === fields.get(field))
  const number = (field: string) => {
    const value = fields.get(field) ?? ''
    return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined
  }
  return {
    view: views.find((view) => view === name) ?? 'imports',
    search: fields.get('search') ?? '',
    kind: oneOf('kind', Object.keys(kindWords) as ImportKind[]),
    page: (number('page') ?? 1) - 1,
    id: fields.get('id') ?? undefined,
    operation: oneOf('operation', operations),
    status: oneOf('status', ['2', '4', '5']),
    entry: number('entry'),
  }
}

/** Writes an address. Parts that have their defaults are left out. */
export function formatAddress(address: Address): string {
  const { view, search, kind, page, id, operation, status, entry } = address
  const fields = { search, kind, page: page && page + 1, id, operation, status, entry }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value) query.set(name, String(value))
  return query.size === 0 ? `#${view}` : `#${view}?${query}`
}

/** The title of the document: `slow · pending · TAO emulator`. */
export function titleOf(...parts: readonly (string | number | undefined)[]): string {
  return [...parts.filter((it) => it !== undefined), 'TAO emulator'].join(' · ')
}
