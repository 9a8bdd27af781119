import type * as v from 'valibot'
import {
  type ClientView,
  type ClockView,
  type Count,
  clockAdvanceSchema,
  clockSetSchema,
  definitionSchema,
  type FoundEntries,
  type Health,
  type ImportView,
  idSchema,
  journalWaitSchema,
  type MintedToken,
  maxWaitMs,
  nothingSchema,
  tokenSpecSchema,
} from '../domain/control.js'
import { toMs } from '../domain/duration.js'
import { ControlError, invalidInput } from '../domain/errors.js'
import {
  type ClientDefinition,
  clientFixtureSchema,
  defaultTokenLifetime,
  type ImportDefinition,
  importTemplateSchema,
} from '../domain/fixture.js'
import { journalFilterSchema } from '../domain/journal.js'
import { parseBySchema } from '../domain/schema.js'
import { describeRecord } from './describe-record.js'
import type { Emulator } from './emulator.js'
import type { Found } from './journal.js'
import { version } from './package-files.js'
import type { Workspace } from './workspace.js'

/** What a verb works on. */
export interface ControlScope {
  readonly emulator: Emulator
  readonly workspace: Workspace
}

/** One word of the control vocabulary: how it is called over HTTP, what it takes, and what it does. */
export interface ControlVerb<S extends v.GenericSchema = v.GenericSchema, R = unknown> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below `/__control`. `:id` stands for the argument `id`. */
  readonly path: string
  /** The argument that is the whole body; otherwise the body is the arguments by name. */
  readonly body?: string
  readonly schema: S
  run(scope: ControlScope, input: v.InferOutput<S>): R | Promise<R>
}

const verb = <S extends v.GenericSchema, R>(it: ControlVerb<S, R>) => it

