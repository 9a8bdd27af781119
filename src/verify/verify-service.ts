import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { InputError, type Mistake } from '../domain/errors.js'
import { createSend } from './send.js'
import { originOf, requireClient, type ServiceClient, waitUnless } from './service-client.js'
import { runChecks, type Verification } from './verify.js'

/** The options of `verifyService`. */
export interface VerifyOptions extends ServiceClient {
  /** The id of a client without the scope. By default, what needs it is not tried. */
  readonly unscopedClientId?: string | undefined
  readonly unscopedClientSecret?: string | undefined
  /** An import that exists. By default, what needs it is not tried. */
  readonly referenceId?: string | undefined
  /** The path of a CSV or ZIP file that is uploaded, and so imported. By default nothing is uploaded. */
  readonly upload?: string | undefined
}

/** Checks a service: `verifyService` of the library, which waits in real time. */
export async function verifyService(
  url: string,
  options: VerifyOptions,
  wait = (ms: number) => waitUnless(undefined, ms),
): Promise<Verification> {
  const origin = originOf(url)
  requireClient(options, unscopedMistakes(options))
  const { clientId, clientSecret, unscopedClientId, unscopedClientSecret, referenceId } = options
  const file = options.upload === undefined ? undefined : await readUpload(options.upload)
  const send = await createSend(origin, options)
  const facts = {
    origin,
    clientId,
    clientSecret,
    unscopedClientId,
    unscopedClientSecret,
    referenceId,
    file,
  }
  return runChecks(facts, send, wait)
}

async function readUpload(path: string) {
  const content = await readFile(path).catch(({ message }: Error) => {
    throw new InputError({ path: '--upload', message: `cannot be read: ${message}` })
  })
  return { name: basename(path), content }
}

function unscopedMistakes({ unscopedClientId, unscopedClientSecret }: VerifyOptions): Mistake[] {
  if (!unscopedClientId === !unscopedClientSecret) return []
  const message =
    'needs its secret, too: give both --unscoped-client-id and --unscoped-client-secret'
  return [{ path: 'unscopedClientId', message }]
}
