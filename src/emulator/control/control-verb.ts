import {
  asJson,
  type Output,
  type ParsedInput,
  type RouteName,
} from '../../domain/control/routes.js'
import { ControlError, InputError, type Mistake } from '../../domain/errors.js'
import type { ClientDefinition } from '../../domain/fixture.js'
import { quoted } from '../../domain/visible-text.js'
import type { Emulator } from '../emulator.js'
import type { Workspace } from '../workspace.js'

/** The emulator and workspace that a verb works on. */
export interface ControlScope {
  readonly emulator: Emulator
  readonly workspace: Workspace
  /** Aborted when nobody waits for the result any more. */
  readonly signal?: AbortSignal
}

/** Carries a verb out, with input that its schema has read. */
export type RunVerb<N extends RouteName> = (
  scope: ControlScope,
  input: ParsedInput<N>,
) => Output<N> | Promise<Output<N>>

/** Some verbs by their names. */
export type Verbs<N extends RouteName> = { readonly [Name in N]: RunVerb<Name> }

/** The id of the path stands for the one in the body, which may repeat it. */
export function withId(field: string, id: string, definition: unknown): unknown {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    throw new ControlError('invalid_input', 'must be a mapping', 'definition')
  }
  const inBody = (definition as Record<string, unknown>)[field]
  if (inBody !== undefined && inBody !== id) {
    throw new ControlError('invalid_input', 'is not the id of the path', field)
  }
  return { ...definition, [field]: id }
}

/** The client id that leads back to this workspace. */
export function atHome({ name }: Workspace, clientId: string): string {
  return name === undefined ? clientId : `${clientId}@${name}`
}

export function requireClient({ clients }: Workspace, clientId: string): ClientDefinition {
  return clients.get(clientId) ?? notFound(`There is no client ${quoted(clientId)}`)
}

export function notFound(message: string): never {
  throw new ControlError('not_found', message)
}

/** Refuses input with all of its mistakes. Any other error is passed on. */
export function refuseInput(error: Error): never {
  if (!(error instanceof InputError)) throw error
  const documented = error.mistakes.map(({ location, path, message }) => ({
    location,
    path,
    message,
  }))
  // As the control API has them, whichever door they leave by.
  const mistakes = asJson(documented) as Mistake[]
  throw new ControlError('invalid_input', error.message, mistakes[0]?.path, mistakes)
}
