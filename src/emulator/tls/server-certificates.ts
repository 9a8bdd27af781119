import {
  createPrivateKey,
  type createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from 'node:crypto'
import { InputError } from '../../domain/errors.js'
import { isLocalName } from '../../domain/local-name.js'
import { isAddress, isLocalAddress, plainAddress } from './addresses.js'
import { type Authority, createAuthority, loadAuthority } from './authority.js'
import { certificatesIn, privateKeyIn, readText, toPem } from './pem.js'

/** What the certificates are made of. */
export interface TlsSettings {
  /** The file of the authority, which is made if it is missing. */
  readonly tlsCa?: string | undefined
  /** The file of a certificate to use in place of an authority. */
  readonly tlsCert?: string | undefined
  /** The file of its private key. */
  readonly tlsKey?: string | undefined
  /** Further names, beside those that can only mean this machine. */
  readonly tlsHosts?: readonly string[]
}

/** What a server shows its clients, in PEM. The key is for TLS alone. */
export interface ServerCertificate {
  readonly cert: string
  readonly key: string
}

interface CertificateSources {
  /** The wall clock: clients know no virtual one. */
  readonly now: () => number
  readonly hosts?: readonly string[]
  readonly own?: ServerCertificate | undefined
  readonly authority?: Authority | undefined
}

/** The names that every certificate for this machine has. */
const loopbackNames = ['localhost', '127.0.0.1', '::1']

/** The certificates under which the emulator speaks TLS. They are made when the first client needs them. */
export class ServerCertificates {
  readonly #hosts: ReadonlySet<string>
  readonly #own: ServerCertificate | undefined
  readonly #now: () => number
  #authority: Promise<Authority> | undefined
  #keys: { publicKey: ReturnType<typeof createPublicKey>; pem: string } | undefined

  constructor({ now, hosts = [], own, authority }: CertificateSources) {
    this.#now = now
    this.#hosts = new Set(hosts.map(normalize))
    this.#own = own
    this.#authority = authority && Promise.resolve(authority)
  }

  /** Reads the files that the settings name. Throws an `InputError` for one that is damaged. */
  static async load(
    { tlsCa, tlsCert, tlsKey, tlsHosts = [] }: TlsSettings,
    now: () => number,
  ): Promise<ServerCertificates> {
    const own = await loadOwn(tlsCert, tlsKey)
    if (own !== undefined && tlsCa !== undefined) {
      const message = 'cannot be used together with --tls-cert: choose one of them'
      throw new InputError({ path: '--tls-ca', message })
    }
    const authority = tlsCa === undefined ? undefined : await loadAuthority(tlsCa, now())
    return new ServerCertificates({ now, hosts: tlsHosts, own, authority })
  }

  /** What a client has to trust, in PEM: the authority, or the certificates of `--tls-cert`. */
  async trusted(): Promise<string> {
    return this.#own?.cert ?? (await this.#loadedAuthority()).pem
  }

  /** Returns whether a name gets a certificate of its own. The others get the one of `localhost`. */
  covers(name: string): boolean {
    return this.#own !== undefined || isLocalName(name) || this.#hosts.has(name)
  }

  /** The certificate for a name that a client asked for. */
  async forName(name: string): Promise<ServerCertificate> {
    return this.#issue(this.covers(name) && name !== 'localhost' ? [name] : loopbackNames)
  }

  /** The certificate for a client that named no host, and reached this address. */
  async forAddress(address: string): Promise<ServerCertificate> {
    const plain = plainAddress(address)
    const names = isLocalAddress(plain) ? [...loopbackNames, plain] : loopbackNames
    return this.#issue([...new Set(names)])
  }

  async #issue(names: readonly string[]): Promise<ServerCertificate> {
    if (this.#own !== undefined) return this.#own
    const authority = await this.#loadedAuthority()
    const { makeServerCertificate } = await import('./certificate.js')
    const { publicKey, pem } = this.#ownKeys()
    const certificate = makeServerCertificate(authority, publicKey, names, this.#now())
    // The authority goes along: some authorities are not at the top themselves.
    return { cert: toPem(certificate) + authority.pem, key: pem }
  }

  #loadedAuthority(): Promise<Authority> {
    this.#authority ??= createAuthority(this.#now())
    return this.#authority
  }

  /** One key serves every name: the process that holds it is the same. */
  #ownKeys() {
    if (this.#keys === undefined) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      this.#keys = { publicKey, pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) }
    }
    return this.#keys
  }
}

/** A host as a person wrote it, in the form in which clients ask for it. */
function normalize(host: string): string {
  const name = host.toLowerCase().replace(/^\[(.*)\](?::\d+)?$/, '$1')
  return isAddress(name) ? name : name.replace(/:\d+$/, '').replace(/\.$/, '')
}

/** Reads a certificate and its key. Throws an `InputError` where they are no pair. */
async function loadOwn(
  certPath: string | undefined,
  keyPath: string | undefined,
): Promise<ServerCertificate | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined
  if (certPath === undefined || keyPath === undefined) {
    const [given, missing] = certPath ? ['--tls-cert', '--tls-key'] : ['--tls-key', '--tls-cert']
    throw new InputError({ path: given, message: `needs ${missing} beside it` })
  }
  const cert = certificatesIn(await readText('--tls-cert', certPath))
  const key = privateKeyIn(await readText('--tls-key', keyPath))
  const [first] = cert
  if (first === undefined) {
    const message = 'holds no certificate in PEM'
    throw new InputError({ location: certPath, path: '--tls-cert', message })
  }
  if (key === undefined) {
    const message = 'holds no unencrypted private key in PEM'
    throw new InputError({ location: keyPath, path: '--tls-key', message })
  }
  const isPair = (() => {
    try {
      return new X509Certificate(first).checkPrivateKey(createPrivateKey(key))
    } catch {
      return false
    }
  })()
  if (!isPair) {
    const message = 'is damaged, or does not fit the certificate of --tls-cert'
    throw new InputError({ location: keyPath, path: '--tls-key', message })
  }
  return { cert: cert.join(''), key }
}
