import {
  type ControlRoute,
  controlRoutes,
  type Output,
  type ParsedInput,
  parse,
  type RouteName,
} from '../../domain/control/routes.js'
import type { Health } from '../../domain/control/vocabulary.js'
import { ControlError } from '../../domain/errors.js'
import { defaultTokenLifetime } from '../../domain/fixture.js'
import type { MintedToken } from '../../domain/oauth.js'
import { tokenResponse } from '../../domain/oauth.js'
import { quoted } from '../../domain/visible-text.js'
import { version } from '../package-files.js'
import { clientVerbs } from './client-verbs.js'
import { clockVerbs } from './clock-verbs.js'
import { atHome, type ControlScope, notFound, requireClient, type Verbs } from './control-verb.js'
import { faultVerbs } from './fault-verbs.js'
import { importVerbs } from './import-verbs.js'
import { journalVerbs } from './journal-verbs.js'
import { reportVerbs } from './report-verbs.js'
import { scenarioVerbs } from './scenario-verbs.js'
import { serviceVerbs } from './service-verbs.js'
import { stateVerbs } from './state-verbs.js'
import { uploadVerbs } from './upload-verbs.js'

/** The function that carries out each verb. */
export const controlVerbs = {
  ...importVerbs,
  ...clientVerbs,
  ...clockVerbs,
  ...journalVerbs,
  ...faultVerbs,
  ...uploadVerbs,
  ...serviceVerbs,
  ...reportVerbs,
  ...stateVerbs,
  ...scenarioVerbs,
  async 'tokens.mint'({ emulator, workspace }, { clientId, ...spec }): Promise<MintedToken> {
    const named = workspace === emulator.main ? undefined : workspace
    const home = clientId === undefined ? undefined : emulator.resolveClient(clientId, named)
    const client = home && requireClient(home.workspace, home.clientId)
    const scopes = spec.scopes ?? client?.scopes ?? []
    const lifetime = spec.lifetime ?? client?.tokenLifetime ?? defaultTokenLifetime
    const token = await emulator.tokens.mint(
      { ...spec, clientId: home && atHome(home.workspace, home.clientId), scopes, lifetime },
      (home?.workspace ?? workspace).clock.now(),
    )
    return tokenResponse(token, lifetime, scopes)
  },
  'workspaces.list': ({ emulator }): string[] => emulator.workspaces.names(),
  'workspaces.delete'({ emulator }, { id }): void {
    if (!emulator.workspaces.delete(id)) notFound(`There is no workspace ${quoted(id)}`)
  },
  reset: ({ workspace }): void => workspace.reset(),
  health: ({ workspace }): Health => ({ status: 'ok', version, imports: workspace.imports.size }),
} satisfies Verbs<RouteName>

/** Runs a verb. Whatever is wrong with its input is a `ControlError`, and then nothing has changed. */
export async function runVerb<N extends RouteName>(
  scope: ControlScope,
  name: N,
  input: unknown,
): Promise<Output<N>> {
  return await runParsed(scope, name, parse(controlRoutes[name].schema, input))
}

/** Runs a verb with input that its schema has read. */
export function runParsed<N extends RouteName>(
  scope: ControlScope,
  name: N,
  input: ParsedInput<N>,
): Output<N> | Promise<Output<N>> {
  const route: ControlRoute = controlRoutes[name]
  const { emulator, workspace } = scope
  if (route.erases && emulator.protectsMain && workspace === emulator.main) {
    const message = `The main workspace is protected against ${name} (--protect-main). Use a workspace of your own, such as /w/my-name`
    throw new ControlError('forbidden', message)
  }
  const isChange = route.method !== 'GET'
  if (isChange) emulator.changes.count += 1
  const run: Verbs<RouteName>[N] = controlVerbs[name]
  const result = run(scope, input)
  if (isChange) workspace.report.noteChange()
  return result
}
