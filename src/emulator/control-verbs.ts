import {
  type Health,
  idSchema,
  type MintedToken,
  nothingSchema,
  tokenSpecSchema,
} from '../domain/control.js'
import { defaultTokenLifetime } from '../domain/fixture.js'
import { tokenResponse } from '../domain/oauth.js'
import { quoted } from '../domain/visible-text.js'
import { clientVerbs } from './client-verbs.js'
import { clockVerbs } from './clock-verbs.js'
import {
  atHome,
  type ControlScope,
  type ControlVerb,
  notFound,
  parse,
  requireClient,
  verb,
} from './control-verb.js'
import { faultVerbs } from './fault-verbs.js'
import { importVerbs } from './import-verbs.js'
import { journalVerbs } from './journal-verbs.js'
import { version } from './package-files.js'
import { serviceVerbs } from './service-verbs.js'
import { uploadVerbs } from './upload-verbs.js'

/** The whole vocabulary. The control API, the library and its client over HTTP are made from it. */
export const controlVerbs = {
  ...importVerbs,
  ...clientVerbs,
  ...clockVerbs,
  ...journalVerbs,
  ...faultVerbs,
  ...uploadVerbs,
  ...serviceVerbs,
  'tokens.mint': verb({
    method: 'POST',
    path: '/tokens',
    schema: tokenSpecSchema,
    async run({ emulator, workspace }, { clientId, ...spec }): Promise<MintedToken> {
      const named = workspace === emulator.main ? undefined : workspace
      const home = clientId === undefined ? undefined : emulator.locateClient(clientId, named)
      const client = home && requireClient(home.workspace, home.clientId)
      const scopes = spec.scopes ?? client?.scopes ?? []
      const lifetime = spec.lifetime ?? client?.tokenLifetime ?? defaultTokenLifetime
      const token = await emulator.tokens.mint(
        { ...spec, clientId: home && atHome(home.workspace, home.clientId), scopes, lifetime },
        (home?.workspace ?? workspace).clock.now(),
      )
      return tokenResponse(token, lifetime, scopes)
    },
  }),
  'workspaces.list': verb({
    method: 'GET',
    path: '/workspaces',
    schema: nothingSchema,
    run: ({ emulator }): string[] => emulator.workspaces.names(),
  }),
  'workspaces.delete': verb({
    method: 'DELETE',
    path: '/workspaces/:id',
    schema: idSchema,
    run({ emulator }, { id }): void {
      if (!emulator.workspaces.delete(id)) notFound(`There is no workspace ${quoted(id)}`)
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
