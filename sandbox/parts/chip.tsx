import type { ImportView } from '../../src/domain/control/vocabulary.js'
import { kindOf, kindWords } from '../kinds.js'

export function StateChip({ state }: { readonly state: ImportView['state'] }) {
  const kind = kindOf(state)
  return (
    <span
      class={`chip ${kind}`}
      title={kind === 'processing' ? 'Published, not documented' : undefined}
    >
      {kindWords[kind]}
    </span>
  )
}

interface StatusChipProps {
  readonly status: number | undefined
  /** The text to show instead of the number. */
  readonly text?: string
}

export function StatusChip({ status, text = String(status) }: StatusChipProps) {
  if (status === undefined) return <span class="chip http s0">no response</span>
  return <span class={`chip http s${String(status)[0]}`}>{text}</span>
}
