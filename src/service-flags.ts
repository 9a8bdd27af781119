import type { CommandContext } from './command-context.js'
import type { CommandLine } from './command-line.js'
import { InputError } from './domain/errors.js'
import type { ServiceClient } from './verify/service-client.js'

/** The flags of the options that a mistake may name. */
const flagOf: Readonly<Record<string, string>> = {
  clientId: '--client-id',
  clientSecret: '--client-secret',
  unscopedClientId: '--unscoped-client-id',
  every: '--every',
  timeout: '--timeout',
}

/** Returns the client of a service, of the flags or else of the environment, and how it connects. */
export function readServiceFlags(
  flags: CommandLine['flags'],
  { CLIENT_ID = '', CLIENT_SECRET = '' }: CommandContext['environment'],
): ServiceClient {
  return {
    clientId: flags['--client-id']?.at(-1) ?? CLIENT_ID,
    clientSecret: flags['--client-secret']?.at(-1) ?? CLIENT_SECRET,
    ca: flags['--ca']?.at(-1),
    insecure: flags['--insecure'] !== undefined,
  }
}

/** The mistakes of options, each with the flag to change. Any other error stays as it is. */
export function withFlags(error: Error): Error {
  if (!(error instanceof InputError)) return error
  return new InputError(error.mistakes.map((it) => ({ ...it, path: flagOf[it.path] ?? it.path })))
}
