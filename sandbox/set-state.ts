import type { ImportView } from '../src/domain/control/vocabulary.js'
import type { FixedState, ServerError } from '../src/domain/imports/fixed-state.js'
import { numberOrText } from './import-draft.js'
import { goalOf, stateAt } from './import-progress.js'

/** The states that a click sets. */
export const settable = ['processed', 'pending', 'processing', 'failed', 'error'] as const

export type Settable = (typeof settable)[number]

/** A fixed state: processed at the last line, otherwise at the line that the import has reached. */
export function fixedAt(kind: Settable, it: ImportView, now: number): FixedState | ServerError {
  if (kind === 'error') return { error: 'Set to fail in the sandbox' }
  const fileLine = lineAt(it, now)
  if (kind === 'processed') return { status: kind, fileLine: goalOf(it.definition) ?? fileLine }
  if (kind === 'pending' || kind === 'processing') return { status: kind, fileLine }
  return { status: kind, fileLine, messages: [`Line ${fileLine + 1}: set to fail in the sandbox`] }
}

/** The line that an import has reached. */
export function lineAt(it: ImportView, now: number): number {
  const state = stateAt(it, now)
  return state !== null && 'fileLine' in state ? state.fileLine : 0
}

/** A failure as it was typed. The control API says what is wrong with it. */
export function failureOf(line: string, messages: string): FixedState {
  return {
    status: 'failed',
    fileLine: numberOrText(line) as number | undefined,
    messages: messages.split('\n').filter((it) => it.trim() !== ''),
  }
}
