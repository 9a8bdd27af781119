import type * as v from 'valibot'

/** A mistake that concerns more than one field, with the path of the field that it names. */
export interface Issue {
  readonly message: string
  readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]]
}

export type AddIssue = (issue: Issue) => void

/** The step of a path that leads into a mapping. */
export function pathItem(input: object, key: string, value: unknown): v.IssuePathItem {
  return { type: 'object', origin: 'value', input: input as Record<string, unknown>, key, value }
}
