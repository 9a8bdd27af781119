import type { CommandLine } from './command-line.js'
import type { TokenFlaw } from './domain/access-token.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { InputError } from './domain/errors.js'
import { type MintedToken, requiredScope } from './domain/oauth.js'
import { askRunning } from './running-emulator.js'

/** The flags of the fields and errors that an emulator may complain about. */
export const flagOf = {
  clientId: '--client',
  scopes: '--scope',
  flaw: '--flaw',
  not_found: '--client',
}

/** Gets a token from a running emulator. Throws an `InputError` that names the flag to change. */
export function mintToken(
  url: string,
  controlToken: string | undefined,
  flags: CommandLine['flags'],
): Promise<string> {
  return askRunning(url, controlToken, flagOf, async (control) => {
    return (await requestToken(control, flags)).access_token
  })
}

/** Asks for a token as the flags describe it: of a client that may poll, if they name none. */
export async function requestToken(
  control: EmulatorControl,
  flags: CommandLine['flags'],
): Promise<MintedToken> {
  const clientId = flags['--client']?.at(-1) ?? (await defaultClient(control))
  const scopes = flags['--scope']
  const flaw = flags['--flaw']?.at(-1) as TokenFlaw | undefined
  return control.tokens.mint({
    clientId,
    ...(scopes && { scopes: scopes.flatMap((words) => words.split(' ')) }),
    ...(flaw && { flaw }),
  })
}

/** The first client that may poll, or else the first one. */
async function defaultClient(control: EmulatorControl): Promise<string> {
  const clients = await control.clients.list()
  const mayPoll = clients.find((it) => it.scopes.includes(requiredScope) && !it.tokenFlaw)
  const client = mayPoll ?? clients[0]
  if (client !== undefined) return client.clientId
  throw new InputError({
    path: '--client',
    message: 'the emulator has no client: add one to its fixtures',
  })
}
