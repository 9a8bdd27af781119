/*
 * Faults as the control API speaks of them.
 */

export const faultKinds = [
  'status',
  'delay',
  'hang',
  'reset',
  'empty',
  'truncate',
  'malformed',
  'slow-body',
  'html',
] as const

export type FaultKind = (typeof faultKinds)[number]

export interface FaultDefinition {
  readonly id?: string
  readonly kind: FaultKind
  readonly [field: string]: unknown
}

export interface FaultView {
  readonly id: string
  readonly definition: FaultDefinition
  /** How many requests it was meant for, and on how many of them it struck. */
  readonly matched: number
  readonly struck: number
}