/** The whole vocabulary. The control API, the library and its client over HTTP are made from it. */
export const controlVerbs = {
  'imports.list': verb({
    method: 'GET',
    path: '/imports',
    schema: nothingSchema,
    run: ({ workspace }): ImportView[] => workspace.imports.list(),
  }),
  'imports.get': verb({
    method: 'GET',
    path: '/imports/:id',
    schema: idSchema,
    run: ({ workspace }, { id }): ImportView =>
      workspace.imports.get(id) ?? notFound(`There is no import ${JSON.stringify(id)}`),
  }),
  'imports.put': verb({
    method: 'PUT',
    path: '/imports/:id',
    body: 'definition',
    schema: definitionSchema,
    run({ workspace }, { id, definition }): ImportView {
      parse(importTemplateSchema, withId('referenceId', id, definition))
      const { referenceId: _, ...own } = structuredClone(definition) as { referenceId?: string }
      workspace.imports.put(id, own as ImportDefinition)
      return workspace.imports.get(id) as ImportView
    },
  }),
  'imports.delete': verb({
    method: 'DELETE',
    path: '/imports/:id',
    schema: idSchema,
    run({ workspace }, { id }): void {
      if (!workspace.imports.delete(id)) notFound(`There is no import ${JSON.stringify(id)}`)
    },
  }),
  'clients.list': verb({
    method: 'GET',
    path: '/clients',
    schema: nothingSchema,
    run: ({ workspace }): ClientView[] => workspace.clients.list().map(withoutSecret),
  }),
  'clients.get': verb({
    method: 'GET',
    path: '/clients/:id',
    schema: idSchema,
    run: ({ workspace }, { id }): ClientView => withoutSecret(requireClient(workspace, id)),
  }),
  'clients.put': verb({
    method: 'PUT',
    path: '/clients/:id',
    body: 'definition',
    schema: definitionSchema,
    run({ workspace }, { id, definition }): ClientView {
      const client = parse(clientFixtureSchema, withId('clientId', id, definition))
      workspace.clients.put(client)
      return withoutSecret(client)
    },
  }),
  'clients.delete': verb({
    method: 'DELETE',
    path: '/clients/:id',
    schema: idSchema,
    run({ workspace }, { id }): void {
      if (!workspace.clients.delete(id)) notFound(`There is no client ${JSON.stringify(id)}`)
    },
  }),
  'clock.get': verb({
    method: 'GET',
    path: '/clock',
    schema: nothingSchema,
    run: tellClock,
  }),
  'clock.freeze': verb({
    method: 'POST',
    path: '/clock/freeze',
    schema: nothingSchema,
    run(scope) {
      scope.workspace.clock.freeze()
      return tellClock(scope)
    },
  }),
  'clock.resume': verb({
    method: 'POST',
    path: '/clock/resume',
    schema: nothingSchema,
    run(scope) {
      scope.workspace.clock.resume()
      return tellClock(scope)
    },
  }),
  'clock.set': verb({
    method: 'POST',
    path: '/clock/set',
    schema: clockSetSchema,
    run(scope, { at }) {
      scope.workspace.clock.set(Date.parse(at))
      return tellClock(scope)
    },
  }),
  'clock.advance': verb({
    method: 'POST',
    path: '/clock/advance',
    schema: clockAdvanceSchema,
    run(scope, { by }) {
      scope.workspace.clock.advance(toMs(by))
      return tellClock(scope)
    },
  }),
  'journal.find': verb({
    method: 'GET',
    path: '/journal',
    schema: journalFilterSchema,
    run: ({ workspace }, filter): FoundEntries => tellFound(workspace.journal.find(filter)),
  }),
  'journal.count': verb({
    method: 'GET',
    path: '/journal/count',
    schema: journalFilterSchema,
    run({ workspace }, filter): Count {
      const { records, complete } = workspace.journal.find(filter)
      return { count: records.length, complete }
    },
  }),
  /** Answers with what there is when the time is over. */
  'journal.wait': verb({
    method: 'GET',
    path: '/journal/wait',
    schema: journalWaitSchema,
    async run({ workspace }, { count, timeout, ...filter }): Promise<FoundEntries> {
      const waitMs = Math.min(toMs(timeout), maxWaitMs)
      return tellFound(await workspace.journal.waitFor(filter, count, waitMs))
    },
  }),
  'journal.clear': verb({
    method: 'DELETE',
    path: '/journal',
    schema: nothingSchema,
    run: ({ workspace }): void => workspace.journal.clear(),
  }),
  'tokens.mint': verb({
    method: 'POST',
    path: '/tokens',
    schema: tokenSpecSchema,
    async run({ emulator, workspace }, { clientId, ...spec }): Promise<MintedToken> {
      const client = clientId === undefined ? undefined : requireClient(workspace, clientId)
      const scopes = spec.scopes ?? client?.scopes ?? []
      const lifetime = spec.lifetime ?? client?.tokenLifetime ?? defaultTokenLifetime
      const token = await emulator.tokens.mint(
        { ...spec, clientId: clientId && atHome(workspace, clientId), scopes, lifetime },
        workspace.clock.now(),
      )
      return {
        access_token: token,
        token_type: 'Bearer',
        expires_in: lifetime,
        scope: scopes.join(' '),
      }
    },
  }),
  'workspaces.list': verb({
    method: 'GET',
    path: '/workspaces',
    schema: nothingSchema,
    run: ({ emulator }): string[] => emulator.workspaceNames(),
  }),
  'workspaces.delete': verb({
    method: 'DELETE',
    path: '/workspaces/:id',
    schema: idSchema,
    run({ emulator }, { id }): void {
      if (!emulator.deleteWorkspace(id)) notFound(`There is no workspace ${JSON.stringify(id)}`)
    },
  }),
  reset: verb({
    method: 'POST',
    path: '/reset',
    schema: nothingSchema,
    run: ({ workspace }): void => workspace.reset(),
  }),
  health: verb({
    method: 'GET',
    path: '/health',
    schema: nothingSchema,
    run: ({ workspace }): Health => ({ status: 'ok', version, imports: workspace.imports.size }),
  }),
}

export type VerbName = keyof typeof controlVerbs

/** Runs a verb. Whatever is wrong with its input is a `ControlError`, and then nothing has changed. */
export async function runVerb(
  scope: ControlScope,
  name: VerbName,
  input: unknown,
): Promise<unknown> {
  const { schema, run } = controlVerbs[name] as ControlVerb
  return await run(scope, parse(schema, input))
}

function parse<const S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const parsed = parseBySchema(schema, input)
  if ('mistakes' in parsed) throw invalidInput(parsed.mistakes)
  return parsed.value
}

/** The id of the path stands for the one in the body, which may repeat it. */
function withId(field: string, id: string, definition: unknown): unknown {
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
function atHome({ name }: Workspace, clientId: string): string {
  return name === undefined ? clientId : `${clientId}@${name}`
}

function requireClient({ clients }: Workspace, clientId: string): ClientDefinition {
  return clients.get(clientId) ?? notFound(`There is no client ${JSON.stringify(clientId)}`)
}

function withoutSecret({ clientSecret: _, ...view }: ClientDefinition): ClientView {
  return view
}

function tellClock({ workspace }: ControlScope): ClockView {
  const { now, frozen } = workspace.clock.get()
  return { now: new Date(now).toISOString(), frozen }
}

function tellFound({ records, dropped, complete }: Found): FoundEntries {
  return { entries: records.map(describeRecord), dropped, complete }
}

function notFound(message: string): never {
  throw new ControlError('not_found', message)
}
