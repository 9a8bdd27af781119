import type { EmulatorControl } from '../domain/control/emulator-control.js'
import { ControlError } from '../domain/errors.js'
import { requiredScope } from '../domain/oauth.js'

/** The addresses and clients with which the system under test is configured. No secret is among them. */
export async function findSettings(control: EmulatorControl): Promise<unknown> {
  const { url } = control
  const clients = await control.clients.list()
  return {
    url,
    tokenUrl: `${url}/api/v1/upload/v1/oauth2/tokens`,
    statusUrl: `${url}/api/v1/upload/api/v1/status/{referenceId}`,
    uploadUrl: `${url}/api/v1/upload/api/v1/upload`,
    downloadUrl: `${url}/api/v1/upload/api/v1/download/{referenceId}`,
    page: `${url}/__sandbox/`,
    docs: `${url}/__docs/`,
    clients: clients
      .slice(0, 20)
      .map(({ clientId, scopes, tokenFlaw }) => ({ clientId, scopes, tokenFlaw })),
    clock: await control.clock.get(),
    secrets:
      'The secret of a client stands in the scenario. The built-in scenario has demo-client with demo-secret. mint_token makes a token without a secret.',
  }
}

/** The first client whose tokens the rostering API takes. */
export async function firstClient(control: EmulatorControl): Promise<string> {
  const clients = await control.clients.list()
  const usable = clients.find(
    ({ scopes, tokenFlaw }) => scopes.includes(requiredScope) && !tokenFlaw,
  )
  if (usable !== undefined) return usable.clientId
  throw new ControlError(
    'invalid_input',
    `the emulator has no client with the scope ${requiredScope}: add one to its scenario with load_scenario`,
    'clientId',
  )
}
