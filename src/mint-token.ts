import type { CommandLine } from './command-line.js'
import type { TokenFlaw } from './domain/access-token.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { InputError } from './domain/errors.js'
import { askRunning } from './running-emulator.js'

const flagOf = { clientId: '--client', scopes: '--scope', flaw: '--flaw', not_found: '--client' }

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

async function requestToken(control: EmulatorControl, flags: CommandLine['flags']) {
  const clientId = flags['--client']?.at(-1) ?? (await firstClient(control))
  const scopes = flags['--scope']
  const flaw = flags['--flaw']?.at(-1) as TokenFlaw | undefined
  return control.tokens.mint({
    clientId,
    ...(scopes && { scopes: scopes.flatMap((words) => words.split(' ')) }),
    ...(flaw && { flaw }),
  })
}

async function firstClient(control: EmulatorControl): Promise<string> {
  const [client] = await control.clients.list()
  if (client !== undefined) return client.clientId
  throw new InputError({
    path: '--client',
    message: 'the emulator has no client: add one to its fixtures',
  })
}
