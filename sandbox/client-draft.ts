import type { TokenFlaw } from '../src/domain/access-token.js'
import type { ClientView } from '../src/domain/control/vocabulary.js'
import type { ClientInput } from '../src/domain/fixture.js'
import { numberOrText } from './import-draft.js'

/** A client as it is being written. Each field is text, as it is typed. */
export interface ClientDraft {
  readonly id: string
  readonly secret: string
  readonly scopes: string
  readonly lifetime: string
  readonly flaw: TokenFlaw | undefined
  /** No field changes them. */
  readonly claims: ClientView['claims']
}

export const newClient: ClientDraft = {
  id: '',
  secret: '',
  scopes: 'rostering',
  lifetime: '',
  flaw: undefined,
  claims: undefined,
}

/** The emulator does not tell the secret: it has to be typed again. */
export function draftOfClient(view: ClientView): ClientDraft {
  const { clientId, scopes, tokenLifetime, tokenFlaw, claims } = view
  return {
    id: clientId,
    secret: '',
    scopes: scopes.join(' '),
    lifetime: String(tokenLifetime),
    flaw: tokenFlaw,
    claims,
  }
}

/** The definition for the control API, which validates it. */
export function clientOf({ secret, scopes, lifetime, flaw, claims }: ClientDraft): ClientInput {
  const tokenLifetime = numberOrText(lifetime) as number | undefined
  return {
    clientSecret: secret,
    scopes: scopes.split(/\s+/).filter(Boolean),
    ...(tokenLifetime !== undefined && { tokenLifetime }),
    ...(flaw !== undefined && { tokenFlaw: flaw }),
    ...(claims !== undefined && { claims }),
  }
}
