import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { InputError } from './domain/errors.js'

/** Where systems keep the certificates that they trust: Debian, Fedora, openSUSE, Alpine and macOS. */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** Variables that name a file in place of the system's, and the tools that read it: OpenSSL, Go and Ruby; requests; curl. */
const bundleVariables = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const

/** The variables that let a client below `exec` trust the emulator. */
export interface ExecTrust {
  readonly variables: Readonly<Record<string, string>>
  /** Removes the files that the variables name. */
  remove(): void
}

/**
 * Writes certificates into a temporary folder. What the environment has the client trust already stays trusted.
 *
 * @param isHttps - whether clients of every kind have to trust the emulator, or Node.js alone
 */
export function trustAuthority(
  certificate: string,
  environment: Readonly<Record<string, string | undefined>>,
  isHttps: boolean,
): ExecTrust {
  const folder = createFolder()
  const remove = () => {
    process.off('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  // However the process ends.
  process.once('exit', remove)
  const write = (name: string, ...certificates: readonly string[]) => {
    const path = join(folder, name)
    writeFileSync(path, certificates.map((it) => `${it.trimEnd()}\n`).join(''))
    return path
  }
  const own = write('ca.pem', certificate)
  const extra = readIfThere(environment.NODE_EXTRA_CA_CERTS)
  const variables: Record<string, string> = {
    TAO_EMULATOR_CA_FILE: own,
    NODE_EXTRA_CA_CERTS: extra === undefined ? own : write('node.pem', certificate, extra),
  }
  if (isHttps) {
    const system = firstOf(systemFiles) ?? rootCertificates.join('\n')
    for (const name of bundleVariables) {
      const trusted = readIfThere(environment[name]) ?? system
      variables[name] = write(`${name.toLowerCase()}.pem`, trusted, certificate)
    }
  }
  return { variables, remove }
}

function createFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'tao-upload-emulator-'))
  } catch (error) {
    const message = `certificates cannot be written to the folder for temporary files: ${(error as Error).message}. Set TMPDIR`
    throw new InputError({ path: 'exec', message })
  }
}

function firstOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = readIfThere(path)
    if (text !== undefined) return text
  }
  return undefined
}

function readIfThere(path: string | undefined): string | undefined {
  try {
    return path ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
