import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { InputError } from '../../domain/errors.js'
import type { Issuer } from './certificate.js'
import { certificatesIn, privateKeyIn, readText, toPem } from './pem.js'

/** A certificate authority. The private key leaves it for its own file only. */
export interface Authority extends Issuer {
  /** Its certificate in PEM, and those above it that its file holds. */
  readonly pem: string
}

/** Makes an authority that ends with the process. */
export async function createAuthority(now: number): Promise<Authority> {
  // Loaded late: see there.
  const { makeAuthority } = await import('./certificate.js')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificate = makeAuthority(privateKey, now)
  return { certificate, privateKey, pem: toPem(certificate) }
}

const option = '--tls-ca'

/**
 * Reads an authority from its file, which is made if it is missing. Throws an `InputError` that says what is wrong with the
 * file, and shows nothing of it.
 */
export async function loadAuthority(path: string, now: number): Promise<Authority> {
  const text = (await readIfThere(path)) ?? (await createFile(path, now))
  const refused = (message: string) => new InputError({ location: path, path: option, message })
  const mend = 'Delete the file, and a new authority is made'
  const [pem, ...above] = certificatesIn(text)
  if (pem === undefined) throw refused(`holds no certificate. ${mend}`)
  const keyText = privateKeyIn(text)
  if (keyText === undefined) {
    throw refused(`holds no unencrypted private key beside the certificate. ${mend}`)
  }
  let certificate: X509Certificate
  let privateKey: KeyObject
  try {
    certificate = new X509Certificate(pem)
    privateKey = createPrivateKey(keyText)
  } catch {
    throw refused(`is damaged: the certificate or the private key cannot be decoded. ${mend}`)
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    throw refused(`is damaged: the private key does not fit the certificate. ${mend}`)
  }
  if (!certificate.ca) {
    throw refused('holds a certificate that may not sign others: use --tls-cert and --tls-key')
  }
  if (!canSign(privateKey)) {
    throw refused(`needs an RSA key, or an EC key on P-256 or P-384. ${mend}`)
  }
  if (Date.parse(certificate.validTo) <= now) {
    throw refused(`holds a certificate that expired on ${certificate.validTo}. ${mend}`)
  }
  return {
    certificate: certificate.raw,
    privateKey,
    pem: [certificate.toString(), ...above].join(''),
  }
}

/** Browsers and other clients take no other signatures. */
function canSign({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === 'rsa') return true
  return ['prime256v1', 'secp384r1'].includes(String(asymmetricKeyDetails?.namedCurve))
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return readText(option, path)
  }
}

/** Makes the file whole or not at all. Returns the text of the file, which another process may have made meanwhile. */
async function createFile(path: string, now: number): Promise<string> {
  const { pem, privateKey } = await createAuthority(now)
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    const text = pem + privateKey.export({ type: 'pkcs8', format: 'pem' })
    await writeFile(part, text, { mode: 0o600, flag: 'wx' })
    // Unlike a rename, a link fails where the file exists by now.
    await link(part, path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') {
      throw new InputError({ path: option, message: `cannot be created: ${message}` })
    }
  } finally {
    await rm(part, { force: true })
  }
  return readText(option, path)
}
