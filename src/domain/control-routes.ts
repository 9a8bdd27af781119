import type * as v from 'valibot'
import {
  clockAdvanceSchema,
  clockSetSchema,
  definitionSchema,
  idSchema,
  importFilterSchema,
  importPageSchema,
  journalWaitSchema,
  nothingSchema,
  tokenSpecSchema,
  wholeBodySchema,
} from './control.js'
import { ControlError, invalidInput } from './errors.js'
import { journalFilterSchema } from './journal.js'
import { parseBySchema } from './schema.js'
import { serviceSchema } from './service.js'

/** How one word of the control vocabulary is called over HTTP, and what it takes. */
export interface ControlRoute<S extends v.GenericSchema = v.GenericSchema> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/__control`. `:id` stands for the argument `id`. */
  readonly path: string
  readonly schema: S
  /** The argument that is the whole body; otherwise the body is the arguments by name. */
  readonly body?: string
}

function route<S extends v.GenericSchema>(
  method: ControlRoute['method'],
  path: string,
  schema: S,
  body?: string,
): ControlRoute<S> {
  return body === undefined ? { method, path, schema } : { method, path, schema, body }
}

/** The whole vocabulary. The control API, the library and its client over HTTP are made from it. */
export const controlRoutes = {
  'imports.list': route('GET', '/imports', importPageSchema),
  // Not below `/imports`, where it would hide an import of that id.
  'imports.count': route('GET', '/import-count', importFilterSchema),
  'imports.get': route('GET', '/imports/:id', idSchema),
  'imports.put': route('PUT', '/imports/:id', definitionSchema, 'definition'),
  'imports.delete': route('DELETE', '/imports/:id', idSchema),
  'clients.list': route('GET', '/clients', nothingSchema),
  'clients.get': route('GET', '/clients/:id', idSchema),
  'clients.put': route('PUT', '/clients/:id', definitionSchema, 'definition'),
  'clients.delete': route('DELETE', '/clients/:id', idSchema),
  'clock.get': route('GET', '/clock', nothingSchema),
  'clock.freeze': route('POST', '/clock/freeze', nothingSchema),
  'clock.resume': route('POST', '/clock/resume', nothingSchema),
  'clock.set': route('POST', '/clock/set', clockSetSchema),
  'clock.advance': route('POST', '/clock/advance', clockAdvanceSchema),
  'clock.reset': route('POST', '/clock/reset', nothingSchema),
  'journal.find': route('GET', '/journal', journalFilterSchema),
  'journal.count': route('GET', '/journal/count', journalFilterSchema),
  'journal.wait': route('GET', '/journal/wait', journalWaitSchema),
  'journal.clear': route('DELETE', '/journal', nothingSchema),
  'faults.arm': route('POST', '/faults', wholeBodySchema, 'definition'),
  'faults.list': route('GET', '/faults', nothingSchema),
  'faults.disarm': route('DELETE', '/faults/:id', idSchema),
  'faults.clear': route('DELETE', '/faults', nothingSchema),
  'uploads.arm': route('POST', '/uploads', wholeBodySchema, 'definition'),
  'uploads.list': route('GET', '/uploads', nothingSchema),
  'uploads.disarm': route('DELETE', '/uploads/:id', idSchema),
  'uploads.clear': route('DELETE', '/uploads', nothingSchema),
  'service.get': route('GET', '/service', nothingSchema),
  'service.set': route('PATCH', '/service', serviceSchema),
  'tokens.mint': route('POST', '/tokens', tokenSpecSchema),
  'workspaces.list': route('GET', '/workspaces', nothingSchema),
  'workspaces.delete': route('DELETE', '/workspaces/:id', idSchema),
  reset: route('POST', '/reset', nothingSchema),
  health: route('GET', '/health', nothingSchema),
} satisfies Record<string, ControlRoute>

/** A word of the control vocabulary. */
export type VerbName = keyof typeof controlRoutes

/** Reads input by a schema. Throws `invalid_input` with its mistakes. */
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
