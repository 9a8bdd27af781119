import type * as v from 'valibot'
import { ControlError, invalidInput } from '../domain/errors.js'
import type { ClientDefinition } from '../domain/fixture.js'
import { parseBySchema } from '../domain/schema.js'
import { quoted } from '../domain/visible-text.js'
import type { Emulator } from './emulator.js'
import type { Workspace } from './workspace.js'

/** What a verb works on. */
export interface ControlScope {
  readonly emulator: Emulator
  readonly workspace: Workspace
  /** Aborted when nobody waits for the result any more. */
  readonly signal?: AbortSignal
}

/** One word of the control vocabulary: how it is called over HTTP, what it takes, and what it does. */
export interface ControlVerb<S extends v.GenericSchema = v.GenericSchema, R = unknown> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/__control`. `:id` stands for the argument `id`. */
  readonly path: string
  /** The argument that is the whole body; otherwise the body is the arguments by name. */
  readonly body?: string
  readonly schema: S
  run(scope: ControlScope, input: v.InferOutput<S>): R | Promise<R>
}

/** A verb with the types of its own input and result. */
export function verb<S extends v.GenericSchema, R>(it: ControlVerb<S, R>): ControlVerb<S, R> {
  return it
}

export function parse<const S extends v.GenericSchema>(
  schema: S,
  input: unknown,
): v.InferOutput<S> {
  const parsed = parseBySchema(schema, input)
  if ('mistakes' in parsed) throw invalidInput(parsed.mistakes)
  return parsed.value
}

/** Arguments as the control API has them, whichever door they come by: JSON, and a copy. */
export function asJson(input: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(input))
  } catch (error) {
    throw new ControlError(
      'invalid_input',
      `cannot be written as JSON: ${(error as Error).message}`,
    )
  }
}

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
