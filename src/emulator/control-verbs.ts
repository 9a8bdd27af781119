import {
  type ClientView,
  type Count,
  clockAdvanceSchema,
  clockSetSchema,
  definitionSchema,
  type FoundEntries,
  type Health,
  type ImportCount,
  type ImportView,
  idSchema,
  importFilterSchema,
  importPageSchema,
  journalWaitSchema,
  type MintedToken,
  maxWaitMs,
  nothingSchema,
  tokenSpecSchema,
} from '../domain/control.js'
import { toMs } from '../domain/duration.js'
import {
  clientFixtureSchema,
  defaultTokenLifetime,
  importTemplateSchema,
} from '../domain/fixture.js'
import type { ImportDefinition } from '../domain/import-definition.js'
import { journalFilterSchema } from '../domain/journal.js'
import {
  atHome,
  type ControlScope,
  type ControlVerb,
  notFound,
  parse,
  requireClient,
  tellClock,
  tellFound,
  verb,
  withId,
  withoutSecret,
} from './control-verb.js'
import { faultVerbs } from './fault-verbs.js'
import { version } from './package-files.js'
import { uploadVerbs } from './upload-verbs.js'

/** The whole vocabulary. The control API, the library and its client over HTTP are made from it. */
export const controlVerbs = {
  'imports.list': verb({
    method: 'GET',
    path: '/imports',
    schema: importPageSchema,
    run: ({ workspace }, page): ImportView[] => workspace.imports.list(page),
  }),
  'imports.count': verb({
    method: 'GET',
    // Not below `/imports`, where it would hide an import of that id.
    path: '/import-count',
    schema: importFilterSchema,
    run: ({ workspace }, filter): ImportCount => workspace.imports.count(filter),
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
  'clock.reset': verb({
    method: 'POST',
    path: '/clock/reset',
    schema: nothingSchema,
    run(scope) {
      scope.workspace.clock.reset()
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
  ...faultVerbs,
  ...uploadVerbs,
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
