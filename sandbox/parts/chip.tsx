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

const statusTones = { 2: 'processed', 3: 'pattern', 4: 'pending', 5: 'failed' } as Readonly<
  Record<string, string>
>

interface StatusChipProps {
  readonly status: number | undefined
  /** The text to show instead of the number. */
  readonly text?: string
}

export function StatusChip({ status, text = String(status) }: StatusChipProps) {
  if (status === undefined) return <span class="chip error">no response</span>
  return <span class={`chip ${statusTones[String(status)[0] ?? ''] ?? 'pattern'}`}>{text}</span>
}
