import type { ImportKind, ImportView } from '../../src/domain/control/vocabulary.js'
import type { ImportState } from '../../src/domain/imports/import-state.js'

/** Returns the kind of an import. The colour says the same. */
export function kindOf(state: ImportState | null): ImportKind {
  if (state === null) return 'pattern'
  return 'error' in state ? 'error' : state.status
}

export const kindWords = {
  processed: 'processed',
  pending: 'pending',
  processing: 'processing',
  failed: 'failed',
  error: 'server error',
  pattern: 'pattern',
} as const satisfies Record<ImportKind, string>

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
