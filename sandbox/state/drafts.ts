import { type Signal, signal } from '@preact/signals'
import type { FaultKind } from '../../src/domain/fault.js'
import { firstTexts } from '../fault-draft.js'
import { type ImportDraft, newDraft } from '../import-draft.js'

/** The texts that were typed. They survive a change of view. */
export interface ImportWriting {
  readonly id: Signal<string>
  readonly draft: Signal<ImportDraft>
  /** True while it is sent to the emulator. */
  readonly isSending: Signal<boolean>
}

export const startWriting = (draft = newDraft): ImportWriting => ({
  id: signal(''),
  draft: signal(draft),
  isSending: signal(false),
})

/** Resolves to whether it was taken. */
export async function send(writing: ImportWriting, work: () => Promise<boolean>): Promise<boolean> {
  writing.isSending.value = true
  const isTaken = await work()
  writing.isSending.value = false
  return isTaken
}

export const newImport = signal(startWriting())
/** True while the form is shown. */
export const isWriting = signal(false)

/** The change of an import that is there. */
export const importChange = signal<
  { readonly id: string; readonly writing: ImportWriting } | undefined
>(undefined)

export const faultKind = signal<FaultKind>('status')
export const faultOperation = signal<string | undefined>(undefined)
export const faultTexts = signal<Readonly<Record<string, string>>>(firstTexts.status ?? {})
