import { once } from 'node:events'
import { createServer } from 'node:net'
import { describeMistakes } from './describe-mistakes.js'
import { InputError } from './domain/errors.js'
import { quoted } from './domain/visible-text.js'

/** An error of Node that names the address it failed at. */
interface ListenError extends Error {
  readonly code: string
  readonly syscall: string
  readonly address: string
  readonly port: number
  readonly hostname: string
}

/**
 * Returns what a command prints when it fails, and its exit code: 2 for bad input, 1 for any other failure.
 *
 * @param showsLines - whether the lines of mistakes in files follow them
 */
export async function describeFailure(
  error: Error,
  showsLines = false,
): Promise<{ text: string; code: number }> {
  if (error instanceof InputError) {
    const { message, mistakes } = error
    return { text: showsLines ? await describeMistakes(mistakes) : message, code: 2 }
  }
  return { text: (await describeListenError(error as ListenError)) ?? String(error.stack), code: 1 }
}

async function describeListenError(error: ListenError): Promise<string | undefined> {
  const { code, syscall, address, port, hostname } = error
  const place = `port ${port} of ${address}`
  if (syscall === 'getaddrinfo') {
    return `${quoted(hostname)} is neither an address nor a host name that this machine knows: set --host or the variable HOST to an address of this machine, such as 127.0.0.1`
  }
  if (syscall !== 'listen') return undefined
  if (code === 'EADDRINUSE') {
    const free = await freePortFrom(port + 1, address)
    return `${place} is in use: stop what listens there, or choose another port, such as --port ${free}`
  }
  const texts: Record<string, string> = {
    EADDRNOTAVAIL: `${place} cannot be listened on: this machine does not have the address. Set --host or the variable HOST to one that it has, such as 127.0.0.1`,
    EACCES: `${place} may not be listened on by this user: choose a port from 1024 on with --port`,
  }
  return texts[code]
}

/** Returns the next port that nothing listens on; 0, which takes any, where none of the next twenty is free. */
async function freePortFrom(first: number, address: string): Promise<number> {
  for (let port = first; port < Math.min(first + 20, 65_536); port += 1) {
    const server = createServer().listen(port, address)
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (isFree) return port
  }
  return 0
}
