import { VendorError } from '../../domain/errors.js'
import { quoted } from '../../domain/visible-text.js'
import type { Workspace } from '../../emulator/workspace.js'

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Throws 400 for an id that is no UUID, where the switch `referenceIds` demands one. */
export function requireKnownForm({ service }: Workspace, referenceId: string): void {
  if (service.get().referenceIds === 'any' || uuid.test(referenceId)) return
  const message = `${quoted(referenceId)} is not a UUID, and the switch referenceIds requires one`
  throw new VendorError('reference-id-not-uuid', { code: 'reference-id-not-uuid', message })
}
