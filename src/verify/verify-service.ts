import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { InputError, type Mistake } from '../domain/errors.js'
import { setTimeout } from '../emulator/real-time.js'
import { type ConnectionOptions, createSend } from './send.js'
import { runChecks, type Verification } from './verify.js'

/** The options of `verifyService`. */
export interface VerifyOptions extends ConnectionOptions {
  /** The id of a client that has the scope `rostering`. */
  readonly clientId: string
  /** Its secret. It is sent to the token endpoint, and appears in no result. */
  readonly clientSecret: string
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
  wait = waitReally,
): Promise<Verification> {
  const origin = originOf(url)
  requireClients(options)
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

function waitReally(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

function originOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    const message = 'must be the URL of a service, like https://example.org'
    throw new InputError({ path: url, message })
  }
  const { origin, pathname, username, password } = new URL(url)
  if (username !== '' || password !== '') {
    throw new InputError({ path: origin, message: 'must be a URL without a user and a password' })
  }
  if (pathname !== '/') {
    throw new InputError({ path: url, message: `must have no path: ${origin}` })
  }
  return origin
}

function requireClients(options: VerifyOptions): void {
  const mistakes: Mistake[] = []
  if (!options.clientId) {
    mistakes.push({
      path: 'clientId',
      message: 'needs a value: set CLIENT_ID, or give --client-id',
    })
  }
  if (!options.clientSecret) {
    mistakes.push({
      path: 'clientSecret',
      message: 'needs a value: set CLIENT_SECRET, or give --client-secret',
    })
  }
  if (!options.unscopedClientId !== !options.unscopedClientSecret) {
    mistakes.push({
      path: 'unscopedClientId',
      message: 'needs its secret, too: give both --unscoped-client-id and --unscoped-client-secret',
    })
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
}

async function readUpload(path: string) {
  const content = await readFile(path).catch(({ message }: Error) => {
    throw new InputError({ path: '--upload', message: `cannot be read: ${message}` })
  })
  return { name: basename(path), content }
}
