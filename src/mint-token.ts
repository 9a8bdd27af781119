import type { CommandLine } from './command-line.js'
import { connectEmulator } from './connect.js'
import type { TokenFlaw } from './domain/access-token.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { ControlError, InputError } from './domain/errors.js'

/** The flags of the fields that the emulator may complain about. */
const flagOf: Readonly<Record<string, string>> = {
  url: '--url',
  clientId: '--client',
  scopes: '--scope',
  flaw: '--flaw',
  not_found: '--client',
  unauthorized: '--control-token',
}

/** Gets a token from a running emulator. Throws an `InputError` that names the flag to change. */
export async function mintToken(
  url: string,
  controlToken: string | undefined,
  flags: CommandLine['flags'],
): Promise<string> {
  try {
    const control = connectEmulator(url, controlToken === undefined ? {} : { controlToken })
    return (await requestToken(control, flags)).access_token
  } catch (error) {
    if (error instanceof ControlError) {
      throw new InputError({ path: flagFor(error.path ?? error.code), message: error.message })
    }
    if (error instanceof InputError) {
      throw new InputError(error.mistakes.map((it) => ({ ...it, path: flagFor(it.path) })))
    }
    // `fetch` rejects with a cause where it gets no response. A fault of the emulator has none.
    if (!(error instanceof TypeError && error.cause)) throw error
    throw new InputError({ path: url, message: 'no emulator responds there: name one with --url' })
  }
}

/** `scopes[0]` came from `--scope`. */
function flagFor(path: string): string {
  return flagOf[path.replace(/\[.*/, '')] ?? path
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
