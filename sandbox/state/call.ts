import { computed, signal } from '@preact/signals'
import type { TokenFlaw } from '../../src/domain/access-token.js'
import type { CallName } from '../calls.js'
import { syncClock } from './clock.js'
import { control } from './control.js'
import { clients } from './emulator.js'

/** The client that was picked; the first one until then, and none before it is known which there are. */
const picked = signal<string | undefined>(undefined)
export const clientId = computed(
  () =>
    clients.value?.find((it) => it.clientId === picked.value)?.clientId ??
    clients.value?.[0]?.clientId ??
    '',
)
export const pickClient = (id: string): void => {
  if (id !== clientId.value) accessToken.value = ''
  picked.value = id
}

/** Wants another token: the one that was made is of no use any more. */
export function wantToken(part: {
  flaw?: TokenFlaw | undefined
  scopes?: string
  lifetime?: string
}): void {
  if ('flaw' in part) flaw.value = part.flaw
  if (part.scopes !== undefined) scopes.value = part.scopes
  if (part.lifetime !== undefined) lifetime.value = part.lifetime
  accessToken.value = ''
}

export const flaw = signal<TokenFlaw | undefined>(undefined)
/** In seconds, as it is typed. */
export const lifetime = signal('')
/** With spaces between them, as they are typed; undefined for those of the client. */
export const scopes = signal('')
export const accessToken = signal('')

export const call = signal<CallName>('status')
export const referenceId = signal('12345')
/** Never told by the emulator, and kept nowhere else. */
export const clientSecret = signal('')
export const file = signal<File | undefined>(undefined)

export async function mint(): Promise<void> {
  const minted = await control.tokens.mint({
    clientId: clientId.value,
    ...(flaw.value !== undefined && { flaw: flaw.value }),
    ...(lifetime.value !== '' && { lifetime: Number(lifetime.value) }),
    ...(scopes.value !== '' && { scopes: scopes.value.split(/\s+/).filter(Boolean) }),
  })
  // Else the clock here, which lags behind a little, finds the token not valid yet.
  await syncClock()
  accessToken.value = minted.access_token
}
